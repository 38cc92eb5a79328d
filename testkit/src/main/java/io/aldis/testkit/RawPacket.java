package io.aldis.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The bytes of one packet, right or wrong, put together piece by piece: what no encoder would write.
 *
 * <pre>{@code
 * // SUBSCRIBE, packet identifier 1, no properties, filter "a/b", subscription options with a reserved bit
 * client.sendBytes(RawPacket.of(0x82).hex("0001 00").text("a/b").hex("40").bytes());
 * }</pre>
 *
 * <p>The remaining length is that of the pieces, in as few bytes as it needs unless {@link #lengthIn} says otherwise. Nothing
 * else is judged.
 */
public final class RawPacket {

    private static final int MOST_LENGTH_BYTES = 5;

    private final int firstByte;
    private final ByteBuf body = Unpooled.buffer();
    private int lengthBytes = 1;

    private RawPacket(int firstByte) {
        this.firstByte = firstByte;
    }

    /** A packet that begins with this byte: its type in the upper four bits, its flags in the lower. */
    public static RawPacket of(int firstByte) {
        return new RawPacket(firstByte);
    }

    /** Adds bytes that are written in hexadecimal, spaces where you like. */
    public RawPacket hex(String hex) {
        return raw(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /** Adds these bytes. */
    public RawPacket raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    /** Adds one byte. */
    public RawPacket oneByte(int value) {
        body.writeByte(value);
        return this;
    }

    /** Adds two bytes, the higher one first. */
    public RawPacket twoBytes(int value) {
        body.writeShort(value);
        return this;
    }

    /** Adds a UTF-8 Encoded String: two bytes of length and the text. */
    public RawPacket text(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds Binary Data: two bytes of length and the bytes. */
    public RawPacket binary(byte[] bytes) {
        return twoBytes(bytes.length).raw(bytes);
    }

    /** Adds a list of properties, written in hexadecimal: its length, and it. */
    public RawPacket properties(String hex) {
        return properties(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /** Adds a list of properties: its length, and it. */
    public RawPacket properties(byte[] properties) {
        writeVariableByteInteger(body, properties.length, 1);
        return raw(properties);
    }

    /**
     * Writes the remaining length in at least so many bytes, 1 to 5, though it may need fewer. The standard allows as many as it
     * needs, and at most four.
     */
    public RawPacket lengthIn(int bytes) {
        if (bytes < 1 || bytes > MOST_LENGTH_BYTES) {
            throw new IllegalArgumentException("a remaining length in " + bytes + " bytes; 1 to 5 expected");
        }
        lengthBytes = bytes;
        return this;
    }

    /** The whole packet. */
    public byte[] bytes() {
        ByteBuf packet = Unpooled.buffer(1 + MOST_LENGTH_BYTES + body.readableBytes());
        packet.writeByte(firstByte);
        writeVariableByteInteger(packet, body.readableBytes(), lengthBytes);
        packet.writeBytes(body, body.readerIndex(), body.readableBytes());
        return ByteBufUtil.getBytes(packet);
    }

    private static void writeVariableByteInteger(ByteBuf out, int value, int leastBytes) {
        int left = value;
        for (int bytes = 1; bytes < leastBytes || left > 0x7F; bytes++) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }

    /** All of it in hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
