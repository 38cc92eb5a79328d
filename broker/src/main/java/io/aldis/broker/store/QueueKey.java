package io.aldis.broker.store;

/**
 * A place in a session's queue.
 *
 * @param sequence later messages have higher ones
 */
public record QueueKey(long session, long sequence) implements Comparable<QueueKey> {
    @Override
    public int compareTo(QueueKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : Long.compare(sequence, other.sequence);
    }
}
