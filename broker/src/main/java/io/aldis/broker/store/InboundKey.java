package io.aldis.broker.store;

/** STUB. */
record InboundKey(long session, int packetId) implements Comparable<InboundKey> {
    @Override
    public int compareTo(InboundKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : Integer.compare(packetId, other.packetId);
    }
}
