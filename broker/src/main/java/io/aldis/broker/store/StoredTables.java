package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tables in a {@link KeyValueStore}. What the applying thread changes is held in the heap until it commits, which makes one batch of
 * it; a row that was changed often is written once.
 */
public final class StoredTables implements Tables {

    private final KeyValueStore store;
    private final Map<String, StoredTable<?, ?>> tables = new ConcurrentHashMap<>();

    // Of the applying thread.
    private final Batch batch;

    /** Whether something was committed that need not outlive the machine yet. */
    private boolean unsynced;

    /**
     * @param store belongs to the tables from now on, and is closed with them
     */
    public StoredTables(KeyValueStore store) {
        this.store = store;
        batch = store.batch();
    }

    @Override
    public <K extends Comparable<? super K>, V> Table<K, V> table(TableFormat<K, V> format) {
        return stored(format);
    }

    @Override
    public <K extends Comparable<? super K>, V> Reading<K, V> committed(TableFormat<K, V> format) {
        return stored(format).committed();
    }

    @SuppressWarnings("unchecked") // One name is always asked for with the same types.
    private <K extends Comparable<? super K>, V> StoredTable<K, V> stored(TableFormat<K, V> format) {
        return (StoredTable<K, V>)
                tables.computeIfAbsent(format.name(), name -> new StoredTable<>(store.table(name), format));
    }

    @Override
    public boolean lasting() {
        return true;
    }

    @Override
    public void commit(boolean sync) {
        boolean changed = uncommittedBytes() > 0;
        if (!changed && !(sync && unsynced)) {
            return;
        }
        batch.clear(); // One that could not be committed may be in it.
        for (StoredTable<?, ?> table : tables.values()) {
            table.writeTo(batch);
        }
        store.commit(batch, sync);
        for (StoredTable<?, ?> table : tables.values()) {
            table.committedAll();
        }
        batch.clear();
        unsynced = !sync;
    }

    /** Roughly how many bytes the next {@link #commit} has to write. Called by the thread that applies commands. */
    long uncommittedBytes() {
        long bytes = 0;
        for (StoredTable<?, ?> table : tables.values()) {
            bytes += table.uncommittedBytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        batch.close();
        store.close();
    }
}
