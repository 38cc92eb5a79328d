package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what a store is asked for. */
final class WatchedStore implements KeyValueStore {

    private final KeyValueStore store;

    /** "written" or "synced", tried or done. */
    final List<String> commits = new ArrayList<>();

    /** Into batches, since the beginning. */
    int puts;

    /** Of the last batch. */
    long bytes;

    int rowsRead;
    int rowsOpen;

    WatchedStore(KeyValueStore store) {
        this.store = store;
    }

    @Override
    public Table table(String name) {
        return new WatchedTable(store.table(name));
    }

    @Override
    public Batch batch() {
        return new WatchedBatch(store.batch());
    }

    @Override
    public void commit(Batch batch, boolean sync) {
        commits.add(sync ? "synced" : "written");
        bytes = batch.bytes();
        store.commit(((WatchedBatch) batch).batch, sync);
    }

    @Override
    public void backup(Path directory) {
        store.backup(directory);
    }

    @Override
    public Figures figures() {
        return store.figures();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class WatchedBatch implements Batch {

        private final Batch batch;

        WatchedBatch(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void put(Table table, byte[] key, byte[] value) {
            puts++;
            batch.put(((WatchedTable) table).table, key, value);
        }

        @Override
        public void remove(Table table, byte[] key) {
            batch.remove(((WatchedTable) table).table, key);
        }

        @Override
        public void removeRange(Table table, byte[] from, byte[] to) {
            batch.removeRange(((WatchedTable) table).table, from, to);
        }

        @Override
        public void clear() {
            batch.clear();
        }

        @Override
        public long bytes() {
            return batch.bytes();
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    private final class WatchedTable implements Table {

        private final Table table;

        WatchedTable(Table table) {
            this.table = table;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return table.get(key);
        }

        @Override
        public Rows rows(byte[] from, byte @Nullable [] to) {
            Rows rows = table.rows(from, to);
            rowsOpen++;
            return new Rows() {
                @Override
                public boolean next() {
                    rowsRead++;
                    return rows.next();
                }

                @Override
                public byte[] key() {
                    return rows.key();
                }

                @Override
                public byte[] value() {
                    return rows.value();
                }

                @Override
                public void close() {
                    rowsOpen--;
                    rows.close();
                }
            };
        }
    }
}
