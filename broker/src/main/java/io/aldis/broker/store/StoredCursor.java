package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes along committed rows. It reads some at a time and holds nothing open in between, so that it needs no closing; what is committed
 * meanwhile it sees from the next time on. Confined to one thread.
 */
final class StoredCursor<K extends Comparable<? super K>, V> {

    /** Rows at the first time: many want but one, or few. Each time there are twice as many. */
    private static final int FEWEST = 8;

    private static final int MOST = 512;

    /** Bytes of rows after which no more are read at a time. */
    private static final int ENOUGH = 256 * 1024;

    private final KeyValueStore.Table table;
    private final TableFormat<K, V> format;
    private final byte @Nullable [] to;

    // What was read, in order.
    private final List<byte[]> keys = new ArrayList<>(FEWEST);
    private final List<byte[]> values = new ArrayList<>(FEWEST);

    /** In what was read: the row it is at. */
    private int at;

    private byte[] from;
    private int most = FEWEST;
    private boolean readAll;

    private @Nullable K key;

    StoredCursor(KeyValueStore.Table table, TableFormat<K, V> format, byte[] from, byte @Nullable [] to) {
        this.table = table;
        this.format = format;
        this.from = from;
        this.to = to;
    }

    /** Whether it is at a row; false at the end. */
    boolean hasRow() {
        if (at == keys.size() && !readAll) {
            read();
        }
        return at < keys.size();
    }

    /** The key of the row it is at. */
    K key() {
        K known = key;
        if (known == null) {
            known = format.keys().read(keys.get(at));
            key = known;
        }
        return known;
    }

    /** The value of the row it is at. */
    V value() {
        return format.values().read(values.get(at));
    }

    /** Goes on to the next row. */
    void pass() {
        at++;
        key = null;
    }

    /** Goes on to the first row from that key on, and reads it as it is now. */
    void seek(K first) {
        restart(format.keys().write(first));
    }

    /** Goes on to the first row after that key, and reads it as it is now. */
    void seekAfter(K last) {
        restart(StoredRows.after(format.keys().write(last)));
    }

    private void restart(byte[] first) {
        forget();
        key = null;
        from = first;
        readAll = to != null && Arrays.compareUnsigned(first, to) >= 0;
    }

    private void read() {
        if (!keys.isEmpty()) {
            from = StoredRows.after(keys.get(keys.size() - 1));
        }
        forget();
        int bytes = 0;
        try (Rows rows = table.rows(from, to)) {
            while (keys.size() < most && bytes < ENOUGH) {
                if (!rows.next()) {
                    readAll = true;
                    break;
                }
                byte[] rowKey = rows.key();
                byte[] value = rows.value();
                keys.add(rowKey);
                values.add(value);
                bytes += rowKey.length + value.length;
            }
        }
        most = Math.min(most * 2, MOST);
    }

    private void forget() {
        keys.clear();
        values.clear();
        at = 0;
    }
}
