package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.Storage;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps a broker's tables in a directory, in RocksDB. What a commit with {@code sync} has made outlives the power cut, as far as the
 * disk keeps its word.
 *
 * <p>Immutable; each {@code with…} answers another one. One broker at a time uses a directory, and it is told who has it.
 *
 * <p>A process that was killed may leave the last batch half written. That is found by its checksum, cut off and said in the log. Damage
 * elsewhere is not passed over: {@link #open} refuses, and {@link #salvage} saves what can be read.
 */
public final class RocksStorage implements Storage {
    private static final long MEBIBYTE = 1024 * 1024;

    private final Path directory;
    private final RocksSettings settings;

    private RocksStorage(Path directory, RocksSettings settings) {
        this.directory = directory.toAbsolutePath().normalize();
        this.settings = settings;
    }

    /** In this directory, which is made if it is not there: for its owner alone, where the file system knows owners. */
    public static RocksStorage in(Path directory) {
        return new RocksStorage(
                directory,
                new RocksSettings(32 * MEBIBYTE, 32 * MEBIBYTE, Path.of(System.getProperty("java.io.tmpdir"))));
    }

    /**
     * How much memory outside the Java heap is for blocks that were read, their indexes included.
     *
     * @param bytes at least 1 MiB; 32 MiB if nothing is said
     */
    public RocksStorage withReadMemory(long bytes) {
        return new RocksStorage(
                directory, new RocksSettings(atLeastMebibyte(bytes), settings.writeMemory(), settings.nativeFiles()));
    }

    /**
     * How much memory outside the Java heap is for rows that are in the log and not yet in tables. When it is nearly full it is written out.
     * More of it means fewer rows written out that are soon removed, slower commits, and a longer start after a crash.
     *
     * @param bytes at least 1 MiB; 32 MiB if nothing is said
     */
    public RocksStorage withWriteMemory(long bytes) {
        return new RocksStorage(
                directory, new RocksSettings(settings.readMemory(), atLeastMebibyte(bytes), settings.nativeFiles()));
    }

    /**
     * Where the native part of RocksDB, a file of about 17 MB, is put for the moment in which it is loaded. Programs must be allowed
     * to run from there (no {@code noexec}). Once in a Java virtual machine: the first storage that is opened decides.
     *
     * @param place a directory that is there; {@code java.io.tmpdir} if nothing is said
     */
    public RocksStorage withNativeFilesIn(Path place) {
        return new RocksStorage(
                directory, new RocksSettings(settings.readMemory(), settings.writeMemory(), place.toAbsolutePath()));
    }

    private static long atLeastMebibyte(long bytes) {
        if (bytes < MEBIBYTE) {
            throw new IllegalArgumentException("Memory for a store is at least 1 MiB, but was " + bytes + " bytes");
        }
        return bytes;
    }

    @Override
    public KeyValueStore open() {
        NativeLibrary.load(settings.nativeFiles());
        StoreDirectory home = StoreDirectory.claim(directory);
        try {
            LogFile.cutTornTail(home.database());
            return RocksStore.open(home.database(), settings, home::close);
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    /**
     * Reads everything and compares it with its checksums. Changes nothing but the end of a log that a killed process left, as
     * {@link #open} does.
     *
     * @return what is damaged, a sentence each; empty if all is well
     * @throws StorageUnavailable if the directory is in use, or holds something else
     */
    public List<String> damage() {
        StoreDirectory.requireStore(directory);
        return salvaging(Salvage::damage);
    }

    /**
     * Makes a damaged store one that opens, with all that can be read. What is damaged is put aside in it, in a directory whose name begins
     * with {@code damaged-}; it may be deleted. Needs room on the disk for another copy.
     *
     * @return what was lost, a sentence each; empty if nothing was damaged, and then nothing was changed
     * @throws StorageUnavailable if the directory is in use, or holds something else, or nothing in it can be read
     */
    public List<String> salvage() {
        StoreDirectory.requireStore(directory);
        return salvaging(Salvage::salvage);
    }

    /**
     * Opens what is there; where {@link #open} makes a new store, this refuses.
     *
     * @throws StorageUnavailable if it is not there, or cannot be used
     */
    public KeyValueStore openExisting() {
        StoreDirectory.requireStore(directory);
        return open();
    }

    /**
     * Copies the store into another directory, whether a broker has it open or not; it may be another process. The copy is what the store
     * was at one moment, batches whole, and can be opened as a store. Tables are linked, not copied, where the file system can.
     *
     * @param target is not there, or is empty
     * @throws StorageUnavailable if there is no store
     * @throws StorageFailed if it could not be copied
     */
    public void backup(Path target) {
        StoreDirectory.requireStore(directory);
        NativeLibrary.load(settings.nativeFiles());
        Path home = target.toAbsolutePath().normalize();
        try {
            StoreDirectory.make(home);
            RocksStore.refuseIfNotEmpty(home);
            LiveCopy.copy(StoreDirectory.database(directory), StoreDirectory.database(home));
            prune(StoreDirectory.database(home));
            // Last, so that half a backup is not taken for a store.
            StoreDirectory.mark(home, directory);
        } catch (IOException e) {
            throw new StorageFailed("No backup into " + home + " could be made: " + e, e);
        }
    }

    /**
     * Deletes the tables in a copy that do not belong to it: those that were in the making. A database that is opened might write over them,
     * and they may be links.
     */
    private void prune(Path copy) throws IOException {
        Set<String> live;
        try (DamagedDatabase database = DamagedDatabase.open(copy, settings)) {
            live = database.files().stream()
                    .map(file -> String.valueOf(Path.of(file.fileName()).getFileName()))
                    .collect(Collectors.toSet());
        }
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".sst")).toList()) {
                if (!live.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Puts another store in the place of the one that is there, in one step: whatever happens before {@code work} has returned, all stays as
     * it was.
     *
     * @param work is given the present store and the new one, which is empty, and closes neither; if it throws, nothing is replaced
     * @throws StorageUnavailable if the directory is in use, or holds something else
     */
    public void replace(BiConsumer<KeyValueStore, KeyValueStore> work) {
        NativeLibrary.load(settings.nativeFiles());
        try (StoreDirectory home = StoreDirectory.claim(directory)) {
            LogFile.cutTornTail(home.database());
            home.clearDraft();
            StoreDirectory.delete(home.old());
            try (KeyValueStore present = RocksStore.open(home.database(), settings, () -> {});
                    KeyValueStore draft = RocksStore.open(home.draft(), settings, () -> {})) {
                work.accept(present, draft);
            } catch (RuntimeException e) {
                home.clearDraft();
                throw e;
            }
            home.replaceDatabase(home.old());
            StoreDirectory.delete(home.old());
        } catch (IOException e) {
            throw new StorageUnavailable("The store in " + directory + " could not be replaced: " + e, e);
        }
    }

    private List<String> salvaging(Function<Salvage, List<String>> work) {
        NativeLibrary.load(settings.nativeFiles());
        try (StoreDirectory home = StoreDirectory.claim(directory)) {
            return work.apply(new Salvage(home, settings));
        }
    }

    @Override
    public String toString() {
        return "RocksDB in " + directory;
    }
}
