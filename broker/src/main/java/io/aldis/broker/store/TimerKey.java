package io.aldis.broker.store;

/**
 * A timer of the ledger; the earliest comes first.
 *
 * @param dueAt milliseconds since 1970
 * @param name whose timer it is, as its kind says
 */
public record TimerKey(long dueAt, TimerKind kind, String name) implements Comparable<TimerKey> {
    @Override
    public int compareTo(TimerKey other) {
        int byTime = Long.compare(dueAt, other.dueAt);
        int byKind = byTime != 0 ? byTime : kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }
}
