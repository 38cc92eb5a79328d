package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What is committed of a table. Safe for use by every thread; what it answers is read as {@link StoredCursor} says. */
final class StoredRows<K extends Comparable<? super K>, V> implements Tables.Reading<K, V> {

    private static final byte[] FIRST = {};

    private final KeyValueStore.Table table;
    private final TableFormat<K, V> format;

    StoredRows(KeyValueStore.Table table, TableFormat<K, V> format) {
        this.table = table;
        this.format = format;
    }

    @Override
    public @Nullable V get(K key) {
        byte[] value = table.get(format.keys().write(key));
        return value == null ? null : format.values().read(value);
    }

    @Override
    public Iterable<Map.Entry<K, V>> range(K from, K to) {
        if (from.compareTo(to) >= 0) {
            return List.of();
        }
        return () -> entries(cursor(from, to));
    }

    @Override
    public Iterable<Map.Entry<K, V>> from(K from) {
        return () -> entries(cursor(from, null));
    }

    @Override
    public Iterable<Map.Entry<K, V>> all() {
        return () -> entries(cursor(null, null));
    }

    /** Before the first row that is not before {@code from}; null stands for no bound. */
    StoredCursor<K, V> cursor(@Nullable K from, @Nullable K to) {
        return new StoredCursor<>(
                table,
                format,
                from == null ? FIRST : format.keys().write(from),
                to == null ? null : format.keys().write(to));
    }

    private Iterator<Map.Entry<K, V>> entries(StoredCursor<K, V> cursor) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return cursor.hasRow();
            }

            @Override
            public Map.Entry<K, V> next() {
                if (!cursor.hasRow()) {
                    throw new NoSuchElementException("There are no more rows in this range.");
                }
                Map.Entry<K, V> entry = Map.entry(cursor.key(), cursor.value());
                cursor.pass();
                return entry;
            }
        };
    }

    /** The first key after another: the same with one more byte. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
