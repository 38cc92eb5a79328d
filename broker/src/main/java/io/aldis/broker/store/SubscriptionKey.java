package io.aldis.broker.store;

/** Where a subscription of a durable session is kept. */
public record SubscriptionKey(long session, String filter) implements Comparable<SubscriptionKey> {
    @Override
    public int compareTo(SubscriptionKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : filter.compareTo(other.filter);
    }
}
