package io.aldis.benchmark.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.codec.Qos;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber, or all members of a shared subscription together: what it has got of each stream. Confined to one event loop.
 */
public final class Receiver {

    /** What a message turned out to be. */
    public enum Finding {
        /** It is as it should be. */
        GOOD,
        /** It is one that is kept for new subscribers. */
        RETAINED,
        /** A message that was sent later came earlier. */
        LATE,
        /** It had come before. */
        DUPLICATE,
        /** It is not what was sent. */
        CORRUPT,
        /** It was not asked for. */
        MISDIRECTED,
        /** This run did not send it. */
        FOREIGN
    }

    /**
     * A topic filter and what is asked for with it.
     *
     * @param retained whether what is retained comes when it is asked for
     */
    public record Wish(String filter, Qos qos, boolean retained) {}

    private final String name;
    private final boolean steady;
    private final boolean shared;
    private final Audience audience;

    private final Sequences sequences = new Sequences();
    private int lastStream = -1;
    private @Nullable Sequence lastSequence;

    private boolean exempt;

    // What is retained, since it subscribed the last time; a stream counts once.
    private int subscribed;
    private long retainedExpected;
    private long retainedCome;
    private long retainedSettled;

    /** Of the times before. */
    private long retainedMissing;

    /**
     * A receiver of nothing so far.
     *
     * @param steady whether it is subscribed, or kept a place for, from before the first message to after the last
     * @param shared whether it stands for the members of a shared subscription
     */
    Receiver(String name, boolean steady, boolean shared, Audience audience) {
        this.name = name;
        this.steady = steady;
        this.shared = shared;
        this.audience = audience;
    }

    /** Whether it is certain what it is to get. */
    public boolean steady() {
        return steady;
    }

    boolean shared() {
        return shared;
    }

    /** Whether it was made to stop reading. */
    public boolean exempt() {
        return exempt;
    }

    /** From now on it gets what it gets: it was made to stop reading. */
    public void excuse() {
        exempt = true;
    }

    /** It subscribes, having no subscriptions: what is retained comes again. */
    public void subscribing() {
        retainedMissing = retainedMissing();
        subscribed++;
        retainedExpected = 0;
        retainedCome = 0;
        retainedSettled = 0;
    }

    /** It has subscribed to what is retained of so many streams; some of that may have come already. */
    public void expectRetained(long streams) {
        retainedExpected = streams;
    }

    /** Retained messages that have come, of those it should get, since this was asked last. */
    public long settledRetained() {
        long before = retainedSettled;
        retainedSettled = Math.min(retainedCome, retainedExpected);
        return retainedSettled - before;
    }

    /** Retained messages it should have got, and did not. */
    long retainedMissing() {
        return retainedMissing + Math.max(0, retainedExpected - retainedCome);
    }

    /** A message has come: topic and payload lie in {@code in}. */
    public Finding accept(boolean retain, byte[] in, int topicAt, int topicEnd, int payload, int end) {
        Stamp stamp = audience.stamp();
        if (!stamp.isWhole(in, payload, end)) {
            return audience.knows(new String(in, topicAt, topicEnd - topicAt, UTF_8))
                    ? Finding.CORRUPT
                    : Finding.FOREIGN;
        }
        if (!stamp.isOurs(in, payload)) {
            return Finding.FOREIGN;
        }
        int id = Stamp.stream(in, payload);
        Stream stream = audience.stream(id);
        if (stream == null || !stream.sends(in, topicAt, topicEnd, end - payload)) {
            return Finding.CORRUPT;
        }
        Sequence sequence = id == lastStream ? lastSequence : sequence(stream);
        if (sequence == null) {
            return Finding.MISDIRECTED;
        }
        return take(sequence, Stamp.number(in, payload), retain);
    }

    private Finding take(Sequence sequence, long number, boolean retain) {
        if (retain) {
            sequence.startAt(number);
            if (!sequence.retainedComes(subscribed)) {
                return Finding.DUPLICATE;
            }
            retainedCome++;
            return Finding.RETAINED;
        }
        if (!steady && sequence.distinct() == 0) {
            sequence.skipTo(number);
        }
        return switch (sequence.accept(number)) {
            case IN_ORDER -> Finding.GOOD;
            case LATE -> Finding.LATE;
            case DUPLICATE -> Finding.DUPLICATE;
        };
    }

    private @Nullable Sequence sequence(Stream stream) {
        Sequence sequence = sequences.of(stream.id());
        if (sequence == null) {
            if (!stream.receivers().containsKey(this)) {
                return null;
            }
            sequence = new Sequence();
            sequences.put(stream.id(), sequence);
        }
        lastStream = stream.id();
        lastSequence = sequence;
        return sequence;
    }

    /** What it has got of a stream, null for nothing. */
    @Nullable
    Sequence of(Stream stream) {
        return sequences.of(stream.id());
    }

    @Override
    public String toString() {
        return name;
    }
}
