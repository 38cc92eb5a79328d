package io.aldis.storage;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.abort;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStoreContract;
import io.aldis.broker.storage.StorageFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB keeps the contract; it is made to fail by a disk that is full. */
class RocksStoreTest extends KeyValueStoreContract {
    @TempDir
    Path directory;

    private @Nullable SmallDisk disk;
    private @Nullable Path filler;

    /** The contract closes the store after this, which does not disturb a file system that is mounted no more. */
    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    protected KeyValueStore open() throws Exception {
        disk = SmallDisk.mount(directory.resolve("disk"), 128);
        return storage().open();
    }

    @Override
    protected KeyValueStore reopened(KeyValueStore store) {
        store.close();
        return storage().open();
    }

    private RocksStorage storage() {
        return RocksStorage.in(directory.resolve("disk/store"));
    }

    @Override
    protected void breakDown(KeyValueStore store) throws Exception {
        if (disk == null) {
            abort("Only root can mount a disk");
        }
        KeyValueStore.Table table = store.table("filler");
        filler = requireNonNull(disk).fill(0);
        try (Batch batch = store.batch()) {
            batch.put(table, new byte[1], new byte[100_000]);
            while (isCommitted(store, batch)) {
                // Until what was reserved for the log is full.
            }
        }
    }

    @Override
    protected void mend(KeyValueStore store) throws Exception {
        Files.delete(requireNonNull(filler));
        try (Batch batch = store.batch()) {
            batch.put(store.table("filler"), new byte[1], new byte[1]);
            while (!isCommitted(store, batch)) {
                Thread.onSpinWait(); // RocksDB looks every few seconds.
            }
        }
    }

    private static boolean isCommitted(KeyValueStore store, Batch batch) {
        try {
            store.commit(batch, true);
            return true;
        } catch (StorageFailed e) {
            return false;
        }
    }
}
