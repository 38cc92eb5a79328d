package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore.Rows;
import io.aldis.broker.storage.KeyValueStore.Table;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/** One table: a column family. */
final class RocksTable implements Table {
    private final RocksStore store;
    private final String name;
    private final ColumnFamilyHandle family;
    private final int id;
    private final AtomicLong removed = new AtomicLong();

    RocksTable(RocksStore store, String name, ColumnFamilyHandle family) {
        this.store = store;
        this.name = name;
        this.family = family;
        this.id = family.getID();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return store.get(this, key);
    }

    @Override
    public Rows rows(byte[] from, byte @Nullable [] to) {
        return store.rows(this, from, to);
    }

    String name() {
        return name;
    }

    /** As RocksDB numbers it. */
    int id() {
        return id;
    }

    ColumnFamilyHandle family() {
        return family;
    }

    /** Rows are going to be removed, so many or about so many. */
    void noteRemoved(long rows) {
        removed.lazySet(removed.get() + rows); // Batches are made by one thread at a time.
    }

    /** How many rows were removed since they were last forgotten; may lose a few. */
    long removed() {
        return removed.get();
    }

    void forgetRemoved() {
        removed.set(0);
    }
}
