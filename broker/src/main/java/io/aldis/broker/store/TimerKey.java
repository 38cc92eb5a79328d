package io.aldis.broker.store;

/** STUB. */
record TimerKey(long dueAt, TimerKind kind, String name) implements Comparable<TimerKey> {
    @Override
    public int compareTo(TimerKey other) {
        int byTime = Long.compare(dueAt, other.dueAt);
        int byKind = byTime != 0 ? byTime : kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }
}
