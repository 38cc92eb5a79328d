package io.aldis.storage;

import static io.aldis.storage.NumberedRows.key;
import static io.aldis.storage.NumberedRows.numbers;
import static io.aldis.storage.NumberedRows.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Table;
import io.aldis.broker.storage.StorageFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing, backups, full disks, and space that is given back. */
@Timeout(120)
class LifeTest {
    @TempDir
    Path directory;

    private KeyValueStore open() {
        return RocksStorage.in(directory.resolve("store")).open();
    }

    @Test
    void a_closed_store_says_so_and_does_not_end_the_process() {
        KeyValueStore store = open();
        put(store, "rows", 0, 3);
        Table table = store.table("rows");
        KeyValueStore.Rows rows = table.rows(key(0), null);
        assertThat(rows.next()).isTrue();
        store.close();
        store.close();
        assertThatThrownBy(rows::next).isInstanceOf(StorageFailed.class).hasMessage("The store is closed");
        rows.close();
        assertThatThrownBy(() -> table.get(key(0))).isInstanceOf(StorageFailed.class);
        assertThatThrownBy(() -> table.rows(key(0), null)).isInstanceOf(StorageFailed.class);
        assertThatThrownBy(() -> store.table("others")).isInstanceOf(StorageFailed.class);
        assertThatThrownBy(() -> put(store, "rows", 0, 1)).isInstanceOf(StorageFailed.class);
        assertThat(store.figures().trouble()).isEqualTo("The store is closed");
    }

    @Test
    void closing_waits_for_readers_and_turns_later_ones_away() throws Exception {
        KeyValueStore store = open();
        put(store, "rows", 0, 1000);
        CountDownLatch reading = new CountDownLatch(3);
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ends.add(readers.submit(() -> readForEver(store, reading)));
            }
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            store.close();
            for (Future<?> end : ends) {
                assertThatThrownBy(() -> end.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(StorageFailed.class)
                        .hasMessage("The store is closed");
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @SuppressWarnings("InfiniteLoopStatement")
    private static void readForEver(KeyValueStore store, CountDownLatch reading) {
        Table table = store.table("rows");
        while (true) {
            numbers(table);
            table.get(key(7));
            store.figures();
            reading.countDown();
        }
    }

    @Test
    void a_backup_opens_with_all_that_was_committed_before_it() {
        Path backup = directory.resolve("backups/monday");
        try (KeyValueStore store = open()) {
            put(store, "rows", 0, 5000);
            store.backup(backup);
            put(store, "rows", 5000, 6000);
            assertThatThrownBy(() -> store.backup(backup))
                    .isInstanceOf(StorageFailed.class)
                    .hasMessageContaining("not empty");
            try (KeyValueStore copy = RocksStorage.in(backup).open()) {
                assertThat(numbers(copy.table("rows"))).hasSize(5000);
                put(copy, "rows", 7000, 7001);
            }
            assertThat(numbers(store.table("rows"))).hasSize(6000);
        }
        assertThat(RocksStorage.in(backup).damage()).isEmpty();
    }

    @Test
    void a_backup_may_be_on_another_file_system() throws Exception {
        try (SmallDisk disk = mounted(32);
                KeyValueStore store = open()) {
            put(store, "rows", 0, 5000);
            store.backup(disk.path().resolve("backup"));
            try (KeyValueStore copy =
                    RocksStorage.in(disk.path().resolve("backup")).open()) {
                assertThat(numbers(copy.table("rows"))).hasSize(5000);
            }
        }
    }

    @Test
    void a_full_disk_fails_commits_until_there_is_space_and_readers_go_on() throws Exception {
        try (SmallDisk disk = mounted(64);
                KeyValueStore store = RocksStorage.in(disk.path().resolve("store"))
                        .withWriteMemory(4 << 20)
                        .open()) {
            put(store, "rows", 0, 1000);
            Path filler = disk.fill(6 << 20);
            int[] kept = {1000};
            StorageFailed failure = failure(() -> {
                while (kept[0] < 1_000_000) {
                    put(store, "rows", kept[0], kept[0] + 1000);
                    kept[0] += 1000;
                }
            });
            assertThat(failure).hasMessageContaining("the disk is full");
            assertThat(store.figures().trouble()).contains("the disk is full");
            assertThat(numbers(store.table("rows"))).hasSize(kept[0]);

            Files.delete(filler);
            try (Batch batch = store.batch()) {
                batch.put(store.table("rows"), key(kept[0]), NumberedRows.value(kept[0]));
                commitAsSoonAsItWorks(store, batch);
            }
            assertThat(store.figures().trouble()).isEmpty();
            assertThat(numbers(store.table("rows"))).hasSize(kept[0] + 1);
            store.close();
            try (KeyValueStore again =
                    RocksStorage.in(disk.path().resolve("store")).open()) {
                assertThat(numbers(again.table("rows"))).hasSize(kept[0] + 1);
            }
        }
    }

    @Test
    void the_space_of_rows_that_were_removed_is_given_back() throws Exception {
        try (KeyValueStore store = open()) {
            for (int i = 0; i < 200_000; i += 1000) {
                put(store, "rows", i, i + 1000);
            }
            Gleaner gleaner = ((RocksStore) store).gleaner();
            gleaner.glean();
            assertThat(store.figures().diskBytes()).isGreaterThan(30_000_000);
            try (Batch batch = store.batch()) {
                for (int i = 0; i < 199_000; i++) {
                    batch.remove(store.table("rows"), key(i));
                }
                store.commit(batch, false);
            }
            gleaner.glean();
            // What is left of it is not removed files, but lists and settings.
            assertThat(store.figures().diskBytes()).isLessThan(2_000_000);
            assertThat(numbers(store.table("rows"))).hasSize(1000);
        }
    }

    private SmallDisk mounted(int mebibytes) throws Exception {
        SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), mebibytes);
        if (disk == null) {
            return abort("Only root can mount a disk");
        }
        return disk;
    }

    private static StorageFailed failure(Runnable work) {
        try {
            work.run();
        } catch (StorageFailed e) {
            return e;
        }
        throw new AssertionError("It did not fail");
    }

    /** The time limit of the test ends this. */
    private static void commitAsSoonAsItWorks(KeyValueStore store, Batch batch) {
        while (true) {
            try {
                store.commit(batch, true);
                return;
            } catch (StorageFailed e) {
                assertThat(e).hasMessageContaining("the disk is full");
                Thread.onSpinWait();
            }
        }
    }
}
