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

    /** Who is to get it, and the best quality of service that was asked for. */
    private final IdentityHashMap<Receiver, Qos> receivers;

    private final int copies;

    private long sent;
    private long refused;

    Stream(int id, String topic, Publishing publishing, IdentityHashMap<Receiver, Qos> receivers) {
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

    /** The broker has said that it does not take one. */
    public void refused() {
        refused++;
    }

    /** Messages that the broker took, as far as it said. */
    long taken() {
        return sent - refused;
    }

    IdentityHashMap<Receiver, Qos> receivers() {
        return receivers;
    }

    /** The quality of service at which a receiver gets it. */
    Qos qosTo(Receiver receiver) {
        Qos asked = receivers.getOrDefault(receiver, Qos.AT_MOST_ONCE);
        return asked.compareTo(publishing.qos()) < 0 ? asked : publishing.qos();
    }

    /** Whether a message with this topic and payload size can be one of these. */
    boolean sends(byte[] in, int topicAt, int topicEnd, int payload) {
        return payload >= publishing.leastBytes()
                && payload <= publishing.mostBytes()
                && Arrays.equals(in, topicAt, topicEnd, topicBytes, 0, topicBytes.length);
    }
}
