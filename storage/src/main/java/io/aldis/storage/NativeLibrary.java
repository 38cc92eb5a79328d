package io.aldis.storage;

import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native part of RocksDB. Its jar brings it for each system; it is unpacked, loaded and deleted again, so that processes that are
 * killed do not leave a copy each.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private static final String ADVICE =
            "It needs a directory with 20 MB that may be written to and that programs may run from; name one with the Java option"
                    + " -Djava.io.tmpdir=DIRECTORY (./aldis takes it in ALDIS_OPTS).";

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
        Path directory = unpackingPlace(place);
        try {
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            RocksDB.loadLibrary();
        } catch (IOException | RuntimeException e) {
            throw new StorageUnavailable(
                    "The native library of RocksDB could not be unpacked into " + place + ": " + e + ". " + ADVICE, e);
        } catch (UnsatisfiedLinkError e) {
            throw new StorageUnavailable(
                    "The native library of RocksDB could not be loaded from " + place + ": " + e.getMessage()
                            + ". Perhaps that directory is mounted noexec. " + ADVICE,
                    e);
        } finally {
            clear(directory);
        }
        loaded = true;
    }

    private static Path unpackingPlace(Path place) {
        try {
            return Files.createTempDirectory(place, "aldis-rocksdb-");
        } catch (IOException e) {
            throw new StorageUnavailable(
                    "The native library of RocksDB is unpacked into " + place + ", which is not possible: " + e + ". "
                            + ADVICE,
                    e);
        }
    }

    /** Systems that keep a loaded library's file from being deleted are left to their own habits. */
    private static void clear(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            LOG.debug("{} stays behind", directory, e);
        }
    }
}
