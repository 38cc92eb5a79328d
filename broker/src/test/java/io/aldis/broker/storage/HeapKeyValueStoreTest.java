package io.aldis.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.storage.KeyValueStore.Batch;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The store in the heap does what every store does, and crashes as it is told to. */
class HeapKeyValueStoreTest extends KeyValueStoreContract {

    @Override
    protected KeyValueStore open() {
        return new HeapKeyValueStore();
    }

    @Override
    protected KeyValueStore reopened(KeyValueStore store) {
        return ((HeapKeyValueStore) store).killed();
    }

    @Override
    protected void breakDown(KeyValueStore store) {
        ((HeapKeyValueStore) store).failing("the disk is full");
    }

    @Override
    protected void mend(KeyValueStore store) {
        ((HeapKeyValueStore) store).mended();
    }

    @Test
    void theEndOfTheProcessLosesNothingCommitted() {
        HeapKeyValueStore store = new HeapKeyValueStore();
        commit(store, 1, true);
        commit(store, 2, false);
        HeapKeyValueStore found = store.killed();
        assertThat(found.dump()).isEqualTo("numbers 01 = 01\nnumbers 02 = 02\n").isEqualTo(store.dump());
        commit(store, 3, true);
        assertThat(found.dump()).as("it has a life of its own").isEqualTo("numbers 01 = 01\nnumbers 02 = 02\n");
    }

    @Test
    void aPowerCutLosesTheLastOfWhatWasNotSynced() {
        HeapKeyValueStore store = new HeapKeyValueStore();
        commit(store, 1, false);
        commit(store, 2, true);
        commit(store, 3, false);
        commit(store, 4, false);
        TreeSet<String> found = new TreeSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            found.add(store.afterPowerCut(random).dump());
        }
        String synced = "numbers 01 = 01\nnumbers 02 = 02\n";
        assertThat(found)
                .containsExactly(synced, synced + "numbers 03 = 03\n", synced + "numbers 03 = 03\nnumbers 04 = 04\n");
    }

    @Test
    void aPowerCutAfterTheEndOfTheProcessLosesWhatWasNotSyncedBefore() {
        HeapKeyValueStore store = new HeapKeyValueStore();
        commit(store, 1, false);
        TreeSet<String> found = new TreeSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            found.add(store.killed().afterPowerCut(random).dump());
        }
        assertThat(found).containsExactly("", "numbers 01 = 01\n");
    }

    @Test
    void whatAPowerCutLeftIsOnTheDisk() {
        HeapKeyValueStore store = new HeapKeyValueStore();
        commit(store, 1, false);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            HeapKeyValueStore found = store.afterPowerCut(random);
            assertThat(found.afterPowerCut(random).dump()).isEqualTo(found.dump());
        }
    }

    private static void commit(KeyValueStore store, int number, boolean sync) {
        try (Batch batch = store.batch()) {
            byte[] bytes = {(byte) number};
            batch.put(store.table("numbers"), bytes, bytes);
            store.commit(batch, sync);
        }
    }
}
