package io.aldis.benchmark.prove;

import io.aldis.benchmark.prove.Reception.Arrival;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was sent, promised and delivered, in the order in which the clients saw it, and the judge of it. The promise: an acknowledged message
 * comes to every subscriber whose SUBACK came before the message left, and who has not begun to unsubscribe since.
 */
final class History {

    /** What is known of one line. */
    private static final class Sent {
        final BitSet acknowledged = new BitSet();
        int count;
    }

    private final List<Line> lines;
    private final List<Sent> sent;

    /** By subscriber, then by line. */
    private final List<List<Reception>> receptions;

    /** What each subscriber is owed and has not got. */
    private final int[] lacking;

    private final Examples examples = new Examples();

    private int round;
    private long acknowledgedQos1;
    private long acknowledgedQos2;
    private long refused;
    private long delivered;
    private long lost;
    private long repeatedQos1;
    private long duplicatedQos2;
    private long outOfOrder;
    private long foreign;
    private long sessionsLost;
    private long retainedSeen;
    private long retainedWrong;

    History(List<Line> lines, int subscribers) {
        this.lines = List.copyOf(lines);
        sent = lines.stream().map(line -> new Sent()).toList();
        receptions = IntStream.range(0, subscribers)
                .mapToObj(subscriber ->
                        lines.stream().map(line -> new Reception()).toList())
                .toList();
        lacking = new int[subscribers];
    }

    /** The kill with this number is the next one. */
    void round(int number) {
        round = number;
    }

    // ---- What was promised

    /** SUBACK has come. */
    void subscribed(int subscriber, String filter) {
        matching(subscriber, filter).forEach(Reception::subscribe);
    }

    /** UNSUBSCRIBE is about to leave. */
    void unsubscribing(int subscriber, String filter) {
        matching(subscriber, filter).forEach(reception -> lacking[subscriber] -= reception.unsubscribe());
    }

    private List<Reception> matching(int subscriber, String filter) {
        List<Reception> matching = new ArrayList<>();
        for (Line line : lines) {
            if (Topics.matches(filter, line.topic())) {
                matching.add(receptions.get(subscriber).get(line.index()));
            }
        }
        return matching;
    }

    /** Whether nobody who gets the messages of this line lacks as much as {@code backlog}. */
    boolean mayGoOn(Line line, int backlog) {
        for (int subscriber = 0; subscriber < lacking.length; subscriber++) {
            if (lacking[subscriber] >= backlog
                    && receptions.get(subscriber).get(line.index()).isSubscribed()) {
                return false;
            }
        }
        return true;
    }

    /** A message of this line leaves its publisher for the first time; answers its number. */
    int sent(Line line) {
        int number = sent.get(line.index()).count++;
        for (int subscriber = 0; subscriber < lacking.length; subscriber++) {
            if (receptions.get(subscriber).get(line.index()).sent(number)) {
                lacking[subscriber]++;
            }
        }
        return number;
    }

    /** PUBACK or PUBREC has come. */
    void acknowledged(Line line, int number) {
        BitSet acknowledged = sent.get(line.index()).acknowledged;
        if (acknowledged.get(number)) {
            return;
        }
        acknowledged.set(number);
        if (line.qos() == Qos.AT_LEAST_ONCE) {
            acknowledgedQos1++;
        } else {
            acknowledgedQos2++;
        }
    }

    /** PUBACK or PUBREC says that the broker does not take it. */
    void refused(Line line, int number) {
        refused++;
        withdrawn(line, number);
    }

    /** Its publisher gives it up, for the broker has lost the publisher's session. What was acknowledged stays owed. */
    void withdrawn(Line line, int number) {
        if (sent.get(line.index()).acknowledged.get(number)) {
            return;
        }
        for (int subscriber = 0; subscriber < lacking.length; subscriber++) {
            if (receptions.get(subscriber).get(line.index()).withdraw(number)) {
                lacking[subscriber]--;
            }
        }
    }

    // ---- What came

