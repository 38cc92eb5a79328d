package io.aldis.broker.store;

import io.aldis.broker.storage.KeyValueStore;

/** STUB. */
public final class StoredTables implements Tables {
    public StoredTables(KeyValueStore store) {
        throw new UnsupportedOperationException("" + store);
    }

    @Override
    public <K extends Comparable<? super K>, V> Table<K, V> table(TableFormat<K, V> format) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <K extends Comparable<? super K>, V> Reading<K, V> committed(TableFormat<K, V> format) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean lasting() {
        return true;
    }

    @Override
    public void commit(boolean sync) {}

    @Override
    public long uncommittedBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
