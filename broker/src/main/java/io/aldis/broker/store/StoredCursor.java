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

    private final List<Row> read = new ArrayList<>(FEWEST);

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

    /** One that was read. */
    private static final class Row {
        private final byte[] key;
        private final byte[] value;

        Row(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }
    }

    /** Whether it is at a row; false at the end. */
    boolean hasRow() {
        if (at == read.size() && !readAll) {
            read();
        }
        return at < read.size();
    }

    /** The key of the row it is at. */
    K key() {
        K known = key;
        if (known == null) {
            known = format.keys().read(read.get(at).key);
            key = known;
        }
        return known;
    }

    /** The value of the row it is at. */
    V value() {
        return format.values().read(read.get(at).value);
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
        read.clear();
        at = 0;
        key = null;
        from = first;
        readAll = to != null && Arrays.compareUnsigned(first, to) >= 0;
    }

    private void read() {
        read.clear();
        at = 0;
        int bytes = 0;
        try (Rows rows = table.rows(from, to)) {
            while (read.size() < most && bytes < ENOUGH) {
                if (!rows.next()) {
                    readAll = true;
                    break;
                }
                Row row = new Row(rows.key(), rows.value());
                read.add(row);
                bytes += row.key.length + row.value.length;
            }
        }
        if (!read.isEmpty()) {
            from = StoredRows.after(read.get(read.size() - 1).key);
        }
        most = Math.min(most * 2, MOST);
    }
}
