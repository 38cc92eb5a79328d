package io.aldis.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.storage.StorageUnavailable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;

/** A database open for reading only, whatever is the matter with it. Confined to one thread. */
final class DamagedDatabase implements AutoCloseable {
    private final Trouble trouble;
    private final RocksOptions options;
    private final RocksDB database;
    private final Map<String, ColumnFamilyHandle> tables = new LinkedHashMap<>();

    private DamagedDatabase(Trouble trouble, RocksOptions options, RocksDB database, List<ColumnFamilyHandle> families)
            throws RocksDBException {
        this.trouble = trouble;
        this.options = options;
        this.database = database;
        for (ColumnFamilyHandle family : families) {
            tables.put(new String(family.getName(), UTF_8), family);
        }
    }

    /**
     * Opens the one in a directory. It stays as it is.
     *
     * @throws StorageUnavailable if RocksDB cannot make out what is in it
     */
    static DamagedDatabase open(Path directory, RocksSettings settings) {
        Trouble trouble = new Trouble();
        RocksOptions options = new RocksOptions(settings, trouble);
        options.database()
                .setWalRecoveryMode(WALRecoveryMode.SkipAnyCorruptedRecords)
                .setParanoidChecks(false);
        try {
            List<ColumnFamilyHandle> families = new ArrayList<>();
            RocksDB database = RocksDB.openReadOnly(
                    options.database(), directory.toString(), options.families(directory), families);
            return new DamagedDatabase(trouble, options, database, families);
        } catch (RocksDBException e) {
            options.close();
            trouble.close();
            throw new StorageUnavailable(
                    "The store in " + directory.getParent()
                            + " cannot be saved, for the files that tell what is in it are damaged: " + e.getMessage()
                            + ". Restore a backup.",
                    e);
        }
    }

    Map<String, ColumnFamilyHandle> tables() {
        return tables;
    }

    List<LiveFileMetaData> files() {
        return database.getLiveFilesMetaData();
    }

    RocksIterator iterator(ColumnFamilyHandle table, ReadOptions bounds) {
        return database.newIterator(table, bounds);
    }

    @Override
    public void close() {
        tables.values().forEach(ColumnFamilyHandle::close);
        database.close();
        options.close();
        trouble.close();
    }
}
