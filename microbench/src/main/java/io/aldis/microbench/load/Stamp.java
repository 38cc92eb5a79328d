package io.aldis.microbench.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What stands at the beginning of every payload: the number of the message, its time, and who sent it. */
final class Stamp {
    /** Bytes: the smallest payload. */
    static final int SIZE = 20;

    private static final int TIME = 8;
    private static final int PUBLISHER = 16;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Stamp() {}

    static void write(byte[] bytes, int payload, long number, long time) {
        LONG.set(bytes, payload, number);
        LONG.set(bytes, payload + TIME, time);
    }

    static void writePublisher(byte[] bytes, int payload, int publisher) {
        INT.set(bytes, payload + PUBLISHER, publisher);
    }

    static long number(byte[] bytes, int payload) {
        return (long) LONG.get(bytes, payload);
    }

    /** When the message was sent, or, at a given rate, should have been: {@link System#nanoTime} of this process. */
    static long time(byte[] bytes, int payload) {
        return (long) LONG.get(bytes, payload + TIME);
    }

    static int publisher(byte[] bytes, int payload) {
        return (int) INT.get(bytes, payload + PUBLISHER);
    }
}
