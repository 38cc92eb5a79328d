package io.aldis.broker.ledger;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Rows;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.store.TableFormat;
import java.util.HexFormat;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A table of a store, its rows read one by one through its format. */
final class LedgerTable<K extends Comparable<? super K>, V> {

    private static final byte[] FIRST = {};

    /** Bytes of a key that are shown. */
    private static final int SHOWN = 40;

    private final TableFormat<K, V> format;
    private final KeyValueStore.Table table;

    LedgerTable(KeyValueStore store, TableFormat<K, V> format) {
        this.format = format;
        table = store.table(format.name());
    }

    /** What is told of a row that cannot be read. */
    interface Unreadable {

        /**
         * There is one.
         *
         * @param row which it is
         */
        void is(String row, IllegalArgumentException why);
    }

    @Nullable
    V get(K key) {
        byte[] bytes = format.keys().write(key);
        byte[] value = table.get(bytes);
        try {
            return value == null ? null : format.values().read(value);
        } catch (IllegalArgumentException e) {
            throw unreadable(named(bytes), e);
        }
    }

    /** Whether there is such a row, whatever is in it. */
    boolean has(K key) {
        return table.get(format.keys().write(key)) != null;
    }

    void put(Batch batch, K key, V value) {
        batch.put(table, format.keys().write(key), format.values().write(value));
    }

    /**
     * All rows, in order.
     *
     * @throws StorageFailed at the first that cannot be read
     */
    void each(BiConsumer<K, V> reader) {
        each(FIRST, null, reader, this::refuse);
    }

    /** The same from a key (inclusive) to another (exclusive). */
    void each(K from, K to, BiConsumer<K, V> reader) {
        each(format.keys().write(from), format.keys().write(to), reader, this::refuse);
    }

    /** All that can be read; tells of the others. */
    void each(BiConsumer<K, V> reader, Unreadable unreadable) {
        each(FIRST, null, reader, unreadable);
    }

    private void each(byte[] from, byte @Nullable [] to, BiConsumer<K, V> reader, Unreadable unreadable) {
        try (Rows rows = table.rows(from, to)) {
            while (rows.next()) {
                byte[] bytes = rows.key();
                K key;
                V value;
                try {
                    key = format.keys().read(bytes);
                    value = format.values().read(rows.value());
                } catch (IllegalArgumentException e) {
                    unreadable.is(named(bytes), e);
                    continue;
                }
                reader.accept(key, value);
            }
        }
    }

    boolean isEmpty() {
        try (Rows rows = table.rows(FIRST, null)) {
            return !rows.next();
        }
    }

    /** How many rows there are, whatever is in them. */
    long count() {
        long count = 0;
        try (Rows rows = table.rows(FIRST, null)) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    String name() {
        return format.name();
    }

    private void refuse(String row, IllegalArgumentException why) {
        throw unreadable(row, why);
    }

    private static StorageFailed unreadable(String row, IllegalArgumentException why) {
        return new StorageFailed(
                row + ": " + why.getMessage() + " 'aldis store check' tells what else there is of this kind.", why);
    }

    private String named(byte[] key) {
        String hex = HexFormat.of().formatHex(key, 0, Math.min(key.length, SHOWN));
        return "Table " + format.name() + ", key " + hex + (key.length > SHOWN ? "…" : "") + " (hexadecimal)";
    }
}
