package io.aldis.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/** How RocksDB is run here, with the native objects it takes. Closed after the database; see ADR 10 for the reasons and figures. */
final class RocksOptions implements AutoCloseable {
    private static final long MEBIBYTE = 1024 * 1024;

    private final LRUCache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter filter;
    private final TablePropertiesCollectorFactory removals;
    private final ColumnFamilyOptions family;
    private final DBOptions database;

    RocksOptions(RocksSettings settings, Trouble trouble) {
        cache = new LRUCache(settings.readMemory() + settings.writeMemory());
        writeBuffers = new WriteBufferManager(settings.writeMemory(), cache);
        filter = new BloomFilter(10);
        // A file with this many removals in a row is soon compacted away.
        removals = TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(4096, 2048, 0.5);
        family = family(settings);
        database = database(writeBuffers, trouble);
    }

    DBOptions database() {
        return database;
    }

    ColumnFamilyOptions family() {
        return family;
    }

    /** The tables of a database, for RocksDB insists on opening all. */
    List<ColumnFamilyDescriptor> families(Path directory) throws RocksDBException {
        if (!Files.exists(directory.resolve("CURRENT"))) {
            return List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
        }
        try (Options plain = new Options()) {
            return RocksDB.listColumnFamilies(plain, directory.toString()).stream()
                    .map(name -> new ColumnFamilyDescriptor(name, family))
                    .toList();
        }
    }

    /** What is in the cache, which the write buffers count into. */
    long memoryBytes() {
        return cache.getUsage();
    }

    private ColumnFamilyOptions family(RocksSettings settings) {
        try (Options options = new Options()) {
            options.setTablePropertiesCollectorFactory(List.of(removals));
            return new ColumnFamilyOptions(options)
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setBlockSize(16 * 1024)
                            .setCacheIndexAndFilterBlocks(true)
                            .setPinL0FilterAndIndexBlocksInCache(true)
                            .setFilterPolicy(filter))
                    .setWriteBufferSize(settings.writeMemory())
                    .setMaxWriteBufferNumber(4)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setTargetFileSizeBase(32 * MEBIBYTE)
                    .setMaxBytesForLevelBase(128 * MEBIBYTE)
                    .setLevelCompactionDynamicLevelBytes(true)
                    .setPeriodicCompactionSeconds(24 * 60 * 60);
        }
    }

    private static DBOptions database(WriteBufferManager writeBuffers, Trouble trouble) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.AbsoluteConsistency)
                .setAtomicFlush(true)
                .setWriteBufferManager(writeBuffers)
                .setMaxTotalWalSize(128 * MEBIBYTE)
                .setMaxOpenFiles(512)
                .setMaxBackgroundJobs(3)
                .setBytesPerSync(MEBIBYTE)
                .setKeepLogFileNum(3)
                .setMaxLogFileSize(4 * MEBIBYTE)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setListeners(List.of(trouble));
    }

    @Override
    public void close() {
        database.close();
        family.close();
        removals.close();
        filter.close();
        writeBuffers.close();
        cache.close();
    }
}
