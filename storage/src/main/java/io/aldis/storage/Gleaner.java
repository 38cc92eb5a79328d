package io.aldis.storage;

import io.aldis.broker.storage.StorageFailed;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of rows that were removed. RocksDB writes down that a row is gone, and drops the row when it happens to write
 * that part of the table anew; after a queue was drained that may be never.
 *
 * <p>A table is compacted when it occupies much and more rows were removed than are left, so that a removal costs at most the writing
 * of one row. On a thread of its own.
 */
final class Gleaner {
    private static final Logger LOG = LoggerFactory.getLogger(Gleaner.class);
    private static final long SECONDS_BETWEEN_LOOKS = 2;
    private static final long FEW_ROWS = 20_000;
    private static final long FEW_BYTES = 16 * 1024 * 1024;

    private final RocksDB database;
    private final Gate gate;
    private final Collection<RocksTable> tables;
    private final CompactRangeOptions gently = new CompactRangeOptions().setExclusiveManualCompaction(false);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "aldis-storage-gleaner");
        made.setDaemon(true);
        return made;
    });

    /**
     * @param tables as they are at any time
     */
    Gleaner(RocksDB database, Gate gate, Collection<RocksTable> tables) {
        this.database = database;
        this.gate = gate;
        this.tables = tables;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::gleanOrSay, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
    }

    private void gleanOrSay() {
        try {
            glean();
        } catch (StorageFailed | RocksDBException e) {
            // A disk that is full or broken is told of where something is to be kept.
            LOG.debug("Space of removed rows was not given back", e);
        }
    }

    /** One look. */
    void glean() throws RocksDBException {
        for (RocksTable table : tables) {
            if (table.removed() >= FEW_ROWS) {
                long pass = gate.enter();
                try {
                    compactIfWorthIt(table);
                } finally {
                    gate.leave(pass);
                }
            }
        }
    }

    private void compactIfWorthIt(RocksTable table) throws RocksDBException {
        long bytes = database.getLongProperty(table.family(), "rocksdb.total-sst-files-size");
        long left = database.getLongProperty(table.family(), "rocksdb.estimate-num-keys");
        if (bytes > FEW_BYTES && table.removed() > left) {
            table.forgetRemoved();
            database.compactRange(table.family(), null, null, gently);
            LOG.debug(
                    "Table {} had {} bytes and has {}",
                    table.name(),
                    bytes,
                    database.getLongProperty(table.family(), "rocksdb.total-sst-files-size"));
        }
    }

    /** Ends what it does, soon. Before the gate is shut. */
    void stop() {
        thread.shutdown();
        gently.setCanceled(true);
    }

    /** After the gate was shut. */
    void release() {
        gently.close();
    }
}
