package io.aldis.storage;

import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native part of RocksDB. Its jar brings it for each system; it is unpacked, loaded and deleted again, so that processes that are
 * killed do not leave a copy each.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads it, unless that was done already.
     *
     * @param place where it is unpacked
     * @throws StorageUnavailable if it cannot be loaded
     */
    static synchronized void load(Path place) {
        if (loaded) {
            return;
        }
        String name = Environment.getJniLibraryFileName("rocksdbjni");
        try (InputStream library = RocksDB.class.getResourceAsStream("/" + name)) {
            if (library == null) {
                throw new StorageUnavailable(
                        "RocksDB has no native library for this system: its jar has no " + name
                                + ". Keep the store in memory, or run on another system.",
                        null);
            }
            unpackAndLoad(library, name, place);
        } catch (IOException e) {
            throw new StorageUnavailable(
                    "The native library of RocksDB (" + name + ", about 17 MB) could not be unpacked into " + place
                            + ": " + e + ". " + advice(),
                    e);
        }
        loaded = true;
    }

    private static void unpackAndLoad(InputStream library, String name, Path place) throws IOException {
        Path directory = Files.createTempDirectory(place, "aldis-rocksdb-");
        Path file = directory.resolve(name);
        try {
            Files.copy(library, file);
            RocksDB.loadLibrary(List.of(directory.toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new StorageUnavailable(
                    "The native library of RocksDB could not be loaded from " + place + ": " + e.getMessage()
                            + ". Perhaps that directory is mounted noexec. " + advice(),
                    e);
        } finally {
            delete(file);
            delete(directory);
        }
    }

    private static String advice() {
        return "Choose a directory that may be written to and that programs may run from, with the Java option"
                + " -Djava.io.tmpdir=DIRECTORY (./aldis takes it in ALDIS_OPTS).";
    }

    /** Systems that keep a loaded library's file from being deleted are left to their own habits. */
    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("{} stays behind", path, e);
            path.toFile().deleteOnExit();
        }
    }
}
