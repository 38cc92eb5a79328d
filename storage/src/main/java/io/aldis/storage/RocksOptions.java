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
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/** How RocksDB is run here, with the native objects it takes. Closed after the database; see ADR 10 for the reasons and figures. */
final class RocksOptions implements AutoCloseable {
    private static final long MEBIBYTE = 1024 * 1024;

    private final LRUCache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter filter;
    private final ColumnFamilyOptions family;
    private final DBOptions database;

    RocksOptions(RocksSettings settings, Trouble trouble) {
        cache = new LRUCache(settings.readMemory() + settings.writeMemory());
        writeBuffers = new WriteBufferManager(settings.writeMemory(), cache);
        filter = new BloomFilter(10);
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
            List<byte[]> names = RocksDB.listColumnFamilies(plain, directory.toString());
            if (names.isEmpty()) {
                String state = "the MANIFEST lists no tables";
                throw new RocksDBException(state, new Status(Status.Code.Corruption, Status.SubCode.None, state));
            }
            return names.stream()
                    .map(name -> new ColumnFamilyDescriptor(name, family))
                    .toList();
        }
    }

    /** What is in the cache, which the write buffers count into. */
    long memoryBytes() {
        return cache.getUsage();
    }

    private ColumnFamilyOptions family(RocksSettings settings) {
        return new ColumnFamilyOptions()
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
                .setMaxBytesForLevelBase(128 * MEBIBYTE);
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
        filter.close();
        writeBuffers.close();
        cache.close();
    }
}
