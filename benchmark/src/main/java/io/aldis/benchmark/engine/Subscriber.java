package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.benchmark.engine.Timings.Kind;
import io.aldis.benchmark.verify.Receiver;
import io.aldis.benchmark.verify.Stamp;
import io.aldis.codec.MqttVersion;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client gets: judges each message, counts it, and acknowledges it. Confined to its lane's event loop. */
final class Subscriber {

    private final Client client;
    private final Lane lane;
    private final boolean v5;
    private final List<Receiver> receivers;

    /** QoS 2 packet identifiers that have come and are not released. Lives as long as the session. */
    private @Nullable BitSet unreleased;

    /** When the last SUBSCRIBE left, as {@link System#nanoTime}. */
    private long subscribedAt;

    // Of the read at hand.
    private byte[] answers = new byte[256];
    private int answersLength;
    private long received;
    private long settled;
    private long stampTime;
    private long stampCount;
    private long now;

    /** @param receivers the client's own, if it has one, then those of the shared subscriptions it is a member of */
    Subscriber(Client client, Lane lane, MqttVersion version, List<Receiver> receivers) {
        this.client = client;
        this.lane = lane;
        v5 = version == MqttVersion.V5;
        this.receivers = List.copyOf(receivers);
    }

    List<Receiver> receivers() {
        return receivers;
    }

    /** The broker has begun a new session. */
    void newSession() {
        unreleased = null;
        receivers.get(0).subscribing();
    }

    void subscribing(long time) {
        subscribedAt = time;
    }

    /** A PUBLISH without its fixed header lies in {@code in}. */
    void published(int first, byte[] in, int body, int end) {
        int qos = first >> 1 & 3;
        int topic = body + 2;
        int topicEnd = end - body < 2 ? end + 1 : topic + Link.unsignedShort(in, body);
        int payload = topicEnd + (qos > 0 ? 2 : 0);
        if (v5 && payload < end) {
            payload = behindProperties(in, payload, end);
        }
        if (payload > end) {
            client.fault("the broker sent a PUBLISH that is shorter than it says");
            return;
        }
        if (qos == 0 || isNew(qos, Link.unsignedShort(in, topicEnd))) {
            count((first & 1) != 0, in, topic, topicEnd, payload, end);
        }
    }

    /** Where properties that begin at {@code at} end; behind the end if they are longer than their packet. */
    private static int behindProperties(byte[] in, int at, int end) {
        int length = 0;
        int shift = 0;
        int next = at;
        byte digit;
        do {
            if (next == end || shift > 21) {
                return end + 1;
            }
            digit = in[next++];
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while (digit < 0);
        return next + length;
    }

    /** Acknowledges a message; tells whether it is new, rather than sent again at QoS 2. */
    private boolean isNew(int qos, int id) {
        if (qos == 1) {
            answer(Link.PUBACK << 4, id);
            return true;
        }
        answer(Link.PUBREC << 4, id);
        if (unreleased == null) {
            unreleased = new BitSet();
        }
        if (unreleased.get(id)) {
            return false;
        }
        unreleased.set(id);
        return true;
    }

    /** PUBREL has come. */
    void released(int id) {
        if (unreleased != null) {
            unreleased.clear(id);
        }
        answer(Link.PUBCOMP << 4, id);
    }

    private void answer(int first, int id) {
        answers = Client.acknowledgement(answers, answersLength, first, id);
        answersLength += 4;
    }

    private void count(boolean retain, byte[] in, int topic, int topicEnd, int payload, int end) {
        if (payload == end && retain) {
            return; // What is retained is being removed.
        }
        received++;
        Receiver.Finding finding = Receiver.Finding.MISDIRECTED;
        Receiver by = receivers.get(0);
        for (int i = 0; i < receivers.size() && finding == Receiver.Finding.MISDIRECTED; i++) {
            by = receivers.get(i);
            finding = by.accept(retain, in, topic, topicEnd, payload, end);
        }
        switch (finding) {
            case GOOD -> good(by, in, payload);
            case RETAINED -> retained(by);
            case LATE -> {
                lane.tally().add(Item.LATE, 1);
                good(by, in, payload);
            }
            case DUPLICATE -> lane.tally().add(Item.DUPLICATES, 1);
            case CORRUPT -> lane.tally().add(Item.CORRUPT, 1);
            case MISDIRECTED -> lane.tally().add(Item.MISDIRECTED, 1);
            case FOREIGN -> lane.tally().add(Item.FOREIGN, 1);
        }
    }

    private void retained(Receiver by) {
        lane.tally().add(Item.RETAINED, 1);
        lane.timings().record(Kind.RETAINED, subscribedAt, now(), 1);
        settled += by.settledRetained();
    }

    private void good(Receiver by, byte[] in, int payload) {
        if (by.steady()) {
            settled++;
        }
        if (by.exempt()) {
            return;
        }
        long time = Stamp.time(in, payload);
        if (time == stampTime) {
            stampCount++;
        } else {
            recordLatency();
            stampTime = time;
            stampCount = 1;
        }
    }

    // Messages sent in one batch carry one time and come together: one entry for all of them.
    private void recordLatency() {
        if (stampCount > 0) {
            lane.timings().delivered(stampTime, now(), stampCount);
            stampCount = 0;
        }
    }

    /** The time of the read at hand. */
    private long now() {
        if (now == 0) {
            now = System.nanoTime();
        }
        return now;
    }

    /** All packets of one read have been looked at. */
    void readEnded() {
        recordLatency();
        now = 0;
        if (received > 0) {
            lane.tally().add(Item.RECEIVED, received);
            lane.tally().add(Item.DELIVERED, settled);
            received = 0;
            settled = 0;
        }
        if (answersLength > 0) {
            client.write(answers, answersLength);
            answersLength = 0;
        }
    }
}
