package io.aldis.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a store, ours alone until it is closed:
 *
 * <ul>
 *   <li>{@code VERSION}: the format, one line; written before anything else that lasts;
 *   <li>{@code lock}: locked by the process that it names;
 *   <li>{@code rocksdb}: the database;
 *   <li>{@code rocksdb.new}: a database in the making, to replace it;
 *   <li>{@code rocksdb.old}: one that was replaced, to be deleted;
 *   <li>{@code damaged-…}: what {@link Salvage} has put aside.
 * </ul>
 */
final class StoreDirectory implements AutoCloseable {
    /** The newest format, which is the one that is written. */
    static final int VERSION = 1;

    private static final String VERSION_FILE = "VERSION";
    private static final String VERSION_WORDS = "aldis-store ";
    private static final String LOCK_FILE = "lock";

    /** What may be in a directory that holds no store yet. */
    private static final Set<String> NOT_FOREIGN = Set.of(LOCK_FILE, VERSION_FILE + ".new", "lost+found");

    private final Path path;
    private final FileChannel lock;

    private StoreDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes it, if it is not there, and keeps others out.
     *
     * @throws StorageUnavailable if it is in use, holds something else or something newer, or cannot be used
     */
    static StoreDirectory claim(Path path) {
        try {
            make(path);
            refuseForeign(path);
            StoreDirectory directory = new StoreDirectory(path, locked(path));
            try {
                directory.checkVersion();
                directory.prepareDatabase();
            } catch (IOException | RuntimeException e) {
                directory.close();
                throw e;
            }
            return directory;
        } catch (IOException e) {
            throw new StorageUnavailable(
                    "The directory " + path + " cannot be used for a store: " + e
                            + ". Give this user the right to read and write it, or choose another directory.",
                    e);
        }
    }

    /** Marks a directory, that has a database in it, as a store. */
    static void mark(Path path) throws IOException {
        Path draft = path.resolve(VERSION_FILE + ".new");
        try (FileChannel file = FileChannel.open(draft, CREATE, WRITE)) {
            file.truncate(0);
            file.write(UTF_8.encode(VERSION_WORDS + VERSION + "\n"));
            file.force(true);
        }
        finishMark(path);
    }

    private static void finishMark(Path path) throws IOException {
        Files.move(path.resolve(VERSION_FILE + ".new"), path.resolve(VERSION_FILE), StandardCopyOption.ATOMIC_MOVE);
        sync(path);
    }

    /** Makes a directory and those it is in. */
    static void make(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(path);
        }
        if (parent != null) {
            sync(parent);
        }
    }

    /** Puts the names in a directory on the disk; some systems do that by themselves and refuse to be asked. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        } catch (IOException e) {
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }

    Path path() {
        return path;
    }

    Path database() {
        return database(path);
    }

    static Path database(Path store) {
        return store.resolve("rocksdb");
    }

    /** Where another database is made, to replace that which is there. */
    Path draft() {
        return path.resolve("rocksdb.new");
    }

    /** Where a database is put that another one replaces, to be deleted. */
    Path old() {
        return path.resolve("rocksdb.old");
    }

    /** Deletes a draft that was not finished. */
    void clearDraft() throws IOException {
        delete(draft());
    }

    /** Deletes a directory, if it is there, with the files in it. */
    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /**
     * Refuses what is no store.
     *
     * @throws StorageUnavailable if there is none in the directory
     */
    static void requireStore(Path path) {
        if (!Files.exists(path.resolve(VERSION_FILE))) {
            throw new StorageUnavailable(
                    "There is no store in " + path + ". Name the directory that a broker keeps its data in.", null);
        }
    }

    /** Marks a directory as a store of the same format as another one. */
    static void mark(Path path, Path like) throws IOException {
        Files.copy(like.resolve(VERSION_FILE), path.resolve(VERSION_FILE + ".new"));
        finishMark(path);
    }

    /** Puts the database aside, and the draft in its place. */
    void replaceDatabase(Path aside) throws IOException {
        Files.move(database(), aside, StandardCopyOption.ATOMIC_MOVE);
        finishReplacing();
    }

    private void finishReplacing() throws IOException {
        Files.move(draft(), database(), StandardCopyOption.ATOMIC_MOVE);
        sync(path);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("The lock of " + path + " could not be given back", e);
        }
    }

    private static void refuseForeign(Path path) throws IOException {
        if (Files.exists(path.resolve(VERSION_FILE))) {
            return;
        }
        List<String> foreign;
        try (Stream<Path> entries = Files.list(path)) {
            foreign = entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !NOT_FOREIGN.contains(name))
                    .sorted()
                    .limit(3)
                    .toList();
        }
        if (!foreign.isEmpty()) {
            throw new StorageUnavailable(
                    "The directory " + path + " is not a store of Aldis (it has no file " + VERSION_FILE
                            + ") and is not empty: there is " + String.join(", ", foreign)
                            + ". Choose another directory, or one that is not there yet.",
                    null);
        }
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK_FILE), CREATE, READ, WRITE);
        try {
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new StorageUnavailable(
                        "The store in " + path + " is in use by " + owner(channel)
                                + ". Stop it, or choose another directory.",
                        null);
            }
            channel.truncate(0);
            channel.write(UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // By this process.
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String process = UTF_8.decode(text.flip()).toString().strip();
        if (process.equals(Long.toString(ProcessHandle.current().pid()))) {
            return "this process itself (" + process + ")";
        }
        return process.isEmpty() ? "another process" : "process " + process;
    }

    private void checkVersion() throws IOException {
        Path file = path.resolve(VERSION_FILE);
        if (!Files.exists(file)) {
            mark(path);
            return;
        }
        String line = Files.readString(file).strip();
        int version = version(line);
        if (version > VERSION) {
            throw new StorageUnavailable(
                    "The store in " + path + " has format " + version
                            + ", made by a newer Aldis; this one knows formats up to " + VERSION
                            + ". Run the newer Aldis, or export the store with it and import it here.",
                    null);
        }
        if (version < VERSION) {
            migrate(version);
        }
    }

    private int version(String line) {
        try {
            if (line.startsWith(VERSION_WORDS)) {
                return Integer.parseInt(line.substring(VERSION_WORDS.length()));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new StorageUnavailable(
                "The file " + path.resolve(VERSION_FILE) + " should say \"" + VERSION_WORDS + VERSION + "\" but says \""
                        + line + "\". If the store beside it is one of Aldis, restore the file from a backup.",
                null);
    }

    private void prepareDatabase() throws IOException {
        if (!Files.exists(database()) && Files.exists(draft())) {
            finishReplacing(); // The process was killed just then.
        }
        Files.createDirectories(database());
    }

    /** There is no older format yet; the first migration goes here, and ends with {@link #mark}. */
    private void migrate(int version) {
        throw new StorageUnavailable(
                "The store in " + path + " has format " + version + ", which never was. Restore " + VERSION_FILE
                        + " from a backup.",
                null);
    }
}
