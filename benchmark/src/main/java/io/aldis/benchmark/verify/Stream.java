package io.aldis.benchmark.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.codec.Qos;
import java.util.Arrays;
import java.util.IdentityHashMap;

/** What one client publishes to one topic. Confined to the publisher's event loop, but for what never changes. */
public final class Stream {

    private final int id;
    private final String topic;
    private final byte[] topicBytes;
    private final Publishing publishing;

    /** Who is to get it. */
    private final IdentityHashMap<Receiver, Claim> receivers;

    private final int copies;

    private long sent;
    private long acknowledged;
    private long refused;

    /**
     * What a receiver asks for with all its filters that match.
     *
     * @param qos the best
     * @param filters how many they are
     * @param retained whether what is retained comes when it subscribes
     */
    record Claim(Qos qos, int filters, boolean retained) {

        static Claim of(Receiver.Wish wish) {
            return new Claim(wish.qos(), 1, wish.retained());
        }

        Claim and(Claim other) {
            return new Claim(
                    qos.compareTo(other.qos) >= 0 ? qos : other.qos,
                    filters + other.filters,
                    retained || other.retained);
        }
    }

    Stream(int id, String topic, Publishing publishing, IdentityHashMap<Receiver, Claim> receivers) {
        this.id = id;
        this.topic = topic;
        topicBytes = topic.getBytes(UTF_8);
        this.publishing = publishing;
        this.receivers = receivers;
        copies = (int) receivers.keySet().stream().filter(Receiver::steady).count();
    }

    public int id() {
        return id;
    }

    public String topic() {
        return topic;
    }

    /** The topic's bytes, not to be changed. */
    public byte[] topicBytes() {
        return topicBytes;
    }

    /** How many deliveries each message should lead to, as far as that is certain. */
    public int copies() {
        return copies;
    }

    /** Whether its messages are retained. */
    public boolean retain() {
        return publishing.retain();
    }

    /** The number of the next message, which is sent now. */
    public long next() {
        return sent++;
    }

    /** Messages sent. */
    public long sent() {
        return sent;
    }

    /** The broker has acknowledged one of QoS 1 or 2, whether it takes it or not. */
    public void acknowledged() {
        acknowledged++;
    }

    /** The broker has said that it does not take one. */
    public void refused() {
        refused++;
    }

    /** Messages for which the broker answers: those that it has acknowledged and not refused, at QoS 0 all. */
    long taken() {
        return (publishing.qos() == Qos.AT_MOST_ONCE ? sent : acknowledged) - refused;
    }

    IdentityHashMap<Receiver, Claim> receivers() {
        return receivers;
    }

    /** The quality of service at which one who asks for it gets it. */
    Qos qosTo(Claim claim) {
        return claim.qos().compareTo(publishing.qos()) < 0 ? claim.qos() : publishing.qos();
    }

    /** Whether a message with this topic and payload size can be one of these. */
    boolean sends(byte[] in, int topicAt, int topicEnd, int payload) {
        return payload >= publishing.leastBytes()
                && payload <= publishing.mostBytes()
                && Arrays.equals(in, topicAt, topicEnd, topicBytes, 0, topicBytes.length);
    }
}
