package io.aldis.storage;

import static io.aldis.storage.NumberedRows.numbers;
import static io.aldis.storage.NumberedRows.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StoreDirectoryTest {
    @TempDir
    Path directory;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void is_made_for_its_owner_alone() throws IOException {
        RocksStorage.in(directory.resolve("a/store")).open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a/store"))))
                .isEqualTo("rwx------");
    }

    @Test
    void tells_a_second_broker_who_has_it() {
        RocksStorage storage = RocksStorage.in(directory);
        try (KeyValueStore store = storage.open()) {
            assertThatThrownBy(storage::open)
                    .isInstanceOf(StorageUnavailable.class)
                    .hasMessageContainingAll(
                            "in use by this process itself",
                            Long.toString(ProcessHandle.current().pid()));
            put(store, "rows", 0, 1);
        }
        try (KeyValueStore store = storage.open()) {
            assertThat(numbers(store.table("rows"))).hasSize(1);
        }
    }

    @Test
    void tells_another_process_who_has_it() throws Exception {
        try (KeyValueStore store = RocksStorage.in(directory).open()) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            StoreDirectoryTest.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(other.waitFor()).isEqualTo(1);
            assertThat(said)
                    .contains("is in use by process " + ProcessHandle.current().pid() + ". Stop it, or choose another");
            put(store, "rows", 0, 1);
        }
    }

    /** The other process. */
    public static void main(String[] directory) {
        StoreDirectory.claim(Path.of(directory[0])).close();
    }

    @Test
    void a_newer_format_is_refused() throws IOException {
        RocksStorage.in(directory).open().close();
        Files.writeString(directory.resolve("VERSION"), "aldis-store 2\n");
        assertThatThrownBy(() -> RocksStorage.in(directory).open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll("format 2", "newer Aldis");
    }

    @Test
    void a_version_that_is_none_is_refused() throws IOException {
        Files.writeString(directory.resolve("VERSION"), "something");
        assertThatThrownBy(() -> RocksStorage.in(directory).open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll("\"aldis-store 1\"", "\"something\"");
    }

    @Test
    void a_directory_of_somebody_else_is_refused_and_left_alone() throws IOException {
        Files.writeString(directory.resolve("thesis.txt"), "important");
        assertThatThrownBy(() -> RocksStorage.in(directory).open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll("thesis.txt", "Choose another directory");
        assertThat(directory).isDirectoryNotContaining("glob:**lock").isDirectoryNotContaining("glob:**VERSION");
    }

    @Test
    void a_file_is_refused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> RocksStorage.in(file).open())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("cannot be used for a store");
    }

    @Test
    void a_refused_directory_is_let_go() throws IOException {
        RocksStorage.in(directory).open().close();
        Files.writeString(directory.resolve("VERSION"), "aldis-store 2\n");
        assertThatThrownBy(() -> RocksStorage.in(directory).open()).isInstanceOf(StorageUnavailable.class);
        Files.writeString(directory.resolve("VERSION"), "aldis-store 1\n");
        RocksStorage.in(directory).open().close();
    }
}
