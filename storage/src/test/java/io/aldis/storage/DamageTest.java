package io.aldis.storage;

import static io.aldis.storage.NumberedRows.bytes;
import static io.aldis.storage.NumberedRows.key;
import static io.aldis.storage.NumberedRows.numbers;
import static io.aldis.storage.NumberedRows.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a store whose files are not what was written. */
class DamageTest {
    @TempDir
    Path directory;

    private RocksStorage storage() {
        return RocksStorage.in(directory.resolve("store"));
    }

    @Test
    void a_torn_last_batch_is_cut_off_wherever_it_is_torn_and_that_is_said() throws Exception {
        Path pristine = directory.resolve("pristine");
        try (KeyValueStore store = RocksStorage.in(pristine).open()) {
            put(store, "rows", 0, 300); // More than a block of the log.
            try (Batch batch = store.batch()) {
                batch.put(store.table("rows"), key(300), bytes("torn"));
                store.commit(batch, true);
            }
        }
        long size = Files.size(log(pristine));
        long last = 7 + 12 + 1 + 1 + 1 + 8 + 1 + 4;
        for (long torn = size - last + 1; torn < size; torn++) {
            Path copy = copy(pristine, directory.resolve("torn" + torn));
            truncate(log(copy), torn);
            try (Log log = new Log();
                    KeyValueStore store = RocksStorage.in(copy).open()) {
                assertThat(numbers(store.table("rows"))).hasSize(300);
                assertThat(store.table("rows").get(key(300))).isNull();
                assertThat(log.warnings())
                        .singleElement()
                        .asString()
                        .contains("the last " + (torn - size + last) + " bytes were cut off");
            }
        }
    }

    @Test
    void a_torn_batch_of_many_blocks_is_cut_off_whole() throws Exception {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 10);
            put(store, "rows", 10, 2000);
        }
        truncate(log(directory.resolve("store")), Files.size(log(directory.resolve("store"))) / 2);
        try (Log log = new Log();
                KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).hasSize(10);
            assertThat(log.warnings()).hasSize(1);
            put(store, "rows", 10, 20);
        }
        try (Log log = new Log();
                KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).hasSize(20);
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void a_log_that_is_whole_is_not_touched() throws Exception {
        try (KeyValueStore store = storage().open()) {
            put(store, "rows", 0, 1000);
        }
        try (Log log = new Log();
                KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).hasSize(1000);
            assertThat(log.warnings()).isEmpty();
        }
        assertThat(storage().damage()).isEmpty();
        assertThat(storage().salvage()).isEmpty();
    }

    @Test
    void a_log_that_is_damaged_in_the_middle_is_refused_and_salvaged() throws Exception {
        try (KeyValueStore store = storage().open()) {
            for (int i = 0; i < 2000; i++) {
                put(store, "rows", i, i + 1);
            }
        }
        flip(log(directory.resolve("store")), 100_000);
        assertThatThrownBy(() -> storage().open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll(".log", "100", "aldis store check --repair");
        assertThat(storage().damage()).singleElement().asString().contains(".log");
        List<String> lost = storage().salvage();
        assertThat(lost).singleElement().asString().contains(".log");
        try (KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows")))
                    .hasSizeBetween(2000 - 32 * 1024 / 150, 1999)
                    .contains(0, 1999);
        }
        assertThat(storage().damage()).isEmpty();
        assertThat(entries("damaged-")).hasSize(1);
    }

    @Test
    void a_table_file_that_is_damaged_is_found_when_it_is_read_and_salvaged_around_the_damage() throws Exception {
        fillTables();
        Path file = largestTable();
        flip(file, Files.size(file) / 3);
        flip(file, Files.size(file) / 3 * 2);
        try (KeyValueStore store = storage().open()) {
            assertThatThrownBy(() -> numbers(store.table("rows")))
                    .isInstanceOf(StorageFailed.class)
                    .hasMessageContainingAll("rows", "damaged", "aldis store check --repair");
            assertThat(numbers(store.table("others"))).hasSize(100);
        }
        assertThat(storage().damage()).singleElement().asString().contains(String.valueOf(file.getFileName()), "rows");

        List<String> lost = storage().salvage();
        assertThat(lost).hasSize(2).allSatisfy(text -> assertThat(text).contains("Table rows, keys from "));
        try (KeyValueStore store = storage().open()) {
            List<Integer> saved = numbers(store.table("rows"));
            // Two blocks of 16 KiB, of rows that are hardly compressed.
            assertThat(saved)
                    .hasSizeBetween(20_000 - 500, 19_999)
                    .doesNotHaveDuplicates()
                    .contains(0, 10_000, 19_999);
            assertThat(numbers(store.table("others"))).hasSize(100);
            put(store, "rows", 0, 20_000);
        }
        assertThat(storage().damage()).isEmpty();
    }

    @Test
    void without_the_files_that_tell_what_is_in_it_nothing_is_salvaged() throws Exception {
        fillTables();
        try (Stream<Path> files = Files.list(directory.resolve("store/rocksdb"))) {
            Path manifest = files.filter(file -> file.toString().contains("MANIFEST"))
                    .findAny()
                    .orElseThrow();
            flip(manifest, 20);
        }
        assertThatThrownBy(() -> storage().open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> storage().salvage())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("Restore a backup");
        assertThat(entries("rocksdb")).hasSize(1);
    }

    @Test
    void a_salvage_that_was_killed_while_it_replaced_the_database_is_finished() throws Exception {
        fillTables();
        Files.move(directory.resolve("store/rocksdb"), directory.resolve("store/rocksdb.new"));
        try (KeyValueStore store = storage().open()) {
            assertThat(numbers(store.table("rows"))).hasSize(20_000);
        }
    }

    /** Enough for it to be written out of the log into files. */
    private void fillTables() {
        try (KeyValueStore store = storage().withWriteMemory(2 << 20).open()) {
            put(store, "others", 0, 100);
            IntStream.range(0, 20).forEach(i -> put(store, "rows", i * 1000, (i + 1) * 1000));
        }
        try (KeyValueStore store = storage().open()) { // Writes out the rest.
            assertThat(numbers(store.table("rows"))).hasSize(20_000);
        }
    }

    private Path largestTable() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store/rocksdb"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private List<Path> entries(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(name))
                    .toList();
        }
    }

    /** The log with something in it. */
    private static Path log(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("rocksdb"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(size);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 0x10);
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}
