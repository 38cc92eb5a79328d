package io.aldis.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.StorageUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what is damaged in a store that is not open, and saves what is not.
 *
 * <p>RocksDB's own repair is not to be had from Java, and it would mix up old and new rows. Here the damaged database is opened for reading
 * only, passing over what is damaged in its log, and each table is copied, as it would have been read, into a new database. Where a
 * block of a table cannot be read, the keys between its neighbours are lost, and named.
 */
final class Salvage {
    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final StoreDirectory home;
    private final RocksSettings settings;

    Salvage(StoreDirectory home, RocksSettings settings) {
        this.home = home;
        this.settings = settings;
    }

    /** See {@link RocksStorage#damage}. */
    List<String> damage() {
        List<String> damage = new ArrayList<>();
        List<LogFile> logs = LogFile.damaged(home.database());
        if (logs.stream().anyMatch(log -> log.goesOn() || LogFile.isFollowed(log, home.database()))) {
            logs.forEach(log -> damage.add(log.description()));
        } else {
            LogFile.cutTornTail(home.database());
        }
        try (DamagedDatabase database = DamagedDatabase.open(home.database(), settings)) {
            database.files().forEach(file -> check(file, damage));
        }
        return List.copyOf(damage);
    }

    private static void check(LiveFileMetaData file, List<String> damage) {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(Path.of(file.path(), file.fileName()).toString());
            reader.verifyChecksum();
        } catch (RocksDBException e) {
            damage.add("%s, a part of table %s, cannot be read: %s"
                    .formatted(file.fileName(), new String(file.columnFamilyName(), UTF_8), e.getMessage()));
        }
    }

    /** See {@link RocksStorage#salvage}. */
    List<String> salvage() {
        List<String> damage = damage();
        if (damage.isEmpty()) {
            return damage;
        }
        List<String> lost = new ArrayList<>();
        LogFile.damaged(home.database())
                .forEach(log ->
                        lost.add("Batches of changes, some of them or all, in that place of " + log.description()));
        Path aside = home.path().resolve("damaged-" + TIME.format(Instant.now()));
        try {
            home.clearDraft();
            copy(lost);
            home.replaceDatabase(aside);
        } catch (IOException e) {
            throw new StorageUnavailable(
                    "What can be read of the store in " + home.path() + " could not be saved: " + e, e);
        }
        damage.forEach(text -> LOG.warn("{}: {}", home.path(), text));
        lost.forEach(text -> LOG.warn("Lost: {}", text));
        LOG.warn("{}: all else was saved. The damaged files are in {}", home.path(), aside.getFileName());
        return List.copyOf(lost);
    }

    private void copy(List<String> lost) {
        try (DamagedDatabase damaged = DamagedDatabase.open(home.database(), settings);
                KeyValueStore saved = RocksStore.open(home.draft(), settings, () -> {})) {
            damaged.tables().forEach((name, family) -> {
                try (TableCopy copy = new TableCopy(damaged, family, saved, saved.table(name))) {
                    copy.run().forEach(range -> lost.add("Table " + name + ", " + range));
                }
            });
        }
    }
}
