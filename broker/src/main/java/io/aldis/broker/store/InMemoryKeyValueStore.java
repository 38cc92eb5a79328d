package io.aldis.broker.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Tables in the heap: as fast as memory, and gone with it. */
public final class InMemoryKeyValueStore implements KeyValueStore {

    private final Map<String, Table<?, ?>> tables = new ConcurrentHashMap<>();

    @Override
    @SuppressWarnings("unchecked") // One name is always asked for with the same types.
    public <K extends Comparable<? super K>, V> Table<K, V> table(String name) {
        return (Table<K, V>) tables.computeIfAbsent(name, ignored -> new SkipListTable<K, V>());
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
        public @Nullable V remove(K key) {
            return rows.remove(key);
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
