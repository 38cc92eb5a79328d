package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB keeps the contract. */
class RocksStoreTest extends KeyValueStoreContract {
    @TempDir
    Path directory;

    @Override
    protected KeyValueStore open() {
        return RocksStorage.in(directory.resolve("store")).open();
    }

    @Override
    protected KeyValueStore reopened(KeyValueStore store) {
        store.close();
        return open();
    }
}
