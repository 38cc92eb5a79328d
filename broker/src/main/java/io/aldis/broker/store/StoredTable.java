package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table as the applying thread sees it: what is committed, and over it what has been changed since. Confined to that thread, but for
 * {@link #committed()}.
 */
final class StoredTable<K extends Comparable<? super K>, V> implements Tables.Table<K, V> {

    /** Roughly what a change takes in a batch beside the value. */
    private static final int CHANGE = 40;

    /** In place of a value: the row is gone. */
    private static final Object REMOVED = new Object();

    private final KeyValueStore.Table table;
    private final TableFormat<K, V> format;
    private final StoredRows<K, V> committed;

    // What was changed since the last commit. A removed range hides committed rows only.

    /** Values, or {@link #REMOVED}. */
    private final TreeMap<K, Object> changed = new TreeMap<>();

    private final RemovedRanges<K> removed = new RemovedRanges<>();

    /** Roughly what {@link #changed} and {@link #removed} take in a batch; 0 if they are empty. */
    private long bytes;

    /** How often the changes were committed: what was read before a commit is old after it. */
    private long commits;

    StoredTable(KeyValueStore.Table table, TableFormat<K, V> format) {
        this.table = table;
        this.format = format;
        committed = new StoredRows<>(table, format);
    }

    /** What is committed. Safe for use by every thread. */
    StoredRows<K, V> committed() {
        return committed;
    }

    @Override
    public void put(K key, V value) {
        change(key, value);
    }

    @Override
    public void remove(K key) {
        change(key, REMOVED);
    }

    private void change(K key, Object to) {
        Object former = changed.put(key, to);
        bytes += size(to) - (former == null ? 0 : size(former));
    }

    private long size(Object change) {
        return change == REMOVED ? CHANGE : CHANGE + format.values().size(value(change));
    }

    @SuppressWarnings("unchecked") // What is no mark was put as a value.
    private V value(Object change) {
        return (V) change;
    }

    @Override
    public void removeRange(K from, K to) {
        if (from.compareTo(to) >= 0) {
            return;
        }
        Map<K, Object> within = changed.subMap(from, to);
        for (Object change : within.values()) {
            bytes -= size(change);
        }
        within.clear();
        removed.add(from, to);
        bytes += CHANGE;
    }

    @Override
    public @Nullable V get(K key) {
        Object change = changed.get(key);
        if (change != null) {
            return change == REMOVED ? null : value(change);
        }
        return removed.endOver(key) != null ? null : committed.get(key);
    }

    @Override
    public Iterable<Map.Entry<K, V>> range(K from, K to) {
        if (from.compareTo(to) >= 0) {
            return List.of();
        }
        return () -> new Merged(from, to);
    }

    @Override
    public Iterable<Map.Entry<K, V>> from(K from) {
        return () -> new Merged(from, null);
    }

    @Override
    public Iterable<Map.Entry<K, V>> all() {
        return () -> new Merged(null, null);
    }

    /** Roughly how many bytes {@link #writeTo} writes; 0 if it writes nothing. */
    long uncommittedBytes() {
        return bytes;
    }

    /** Writes what was changed since the last commit. */
    void writeTo(Batch batch) {
        removed.forEach((from, to) -> batch.removeRange(
                table, format.keys().write(from), format.keys().write(to)));
        for (Map.Entry<K, Object> change : changed.entrySet()) {
            byte[] key = format.keys().write(change.getKey());
            if (change.getValue() == REMOVED) {
                batch.remove(table, key);
            } else {
                batch.put(table, key, format.values().write(value(change.getValue())));
            }
        }
    }

    /** What {@link #writeTo} wrote is committed. */
    void committedAll() {
        changed.clear();
        removed.clear();
        bytes = 0;
        commits++;
    }

    /** Goes along both, the changes first where there are any. Each step looks at what they are at that time. */
    private final class Merged implements Iterator<Map.Entry<K, V>> {

        private final @Nullable K from;
        private final @Nullable K to;

        private StoredCursor<K, V> stored;

        /** When {@link #stored} was read. */
        private long asOf;

        /** The last key that was dealt with. */
        private @Nullable K last;

        private Map.@Nullable Entry<K, V> next;

        Merged(@Nullable K from, @Nullable K to) {
            this.from = from;
            this.to = to;
            stored = committed.cursor(from, to);
            asOf = commits;
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = find();
            }
            return next != null;
        }

        @Override
        public Map.Entry<K, V> next() {
            Map.Entry<K, V> found = next == null ? find() : next;
            if (found == null) {
                throw new NoSuchElementException("There are no more rows in this range.");
            }
            next = null;
            return found;
        }

        private Map.@Nullable Entry<K, V> find() {
            followCommits();
            while (true) {
                Map.Entry<K, Object> change = nextChange();
                K key = nextStored();
                if (key != null && (change == null || key.compareTo(change.getKey()) < 0)) {
                    return pass(key);
                }
                if (change == null) {
                    return null;
                }
                if (change.getKey().equals(key)) {
                    stored.pass();
                }
                last = change.getKey();
                if (change.getValue() != REMOVED) {
                    return Map.entry(change.getKey(), value(change.getValue()));
                }
            }
        }

        /** What was a change has become a row, or what was a row is gone. */
        private void followCommits() {
            if (asOf != commits) {
                asOf = commits;
                if (last == null) {
                    stored = committed.cursor(from, to);
                } else {
                    stored.seekAfter(last);
                }
            }
        }

        private Map.@Nullable Entry<K, Object> nextChange() {
            if (changed.isEmpty()) {
                return null;
            }
            Map.Entry<K, Object> change;
            if (last != null) {
                change = changed.higherEntry(last);
            } else {
                change = from == null ? changed.firstEntry() : changed.ceilingEntry(from);
            }
            return change == null || (to != null && change.getKey().compareTo(to) >= 0) ? null : change;
        }

        /** The key of the next committed row that is in no removed range. */
        private @Nullable K nextStored() {
            while (stored.hasRow()) {
                K end = removed.endOver(stored.key());
                if (end == null) {
                    return stored.key();
                }
                stored.seek(end);
            }
            return null;
        }

        private Map.Entry<K, V> pass(K key) {
            last = key;
            Map.Entry<K, V> row = Map.entry(key, stored.value());
            stored.pass();
            return row;
        }
    }
}
