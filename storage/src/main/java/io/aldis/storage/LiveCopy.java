package io.aldis.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aldis.broker.storage.StorageFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Copies a database from its files, whoever has it open, without a word to them.
 *
 * <p>A database is what its manifest names: tables, which never change, and logs, which only grow. The manifest only grows too, before a file
 * that it named is deleted. So this takes hold of all of them, of tables by a link where the file system can, and then looks whether
 * manifest and logs are still those it saw before. If so, what it holds was the whole database at that moment, with logs up to the length
 * they had. If not, it tries again: manifests change once in a while, and to take hold takes milliseconds. A batch that was being
 * written at that moment is torn in the copy and cut off when it is opened.
 */
final class LiveCopy implements AutoCloseable {

    private static final int TRIES = 200;
    private static final String LOG = ".log";

    private final Path source;
    private final Path target;
    private final Runnable meanwhile;

    /** What is to be copied: from where, and up to where. */
    private final List<Part> parts = new ArrayList<>();

    private LiveCopy(Path source, Path target, Runnable meanwhile) {
        this.source = source;
        this.target = target;
        this.meanwhile = meanwhile;
    }

    /** A file of which the first bytes are to be copied. */
    private record Part(String name, FileChannel file, long bytes) {}

    /**
     * Copies a database.
     *
     * @param source RocksDB's directory
     * @param target is made
     * @throws StorageFailed if the database changes so fast that no moment was found
     */
    static void copy(Path source, Path target) throws IOException {
        copy(source, target, () -> {});
    }

    /**
     * The same.
     *
     * @param meanwhile what happens when it matters most: when the manifest was looked at, and logs not yet
     */
    static void copy(Path source, Path target, Runnable meanwhile) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try (LiveCopy copy = new LiveCopy(source, target, meanwhile)) {
                StoreDirectory.delete(target);
                Files.createDirectory(target);
                if (copy.takeHold()) {
                    copy.write();
                    return;
                }
            }
        }
        throw new StorageFailed(
                "The store in " + source.getParent() + " changed all the while in each of " + TRIES
                        + " tries to copy it. Try again when there is less to do.",
                null);
    }

    /** True if it has all; false if something changed meanwhile. */
    private boolean takeHold() throws IOException {
        try {
            Map<String, Long> before = changing();
            for (String table : names(".sst")) {
                takeTable(table);
            }
            for (Map.Entry<String, Long> one : before.entrySet()) {
                takeChanging(one.getKey(), one.getValue());
            }
            return isAsBefore(before, changing());
        } catch (NoSuchFileException e) {
            if (!Files.exists(source.resolve("CURRENT"))) {
                throw e;
            }
            return false;
        }
    }

    /** Of a log as much as there is now; of the others what was seen, for more of them means that they have changed. */
    private void takeChanging(String name, long seen) throws IOException {
        FileChannel file = FileChannel.open(source.resolve(name), READ);
        parts.add(new Part(name, file, name.endsWith(LOG) ? file.size() : seen));
    }

    private static boolean isAsBefore(Map<String, Long> before, Map<String, Long> after) {
        return after.keySet().equals(before.keySet())
                && before.keySet().stream()
                        .filter(name -> !name.endsWith(LOG))
                        .allMatch(name -> Objects.equals(before.get(name), after.get(name)));
    }

    /** The names of the manifest in use, of the file that names it and of the logs, with their lengths. */
    private Map<String, Long> changing() throws IOException {
        Map<String, Long> files = new TreeMap<>();
        String manifest = Files.readString(source.resolve("CURRENT"), UTF_8).strip();
        for (String name : List.of("CURRENT", manifest)) {
            files.put(name, Files.size(source.resolve(name)));
        }
        meanwhile.run();
        for (String name : names(LOG)) {
            files.put(name, Files.size(source.resolve(name)));
        }
        return files;
    }

    private List<String> names(String ending) throws IOException {
        try (Stream<Path> files = Files.list(source)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(ending))
                    .toList();
        }
    }

    private void takeTable(String name) throws IOException {
        try {
            Files.createLink(target.resolve(name), source.resolve(name));
        } catch (NoSuchFileException e) {
            // Deleted since: if the manifest still names it, the manifest is about to change.
        } catch (IOException | UnsupportedOperationException e) { // Another file system, or one without links.
            FileChannel file = FileChannel.open(source.resolve(name), READ);
            parts.add(new Part(name, file, file.size()));
        }
    }

    private void write() throws IOException {
        for (Part part : parts) {
            try (FileChannel out = FileChannel.open(target.resolve(part.name()), CREATE_NEW, WRITE)) {
                copy(part, out);
                out.force(true);
            }
        }
        StoreDirectory.sync(target);
    }

    private static void copy(Part part, FileChannel out) throws IOException {
        long at = 0;
        while (at < part.bytes()) {
            long copied = part.file().transferTo(at, part.bytes() - at, out);
            if (copied <= 0) {
                throw new IOException(part.name() + " ends after " + at + " bytes, where " + part.bytes() + " were");
            }
            at += copied;
        }
    }

    @Override
    public void close() throws IOException {
        for (Part part : parts) {
            part.file().close();
        }
    }
}
