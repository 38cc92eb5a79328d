package io.aldis.storage;

import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Table;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Changes as RocksDB writes them into its log: a head of 12 bytes (place for a sequence number, then the number of changes), then for each
 * change what it is, the table, the key and the value.
 *
 * <p>Made here, since one call across the border to native code for each row costs ten times as much; see ADR 10. {@code RocksBatchTest}
 * compares it with RocksDB's own.
 */
final class RocksBatch implements Batch {
    private static final int HEAD = 12;
    private static final int COUNT_AT = 8;
    private static final int LONGEST_NUMBER = 5;
    /** A guess, of how many rows a range has. */
    private static final int ROWS_OF_A_RANGE = 100;

    private static final byte REMOVE = 0x4;
    private static final byte PUT = 0x5;
    private static final byte REMOVE_RANGE = 0xE;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[1024];
    private int end = HEAD;
    private int changes;

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        begin(PUT, table, key, value.length + LONGEST_NUMBER);
        append(value);
    }

    @Override
    public void remove(Table table, byte[] key) {
        begin(REMOVE, table, key, 0);
        ((RocksTable) table).noteRemoved(1);
    }

    @Override
    public void removeRange(Table table, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        begin(REMOVE_RANGE, table, from, to.length + LONGEST_NUMBER);
        append(to);
        ((RocksTable) table).noteRemoved(ROWS_OF_A_RANGE);
    }

    @Override
    public void clear() {
        end = HEAD;
        changes = 0;
    }

    @Override
    public long bytes() {
        return end;
    }

    @Override
    public void close() {
        // It is of the heap.
    }

    boolean isEmpty() {
        return changes == 0;
    }

    /** What RocksDB takes. */
    byte[] encoded() {
        INT.set(bytes, COUNT_AT, changes);
        return Arrays.copyOf(bytes, end);
    }

    private void begin(byte change, Table table, byte[] key, int more) {
        makeRoom(1L + 2 * LONGEST_NUMBER + key.length + more);
        changes++;
        bytes[end++] = change;
        appendNumber(((RocksTable) table).id());
        append(key);
    }

    private void append(byte[] part) {
        appendNumber(part.length);
        System.arraycopy(part, 0, bytes, end, part.length);
        end += part.length;
    }

    /** Seven bits in a byte, the lowest first. */
    private void appendNumber(int number) {
        int rest = number;
        while (rest >= 0x80) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
    }

    private void makeRoom(long more) {
        long needed = end + more;
        if (needed > bytes.length) {
            if (needed > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("A batch holds 2 GiB at most; commit it in parts");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
        }
    }
}
