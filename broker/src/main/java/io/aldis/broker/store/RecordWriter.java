package io.aldis.broker.store;

import io.aldis.codec.Binary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Puts the bytes of a key or a value together; {@link RecordReader} takes them apart. Confined to one thread.
 *
 * <p>Numbers and texts are written in two ways. In values a number has as many bytes as it needs, and a text its length before it. In
 * keys they are <em>ordered</em>: the bytes of two, compared unsigned, are in the order of the two.
 */
final class RecordWriter {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Enough for what most values hold beside a payload. */
    static final int USUAL = 96;

    private byte[] bytes;
    private int size;
    private Binary tail = Binary.EMPTY;

    /**
     * @param expected how many bytes it will be; if it is so, nothing is copied to finish
     */
    RecordWriter(int expected) {
        bytes = new byte[expected];
    }

    /** One byte: the lowest of the number. */
    RecordWriter one(int number) {
        room(1);
        bytes[size++] = (byte) number;
        return this;
    }

    /** A number in 1 to 10 bytes, the smaller the fewer; below 0 it is always 10. */
    RecordWriter number(long number) {
        room(10);
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** A text, whatever its characters. */
    RecordWriter text(String text) {
        number(text.length());
        return orderedText(text);
    }

    /** Bytes. */
    RecordWriter binary(Binary binary) {
        number(binary.size());
        room(binary.size());
        binary.writeTo(bytes, size);
        size += binary.size();
        return this;
    }

    /** Bytes after all the others, so that they are copied once: for what may be large. Nothing else is written afterwards. */
    RecordWriter last(Binary binary) {
        number(binary.size());
        tail = binary;
        return this;
    }

    /** A number in 8 bytes, ordered: the highest first, the sign turned over. */
    RecordWriter orderedLong(long number) {
        room(Long.BYTES);
        putOrdered(bytes, size, number);
        size += Long.BYTES;
        return this;
    }

    /** The same in 4 bytes. */
    RecordWriter orderedInt(int number) {
        int turned = number ^ Integer.MIN_VALUE;
        return one(turned >>> 24).one(turned >>> 16).one(turned >>> 8).one(turned);
    }

    /**
     * A text, ordered as {@link String#compareTo} does if nothing follows it: each character by itself, so that a surrogate has three
     * bytes and half a pair survives; what is ASCII, U+0000 too, has one byte, as in UTF-8.
     */
    RecordWriter orderedText(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                room((length - i) * 3);
                beyondAscii(text, i);
                return this;
            }
            bytes[size++] = (byte) c;
        }
        return this;
    }

    private void beyondAscii(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xC0 | c >> 6);
                bytes[size++] = (byte) (0x80 | (c & 0x3F));
            } else {
                bytes[size++] = (byte) (0xE0 | c >> 12);
                bytes[size++] = (byte) (0x80 | (c >> 6 & 0x3F));
                bytes[size++] = (byte) (0x80 | (c & 0x3F));
            }
        }
    }

    /** All that was written. The writer is used up. */
    byte[] finish() {
        if (size == bytes.length && tail.isEmpty()) {
            return bytes;
        }
        byte[] all = Arrays.copyOf(bytes, size + tail.size());
        tail.writeTo(all, size);
        return all;
    }

    private void room(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    /** Puts a number into 8 bytes as {@link #orderedLong} does. */
    static void putOrdered(byte[] into, int index, long number) {
        LONGS.set(into, index, number ^ Long.MIN_VALUE);
    }

    /** Takes it out again. */
    static long getOrdered(byte[] from, int index) {
        return (long) LONGS.get(from, index) ^ Long.MIN_VALUE;
    }
}
