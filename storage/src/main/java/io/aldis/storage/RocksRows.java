package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore.Rows;
import io.aldis.broker.storage.StorageFailed;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Rows from an iterator of RocksDB. When the store closes it closes them too, and they say so. */
final class RocksRows implements Rows {
    private static final byte[] NONE = {};

    private final Gate gate;
    private final Set<RocksRows> open;
    private final String table;
    private final byte[] from;

    private final @Nullable Slice bound;
    private final ReadOptions options;
    private final RocksIterator iterator;

    private boolean hasBegun;
    private boolean hasEnded;
    private byte[] key = NONE;
    private byte[] value = NONE;

    /** Inside of the gate. */
    RocksRows(RocksStore store, Gate gate, Set<RocksRows> open, RocksTable table, byte[] from, byte @Nullable [] to) {
        this.gate = gate;
        this.open = open;
        this.table = table.name();
        this.from = from;
        options = new ReadOptions();
        bound = to == null ? null : new Slice(to);
        if (bound != null) {
            options.setIterateUpperBound(bound);
        }
        iterator = store.database().newIterator(table.family(), options);
        open.add(this);
    }

    @Override
    public boolean next() {
        long pass = gate.enter();
        try {
            if (!iterator.isOwningHandle()) {
                throw new IllegalStateException("These rows are closed");
            }
            if (hasEnded) {
                return false;
            }
            if (hasBegun) {
                iterator.next();
            } else {
                iterator.seek(from);
                hasBegun = true;
            }
            if (!iterator.isValid()) {
                // The end, or a block that cannot be read: only the status tells them apart.
                hasEnded = true;
                iterator.status();
                return false;
            }
            key = iterator.key();
            value = iterator.value();
            return true;
        } catch (RocksDBException e) {
            throw new StorageFailed(Trouble.reading(table, e), e);
        } finally {
            gate.leave(pass);
        }
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] value() {
        return value;
    }

    @Override
    public void close() {
        long pass = gate.tryEnter();
        if (pass != 0) {
            try {
                release();
            } finally {
                gate.leave(pass);
            }
        }
    }

    /** Inside of the gate, or after it was shut. */
    void release() {
        if (open.remove(this)) {
            iterator.close();
            options.close();
            if (bound != null) {
                bound.close();
            }
        }
    }
}
