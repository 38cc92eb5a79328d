package io.aldis.broker.store;

/** STUB. */
record SubscriptionKey(long session, String filter) implements Comparable<SubscriptionKey> {
    @Override
    public int compareTo(SubscriptionKey other) {
        int bySession = Long.compare(session, other.session);
        return bySession != 0 ? bySession : filter.compareTo(other.filter);
    }
}