    /** A message has come that the client does not know by its packet id. */
    void delivered(int subscriber, Line line, long number, Qos qos) {
        if (number < 0 || number >= sent.get(line.index()).count) {
            foreign("message " + number + " of " + line.topic() + " was never sent, but came", subscriber);
            return;
        }
        Reception reception = receptions.get(subscriber).get(line.index());
        if (reception.lacks((int) number)) {
            lacking[subscriber]--;
        }
        Arrival arrival = reception.deliver((int) number);
        if (arrival != Arrival.AGAIN) {
            delivered++;
        } else if (qos == Qos.EXACTLY_ONCE) {
            duplicatedQos2++;
            wrong("Twice", line.message(number) + " came again at QoS 2 to subscriber " + subscriber);
        } else {
            repeatedQos1++;
        }
        if (arrival == Arrival.OVERTAKEN) {
            outOfOrder++;
            wrong(
                    "Out of order",
                    line.message(number) + " came to subscriber " + subscriber + " after one that was sent later");
        }
    }

    /** Something has come that nobody sent like this. */
    void foreign(String what, int subscriber) {
        foreign++;
        wrong("Foreign", what + " to subscriber " + subscriber);
    }

    /** A publisher found no session, though one had been acknowledged. */
    void publishersSessionLost(int publisher) {
        sessionsLost++;
        wrong("Session", "publisher " + publisher + " had one that was acknowledged, and came back to none");
    }

    /** A subscriber found no session, though one had been acknowledged: what it lacks cannot come any more. */
    void subscribersSessionLost(int subscriber) {
        sessionsLost++;
        wrong("Session", "subscriber " + subscriber + " had one that was acknowledged, and came back to none");
        settle(subscriber);
        receptions.get(subscriber).forEach(Reception::forgotten);
    }

    /**
     * A retained message was asked for, with all publishers at rest.
     *
     * @param number of the message that came; -1 if none did
     */
    void retained(Line line, long number) {
        retainedSeen++;
        long expected = sent.get(line.index()).acknowledged.length() - 1L;
        if (number < expected) {
            retainedWrong++;
            wrong(
                    "Retained",
                    line.message(expected) + " was acknowledged, but there is "
                            + (number < 0 ? "none" : "still message " + number));
        }
    }

    /** Whether {@link #retained} would find this good. */
    boolean isRetainedGood(Line line, long number) {
        return number >= sent.get(line.index()).acknowledged.length() - 1L;
    }

    // ---- Judgement

    /** Whether everybody has got what is owed. */
    boolean complete() {
        return IntStream.of(lacking).allMatch(number -> number == 0);
    }

    /** Messages that have not come to somebody who is owed them. */
    int lacking() {
        return IntStream.of(lacking).sum();
    }

    /** Nothing more will come: what is acknowledged and owed is lost. */
    void settle() {
        IntStream.range(0, lacking.length).forEach(this::settle);
    }

    private void settle(int subscriber) {
        for (Line line : lines) {
            BitSet missing = receptions.get(subscriber).get(line.index()).settle(sent.get(line.index()).acknowledged);
            lost += missing.cardinality();
            lacking[subscriber] -= missing.cardinality();
            missing.stream()
                    .limit(1)
                    .forEach(number -> wrong(
                            "Lost",
                            line.message(number) + " was acknowledged, but never came to subscriber " + subscriber));
        }
    }

    private void wrong(String kind, String what) {
        examples.add(kind, what + " (round " + round + ").");
    }

    List<String> examples() {
        return examples.sentences();
    }

    Counts counts() {
        return new Counts(
                acknowledgedQos1,
                acknowledgedQos2,
                refused,
                delivered,
                lost,
                repeatedQos1,
                duplicatedQos2,
                outOfOrder,
                foreign,
                sessionsLost,
                retainedSeen,
                retainedWrong);
    }

    /** Grows whenever anything has come. */
    long progress() {
        return acknowledgedQos1 + acknowledgedQos2 + refused + delivered + repeatedQos1 + duplicatedQos2 + sessionsLost;
    }
}
