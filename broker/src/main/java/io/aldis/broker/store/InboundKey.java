package io.aldis.broker.store;

/** A packet id of QoS 2 that a session's client has used and not released yet (MQTT 5.0 §4.3.3). */
public record InboundKey(long session, int packetId) implements Comparable<InboundKey> {
    @Override
    public int compareTo(InboundKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : Integer.compare(packetId, other.packetId);
    }
}
