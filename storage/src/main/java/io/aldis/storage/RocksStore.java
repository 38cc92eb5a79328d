package io.aldis.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store in RocksDB, open. */
final class RocksStore implements KeyValueStore {
    private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);

    private final Path directory;
    private final Runnable afterwards;
    private final Gate gate = new Gate();

    // Native, freed by close in an order that RocksDB prescribes.
    private final Trouble trouble;
    private final RocksOptions options;
    private final RocksDB database;
    private final WriteOptions written = new WriteOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);

    private final Gleaner gleaner;

    private final Map<String, RocksTable> tables = new ConcurrentHashMap<>();
    private final Set<RocksRows> openRows = ConcurrentHashMap.newKeySet();

    private RocksStore(
            Path directory,
            Trouble trouble,
            RocksOptions options,
            RocksDB database,
            List<ColumnFamilyHandle> families,
            Runnable afterwards)
            throws RocksDBException {
        this.directory = directory;
        this.afterwards = afterwards;
        this.trouble = trouble;
        this.options = options;
        this.database = database;
        for (ColumnFamilyHandle family : families) {
            String name = new String(family.getName(), UTF_8);
            tables.put(name, new RocksTable(this, name, family));
        }
        gleaner = new Gleaner(database, gate, tables.values());
    }

    /**
     * Opens the database in a directory.
     *
     * @param afterwards run when it was closed
     * @throws StorageUnavailable if RocksDB cannot
     */
    static RocksStore open(Path directory, RocksSettings settings, Runnable afterwards) {
        Trouble trouble = new Trouble();
        RocksOptions options = new RocksOptions(settings, trouble);
        try {
            List<ColumnFamilyHandle> families = new ArrayList<>();
            RocksDB database =
                    RocksDB.open(options.database(), directory.toString(), options.families(directory), families);
            RocksStore store = new RocksStore(directory, trouble, options, database, families, afterwards);
            store.gleaner.start();
            return store;
        } catch (RocksDBException e) {
            options.close();
            trouble.close();
            throw new StorageUnavailable(
                    "The store in " + directory.getParent() + " cannot be opened: " + Trouble.reason(e.getStatus(), e),
                    e);
        }
    }

    RocksDB database() {
        return database;
    }

    Gleaner gleaner() {
        return gleaner;
    }

    @Override
    public Table table(String name) {
        RocksTable table = tables.get(name);
        return table != null ? table : tables.computeIfAbsent(name, this::create);
    }

    private RocksTable create(String name) {
        long pass = gate.enter();
        try {
            return new RocksTable(
                    this,
                    name,
                    database.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(UTF_8), options.family())));
        } catch (RocksDBException e) {
            throw new StorageFailed(trouble.writing(e), e);
        } finally {
            gate.leave(pass);
        }
    }

    byte @Nullable [] get(RocksTable table, byte[] key) {
        long pass = gate.enter();
        try {
            return database.get(table.family(), key);
        } catch (RocksDBException e) {
            throw new StorageFailed(Trouble.reading(table.name(), e), e);
        } finally {
            gate.leave(pass);
        }
    }

    Rows rows(RocksTable table, byte[] from, byte @Nullable [] to) {
        long pass = gate.enter();
        try {
            return new RocksRows(this, gate, openRows, table, from, to);
        } finally {
            gate.leave(pass);
        }
    }

    @Override
    public Batch batch() {
        return new RocksBatch();
    }

    @Override
    public void commit(Batch batch, boolean sync) {
        RocksBatch changes = (RocksBatch) batch;
        long pass = gate.enter();
        try {
            if (!changes.isEmpty()) {
                write(changes, sync);
            } else if (sync) {
                database.syncWal();
            }
            trouble.isOver();
        } catch (RocksDBException e) {
            throw new StorageFailed(trouble.writing(e), e);
        } finally {
            gate.leave(pass);
        }
    }

    private void write(RocksBatch changes, boolean sync) throws RocksDBException {
        try (WriteBatch encoded = new WriteBatch(changes.encoded())) {
            database.write(sync ? synced : written, encoded);
        }
    }

    @Override
    public void backup(Path directory) {
        long pass = gate.enter();
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            StoreDirectory.make(directory);
            refuseIfNotEmpty(directory);
            checkpoint.createCheckpoint(StoreDirectory.database(directory).toString());
            // Last, so that half a backup is not taken for a store.
            StoreDirectory.mark(directory);
        } catch (RocksDBException e) {
            throw new StorageFailed(
                    "No backup into " + directory + " could be made: " + Trouble.reason(e.getStatus(), e), e);
        } catch (IOException e) {
            throw new StorageFailed("No backup into " + directory + " could be made: " + e, e);
        } finally {
            gate.leave(pass);
        }
    }

    static void refuseIfNotEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new StorageFailed(
                        "No backup can be made into " + directory
                                + ": it is not empty. Name a directory that is not there yet.",
                        null);
            }
        }
    }

    @Override
    public Figures figures() {
        long pass = gate.tryEnter();
        if (pass == 0) {
            return new Figures(0, 0, "The store is closed");
        }
        try {
            return new Figures(diskBytes(directory), options.memoryBytes(), trouble.text());
        } finally {
            gate.leave(pass);
        }
    }

    /** What the files in a directory hold. */
    static long diskBytes(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("The size of {} is not known", directory, e);
            return 0;
        }
    }

    @Override
    public void close() {
        gleaner.stop();
        gate.shut(this::release);
    }

    private void release() {
        try {
            database.syncWal();
        } catch (RocksDBException e) {
            LOG.error("The last changes may not be on the disk: {}", Trouble.reason(e.getStatus(), e));
        }
        openRows.forEach(RocksRows::release);
        database.cancelAllBackgroundWork(true);
        gleaner.release();
        tables.values().forEach(table -> table.family().close());
        database.close();
        written.close();
        synced.close();
        options.close();
        trouble.close();
        afterwards.run();
    }
}
