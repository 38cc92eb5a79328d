package io.aldis.broker.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Tables in the heap: as fast as memory, and gone with it. A change is committed at once. */
public final class HeapTables implements Tables {

    private final Map<String, Table<?, ?>> tables = new ConcurrentHashMap<>();

    @Override
    @SuppressWarnings("unchecked") // One name always has the same format.
    public <K extends Comparable<? super K>, V> Table<K, V> table(TableFormat<K, V> format) {
        return (Table<K, V>) tables.computeIfAbsent(format.name(), ignored -> new SkipListTable<K, V>());
    }

    @Override
    public <K extends Comparable<? super K>, V> Reading<K, V> committed(TableFormat<K, V> format) {
        return table(format);
    }

    @Override
    public boolean lasting() {
        return false;
    }

    @Override
    public void commit(boolean sync) {
        // There is nothing that lasts longer.
    }

    @Override
    public void close() {
        tables.clear();
    }

    private static final class SkipListTable<K extends Comparable<? super K>, V> implements Table<K, V> {

        private final ConcurrentNavigableMap<K, V> rows = new ConcurrentSkipListMap<>();

        @Override
        public @Nullable V get(K key) {
            return rows.get(key);
        }

        @Override
        public void put(K key, V value) {
            rows.put(key, value);
        }

        @Override
        public void remove(K key) {
            rows.remove(key);
        }

        @Override
        public void removeRange(K from, K to) {
            rows.subMap(from, to).clear();
        }

        @Override
        public Iterable<Map.Entry<K, V>> range(K from, K to) {
            return rows.subMap(from, to).entrySet();
        }

        @Override
        public Iterable<Map.Entry<K, V>> from(K from) {
            return rows.tailMap(from).entrySet();
        }

        @Override
        public Iterable<Map.Entry<K, V>> all() {
            return rows.entrySet();
        }
    }
}
