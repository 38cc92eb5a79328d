package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Copies what can be read of a damaged table: forward up to the first block that cannot be read, backward to the last one, and what it
 * finds between them by trying some keys. Confined to one thread.
 */
final class TableCopy implements AutoCloseable {
    private static final byte[] FIRST_KEY = {};
    private static final int ROWS_IN_A_BATCH = 1000;

    /** How many keys are tried between two blocks that cannot be read, and how often between those that it finds. */
    private static final int TRIES = 16;

    private static final int DEPTH = 8;

    private final DamagedDatabase source;
    private final ColumnFamilyHandle family;
    private final KeyValueStore saved;
    private final Table table;
    private final Batch batch;
    private final List<String> lost = new ArrayList<>();
    private int rows;

    TableCopy(DamagedDatabase source, ColumnFamilyHandle family, KeyValueStore saved, Table table) {
        this.source = source;
        this.family = family;
        this.saved = saved;
        this.table = table;
        batch = saved.batch();
    }

    /** The ranges of keys that were lost, each in words. */
    List<String> run() {
        copy(FIRST_KEY, null, DEPTH);
        saved.commit(batch, true);
        return lost;
    }

    @Override
    public void close() {
        batch.close();
    }

    /** Copies the rows from one key (inclusive) to another (exclusive; null for the last). */
    private void copy(byte[] from, byte @Nullable [] to, int depth) {
        byte @Nullable [] low = forward(from, to);
        if (low == null) {
            return;
        }
        byte @Nullable [] high = backward(low, to);
        for (byte[] key : depth == 0 ? List.<byte[]>of() : keysBetween(low, high)) {
            if (isReadable(key, high)) {
                copy(low, key, depth - 1);
                copy(key, high, depth - 1);
                return;
            }
        }
        lost.add("keys from %s (hexadecimal) to before %s".formatted(hex(low), high == null ? "the end" : hex(high)));
    }

    /** The first key that was not reached; null if all were. */
    private byte @Nullable [] forward(byte[] from, byte @Nullable [] to) {
        try (Bounds bounds = new Bounds(from, to);
                RocksIterator iterator = source.iterator(family, bounds.options)) {
            byte[] reached = from;
            for (iterator.seek(from); iterator.isValid(); iterator.next()) {
                byte[] key = iterator.key();
                save(key, iterator.value());
                reached = Arrays.copyOf(key, key.length + 1); // The next key there can be.
            }
            return isAtItsEnd(iterator) ? null : reached;
        }
    }

    /** The last key that was reached; {@code to} if none was. */
    private byte @Nullable [] backward(byte[] from, byte @Nullable [] to) {
        try (Bounds bounds = new Bounds(from, to);
                RocksIterator iterator = source.iterator(family, bounds.options)) {
            byte @Nullable [] reached = to;
            for (iterator.seekToLast(); iterator.isValid(); iterator.prev()) {
                byte[] key = iterator.key();
                save(key, iterator.value());
                reached = key;
            }
            return reached;
        }
    }

    private boolean isReadable(byte[] from, byte @Nullable [] to) {
        try (Bounds bounds = new Bounds(from, to);
                RocksIterator iterator = source.iterator(family, bounds.options)) {
            iterator.seek(from);
            return iterator.isValid();
        }
    }

    private static boolean isAtItsEnd(RocksIterator iterator) {
        try {
            iterator.status();
            return true;
        } catch (RocksDBException e) {
            return false;
        }
    }

    private void save(byte[] key, byte[] value) {
        batch.put(table, key, value);
        if (++rows % ROWS_IN_A_BATCH == 0) {
            saved.commit(batch, false);
            batch.clear();
        }
    }

    /** Keys worth a try: where files begin, and some at equal distances. */
    private List<byte[]> keysBetween(byte[] low, byte @Nullable [] high) {
        return Stream.concat(
                        source.files().stream().map(LiveFileMetaData::smallestKey),
                        IntStream.range(1, TRIES).mapToObj(i -> between(low, high, i)))
                .filter(key -> Arrays.compareUnsigned(low, key) < 0)
                .filter(key -> high == null || Arrays.compareUnsigned(key, high) < 0)
                .toList();
    }

    /** The key at so many parts of the way. */
    private static byte[] between(byte[] low, byte @Nullable [] high, int parts) {
        int common = high == null ? 0 : Math.max(0, Arrays.mismatch(low, high));
        long from = number(low, common);
        long to = high == null ? (1L << 56) - 1 : number(high, common);
        long key = from + (to - from) / TRIES * parts;
        byte[] bytes = high == null ? new byte[common + 7] : Arrays.copyOf(high, common + 7);
        for (int i = 0; i < 7; i++) {
            bytes[common + i] = (byte) (key >>> (48 - 8 * i));
        }
        return bytes;
    }

    /** Seven bytes of a key as a number. */
    private static long number(byte[] key, int from) {
        long number = 0;
        for (int i = from; i < from + 7; i++) {
            number = number << 8 | (i < key.length ? key[i] & 0xFF : 0);
        }
        return number;
    }

    private static String hex(byte[] key) {
        return key.length == 0 ? "the first" : HexFormat.of().formatHex(key);
    }

    /** Native bounds of an iterator. */
    private static final class Bounds implements AutoCloseable {
        final ReadOptions options = new ReadOptions();
        private final Slice low;
        private final @Nullable Slice high;

        Bounds(byte[] from, byte @Nullable [] to) {
            low = new Slice(from);
            options.setIterateLowerBound(low);
            high = to == null ? null : new Slice(to);
            if (high != null) {
                options.setIterateUpperBound(high);
            }
        }

        @Override
        public void close() {
            options.close();
            low.close();
            if (high != null) {
                high.close();
            }
        }
    }
}
