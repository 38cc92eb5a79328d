package io.aldis.broker.store;

/** STUB. */
record QueueKey(long session, long sequence) implements Comparable<QueueKey> {
    @Override
    public int compareTo(QueueKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : Long.compare(sequence, other.sequence);
    }
}
