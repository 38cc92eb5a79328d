package io.aldis.storage;

import static io.aldis.storage.NumberedRows.numbers;
import static io.aldis.storage.NumberedRows.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store is copied, or replaced, whoever uses it. */
@Timeout(120)
class BackupTest {

    private static final long PACE = 2_000_000;

    private static final int BATCH = 50;

    @TempDir
    Path directory;

    private RocksStorage storage() {
        return RocksStorage.in(directory.resolve("store")).withWriteMemory(1 << 20);
    }

    private static List<Integer> upTo(int rows) {
        return IntStream.range(0, rows).boxed().toList();
    }

    @Test
    void a_store_that_nobody_uses_is_copied() {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 2 * BATCH);
        }
        storage().backup(directory.resolve("copy"));

        assertThat(RocksStorage.in(directory.resolve("copy")).damage()).isEmpty();
        try (KeyValueStore copy = RocksStorage.in(directory.resolve("copy")).openExisting()) {
            assertThat(numbers(copy.table("rows"))).isEqualTo(upTo(2 * BATCH));
        }
    }

    /** It is written, flushed and compacted meanwhile. */
    @Test
    void copies_of_a_store_in_use_are_whole_batches_of_all_tables() throws Exception {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, BATCH);
            put(store, "others", 0, BATCH);
            AtomicBoolean enough = new AtomicBoolean();
            Thread writer = new Thread(() -> write(store, enough));
            writer.start();
            int before = 0;
            try {
                for (int i = 0; i < 8; i++) {
                    Path copy = directory.resolve("copy" + i);
                    storage().backup(copy);
                    int rows = rowsOf(copy);
                    assertThat(rows).isGreaterThanOrEqualTo(before);
                    before = rows;
                }
            } finally {
                enough.set(true);
                writer.join();
            }
            int last = numbers(store.table("rows")).size();
            assertThat(numbers(store.table("rows"))).isEqualTo(upTo(last)); // Copies took nothing away.
        }
        assertThat(storage().damage()).isEmpty();
    }

    /** As rows that were in the log go into a table, the manifest without that table goes with a log without these rows. */
    @Test
    void a_copy_has_no_hole_when_rows_go_from_the_log_into_a_table_meanwhile() throws Exception {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, BATCH);
            Path database = directory.resolve("store/rocksdb");
            Path log = onlyLog(database);
            AtomicInteger rows = new AtomicInteger(BATCH);

            LiveCopy.copy(database, directory.resolve("copy"), () -> {
                while (Files.exists(log)) {
                    put(store, "rows", rows.get(), rows.addAndGet(BATCH));
                }
            });

            assertThat(rows.get()).isGreaterThan(BATCH);
            Path copy = Files.createDirectory(directory.resolve("home"));
            Files.move(directory.resolve("copy"), copy.resolve("rocksdb"));
            StoreDirectory.mark(copy);
            try (KeyValueStore copied = RocksStorage.in(copy).openExisting()) {
                assertThat(numbers(copied.table("rows"))).isEqualTo(upTo(rows.get()));
            }
        }
    }

    private static Path onlyLog(Path database) throws IOException {
        try (Stream<Path> files = Files.list(database)) {
            List<Path> logs =
                    files.filter(file -> file.toString().endsWith(".log")).toList();
            assertThat(logs).hasSize(1);
            return logs.get(0);
        }
    }

    private static void write(KeyValueStore store, AtomicBoolean enough) {
        for (int from = BATCH; !enough.get(); from += BATCH) {
            try (KeyValueStore.Batch batch = store.batch()) {
                for (int i = from; i < from + BATCH; i++) {
                    batch.put(store.table("rows"), NumberedRows.key(i), NumberedRows.value(i));
                    batch.put(store.table("others"), NumberedRows.key(i), NumberedRows.value(i));
                }
                store.commit(batch, true);
            }
            LockSupport.parkNanos(PACE); // As fast as it can, it would leave no moment to copy in.
        }
    }

    /** How many there are, in both tables, without a gap. */
    private static int rowsOf(Path copy) {
        try (KeyValueStore store = RocksStorage.in(copy).openExisting()) {
            List<Integer> numbers = numbers(store.table("rows"));
            assertThat(numbers.size() % BATCH).isZero();
            assertThat(numbers).isEqualTo(upTo(numbers.size()));
            assertThat(numbers(store.table("others"))).isEqualTo(numbers);
            put(store, "rows", numbers.size(), numbers.size() + 20_000); // It is a store of its own.
            return numbers.size();
        }
    }

    @Test
    void no_backup_is_made_of_nothing_or_over_something() throws Exception {
        assertThatThrownBy(() -> storage().backup(directory.resolve("copy")))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll("There is no store in", "store.");
        assertThat(directory.resolve("copy")).doesNotExist();
        storage().open().close();
        Files.createDirectories(directory.resolve("full/of"));
        assertThatThrownBy(() -> storage().backup(directory.resolve("full")))
                .isInstanceOf(StorageFailed.class)
                .hasMessageContaining("it is not empty");
    }

    @Test
    void what_replaces_a_store_is_there_when_it_is_whole() {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 10);
        }
        storage().replace((present, draft) -> {
            assertThat(numbers(present.table("rows"))).hasSize(10);
            put(draft, "rows", 0, 3);
        });
        try (KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).isEqualTo(upTo(3));
        }
        assertThat(names(directory.resolve("store"))).containsExactlyInAnyOrder("VERSION", "lock", "rocksdb");
    }

    @Test
    void what_failed_to_replace_a_store_leaves_no_trace() {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 10);
        }
        assertThatThrownBy(() -> storage().replace((present, draft) -> {
                    put(draft, "rows", 0, 3);
                    throw new IllegalStateException("no more");
                }))
                .hasMessage("no more");
        assertThat(names(directory.resolve("store"))).containsExactlyInAnyOrder("VERSION", "lock", "rocksdb");
        try (KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).hasSize(10);
        }
    }

    @Test
    void a_process_that_was_killed_while_it_replaced_a_store_leaves_it_as_it_was() throws Exception {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 10);
        }
        storage().replace((present, draft) -> {
            put(draft, "rows", 0, 3);
            copy(directory.resolve("store"), directory.resolve("killed"));
        });
        try (KeyValueStore store = RocksStorage.in(directory.resolve("killed")).open()) {
            assertThat(numbers(store.table("rows"))).hasSize(10);
        }
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
