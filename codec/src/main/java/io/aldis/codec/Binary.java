package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable string of bytes: a payload, a password, correlation or authentication data.
 */
public final class Binary {
    /** No bytes at all. */
    public static final Binary EMPTY = new Binary(new byte[0]);

    /** How many bytes {@link #toString()} shows. */
    private static final int SHOWN = 32;

    private final byte[] bytes;

    private Binary(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these bytes. */
    public static Binary copyOf(byte[] bytes) {
        return wrap(bytes.clone());
    }

    /** These very bytes: the caller gives the array away and never writes to it again. */
    public static Binary wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Binary(bytes);
    }

    /** The text in UTF-8. */
    public static Binary utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes {@code length} bytes out of {@code in}.
     *
     * @throws IndexOutOfBoundsException if there are not that many; nothing has been allocated then
     */
    public static Binary read(ByteBuf in, int length) {
        Binary binary = get(in, in.readerIndex(), length);
        in.skipBytes(length);
        return binary;
    }

    /** A copy of {@code length} bytes of {@code in} from {@code index}. */
    static Binary get(ByteBuf in, int index, int length) {
        if (length == 0) {
            return EMPTY;
        }
        if (length > in.writerIndex() - index) {
            throw new IndexOutOfBoundsException(length + " bytes asked for, " + (in.writerIndex() - index) + " there");
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        return new Binary(bytes);
    }

    /** How many bytes there are. */
    public int size() {
        return bytes.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /**
     * The byte at {@code index}, from 0.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public byte at(int index) {
        return bytes[index];
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8; what is ill-formed becomes U+FFFD. */
    public String toUtf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether the bytes are well-formed UTF-8 (RFC 3629), in which U+0000 is a character like any other. */
    public boolean isUtf8() {
        return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8);
    }

    /** Appends the bytes to {@code out}. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(bytes);
    }

    /**
     * Copies the bytes to {@code out} from {@code index} on.
     *
     * @throws IndexOutOfBoundsException if they do not fit
     */
    public void writeTo(byte[] out, int index) {
        System.arraycopy(bytes, 0, out, index, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size and the first bytes in hexadecimal. */
    @Override
    public String toString() {
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN));
        return "Binary[" + bytes.length + ": " + hex + (bytes.length > SHOWN ? "…]" : "]");
    }
}
