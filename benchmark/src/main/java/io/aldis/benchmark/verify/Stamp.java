package io.aldis.benchmark.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What every payload is made of: its run, a check, its stream, its number and its time, then bytes that are the same in every message.
 * A message of which anything has changed is recognised.
 */
public final class Stamp {

    /** Bytes before the filling: the smallest payload. */
    public static final int SIZE = 28;

    private static final int CHECK = 4;
    private static final int STREAM = 8;
    private static final int NUMBER = 12;
    private static final int TIME = 20;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    // Odd numbers without a pattern, which spread the bits they are multiplied with.
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final long SPREAD_AGAIN = 0xC2B2_AE3D_27D4_EB4FL;

    private final int run;
    private final byte[] model;

    /**
     * Stamps of one run.
     *
     * @param run a number no other run has
     * @param largest payload, in bytes
     */
    public Stamp(int run, int largest) {
        this.run = run;
        model = new byte[Math.max(largest, SIZE)];
        for (int i = 0; i < model.length; i++) {
            model[i] = filling(i);
        }
    }

    private static byte filling(int index) {
        return (byte) (index * 131 + 17);
    }

    /** Writes a whole payload of {@code size} bytes, at least {@link #SIZE}. */
    public void write(byte[] bytes, int at, int size, int stream, long number, long time) {
        System.arraycopy(model, 0, bytes, at, size);
        INT.set(bytes, at, run);
        INT.set(bytes, at + CHECK, check(run, stream, number, time, size));
        INT.set(bytes, at + STREAM, stream);
        LONG.set(bytes, at + NUMBER, number);
        LONG.set(bytes, at + TIME, time);
    }

    /** Whether these bytes are a payload that some run of this tool has made, nothing changed, added or cut off. */
    public boolean isWhole(byte[] bytes, int at, int end) {
        int size = end - at;
        if (size < SIZE) {
            return false;
        }
        int expected = check((int) INT.get(bytes, at), stream(bytes, at), number(bytes, at), time(bytes, at), size);
        int known = Math.min(size, model.length);
        boolean whole = expected == (int) INT.get(bytes, at + CHECK)
                && Arrays.equals(bytes, at + SIZE, at + known, model, SIZE, known);
        // Another run may have larger payloads than this one.
        for (int i = known; whole && i < size; i++) {
            whole = bytes[at + i] == filling(i);
        }
        return whole;
    }

    /** Whether it is of this run. */
    public boolean isOurs(byte[] bytes, int at) {
        return (int) INT.get(bytes, at) == run;
    }

    private static int check(int run, int stream, long number, long time, int size) {
        long mixed = (number * SPREAD ^ time) * SPREAD_AGAIN ^ ((long) run << 32 | (stream & 0xFFFF_FFFFL)) * SPREAD;
        return (int) (mixed ^ (mixed >>> 32)) + size;
    }

    /** Who sent it on which topic. */
    public static int stream(byte[] bytes, int at) {
        return (int) INT.get(bytes, at + STREAM);
    }

    /** Its number in its stream. */
    public static long number(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at + NUMBER);
    }

    /** When it was sent, or at a fixed rate should have been: {@link System#nanoTime} of this process. */
    public static long time(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at + TIME);
    }
}
