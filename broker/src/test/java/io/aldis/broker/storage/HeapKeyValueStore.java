package io.aldis.broker.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A store in the heap for tests. It knows what a disk would have, so that a crash can be tried: {@link #killed} and
 * {@link #afterPowerCut} answer what would be found afterwards. It does not write while it is {@link #failing}.
 *
 * <p>Threads are as the port says; a crash may happen on any.
 */
public final class HeapKeyValueStore implements KeyValueStore {

    private final Map<String, HeapTable> tables = new ConcurrentHashMap<>();

    // What a power cut leaves; guarded by this.
    private final Map<String, HeapTable> synced = new ConcurrentHashMap<>();
    private final List<List<Change>> unsynced = new ArrayList<>();

    private volatile String trouble = "";

    /** A store with nothing in it. */
    public HeapKeyValueStore() {}

    /** A new store with what is found after the end of the process: all that was committed. */
    public synchronized HeapKeyValueStore killed() {
        return remains(unsynced.size());
    }

    /**
     * A new store with what is found after the end of the machine: all up to the last sync, and of what was committed later the first
     * few, none or all.
     */
    public synchronized HeapKeyValueStore afterPowerCut(Random random) {
        HeapKeyValueStore found = remains(random.nextInt(unsynced.size() + 1));
        found.sync(); // It has been read from the disk.
        return found;
    }

    /** The same, with nothing of what was committed after the last sync. */
    public synchronized HeapKeyValueStore afterWorstPowerCut() {
        HeapKeyValueStore found = remains(0);
        found.sync();
        return found;
    }

    private HeapKeyValueStore remains(int commits) {
        HeapKeyValueStore found = new HeapKeyValueStore();
        synced.forEach((name, table) -> {
            found.tables.put(name, new HeapTable(name, table.rows));
            found.synced.put(name, new HeapTable(name, table.rows));
        });
        for (List<Change> changes : unsynced.subList(0, commits)) {
            make(changes, found.tables);
            found.unsynced.add(changes);
        }
        return found;
    }

    /** From now on nothing can be committed. */
    public void failing(String reason) {
        trouble = reason;
    }

    /** Things can be committed again. */
    public void mended() {
        trouble = "";
    }

    /** All rows as text, the same for stores with the same rows. */
    public String dump() {
        StringBuilder text = new StringBuilder();
        HexFormat hex = HexFormat.of();
        new TreeMap<>(tables)
                .forEach((name, table) -> table.rows.forEach((key, value) -> text.append(name)
                        .append(' ')
                        .append(hex.formatHex(key))
                        .append(" = ")
                        .append(hex.formatHex(value))
                        .append('\n')));
        return text.toString();
    }

    @Override
    public Table table(String name) {
        return tables.computeIfAbsent(name, HeapTable::new);
    }

    @Override
    public Batch batch() {
        return new HeapBatch();
    }

    @Override
    public synchronized void commit(Batch batch, boolean sync) {
        String reason = trouble;
        if (!reason.isEmpty()) {
            throw new StorageFailed("A batch of " + batch.bytes() + " bytes was not kept: " + reason + ".", null);
        }
        List<Change> changes = List.copyOf(((HeapBatch) batch).changes);
        make(changes, tables);
        unsynced.add(changes);
        if (sync) {
            sync();
        }
    }

    private synchronized void sync() {
        unsynced.forEach(changes -> make(changes, synced));
        unsynced.clear();
    }

    private static void make(List<Change> changes, Map<String, HeapTable> tables) {
        for (Change change : changes) {
            change.makeIn(tables.computeIfAbsent(change.table, HeapTable::new).rows);
        }
    }

    /** {@inheritDoc} Here: never. */
    @Override
    public void backup(Path directory) {
        throw new UnsupportedOperationException("The heap has no directories.");
    }

    @Override
    public Figures figures() {
        return new Figures(0, 0, trouble);
    }

    @Override
    public void close() {
        // There is nothing to let go of, and what was in it may be looked at.
    }

    /** One change of a table. */
    private static final class Change {

        private final String table;
        private final byte[] from;
        private final byte @Nullable [] to;
        private final byte @Nullable [] value;

        Change(String table, byte[] from, byte @Nullable [] to, byte @Nullable [] value) {
            this.table = table;
            this.from = from;
            this.to = to;
            this.value = value;
        }

        void makeIn(NavigableMap<byte[], byte[]> rows) {
            if (value != null) {
                rows.put(from, value);
            } else if (to == null) {
                rows.remove(from);
            } else if (Arrays.compareUnsigned(from, to) < 0) {
                rows.subMap(from, to).clear();
            }
        }
    }

    private static final class HeapBatch implements Batch {

        private final List<Change> changes = new ArrayList<>();
        private long bytes;

        @Override
        public void put(Table table, byte[] key, byte[] value) {
            add(new Change(((HeapTable) table).name, key, null, value), key.length + value.length);
        }

        @Override
        public void remove(Table table, byte[] key) {
            add(new Change(((HeapTable) table).name, key, null, null), key.length);
        }

        @Override
        public void removeRange(Table table, byte[] from, byte[] to) {
            add(new Change(((HeapTable) table).name, from, to, null), from.length + to.length);
        }

        private void add(Change change, int size) {
            changes.add(change);
            bytes += size;
        }

        @Override
        public void clear() {
            changes.clear();
            bytes = 0;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            clear();
        }
    }

    private static final class HeapTable implements Table {

        private final String name;
        private final NavigableMap<byte[], byte[]> rows = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

        HeapTable(String name) {
            this.name = name;
        }

        HeapTable(String name, Map<byte[], byte[]> from) {
            this(name);
            rows.putAll(from);
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return rows.get(key);
        }

        @Override
        public Rows rows(byte[] from, byte @Nullable [] to) {
            if (to == null) {
                return new HeapRows(rows.tailMap(from).entrySet().iterator());
            }
            byte[] end = Arrays.compareUnsigned(from, to) < 0 ? to : from;
            return new HeapRows(rows.subMap(from, end).entrySet().iterator());
        }
    }

    private static final class HeapRows implements Rows {

        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.@Nullable Entry<byte[], byte[]> at;

        HeapRows(Iterator<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            at = entries.hasNext() ? entries.next() : null;
            return at != null;
        }

        @Override
        public byte[] key() {
            return row().getKey();
        }

        @Override
        public byte[] value() {
            return row().getValue();
        }

        private Map.Entry<byte[], byte[]> row() {
            if (at == null) {
                throw new IllegalStateException(
                        "There is no row here: next() has not been called, or has answered false.");
            }
            return at;
        }

        @Override
        public void close() {
            at = null;
        }
    }
}
