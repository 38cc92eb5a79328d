package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 Encoded Strings (MQTT 5.0, section 1.5.4; MQTT 3.1.1, section 1.5.3): well-formed by RFC 3629, so without
 * surrogates and without overlong forms, and without U+0000. U+FEFF is a character like any other ([MQTT-1.5.4-3],
 * [MQTT3-1.5.3-3]).
 */
final class Utf8 {
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;

    private Utf8() {}

    /** Where the bytes stop being an allowed string, counted from {@code index}; -1 if they never do. */
    static int firstFault(ByteBuf in, int index, int length) {
        int end = index + length;
        int i = index;
        while (i < end) {
            if (end - i >= Long.BYTES && isAsciiWithoutNull(in.getLong(i))) {
                i += Long.BYTES;
                continue;
            }
            int size = characterSize(in, i, end);
            if (size == 0) {
                return i - index;
            }
            i += size;
        }
        return -1;
    }

    /** Eight bytes at a time: none is 0x80 or above, and none is 0. */
    private static boolean isAsciiWithoutNull(long bytes) {
        return ((bytes | (bytes - LOW_BITS)) & HIGH_BITS) == 0;
    }

    /**
     * How many bytes the character at {@code i} has; 0 if it is not allowed. The table is that of RFC 3629, section 4.
     */
    private static int characterSize(ByteBuf in, int i, int end) {
        int first = in.getByte(i);
        if (first > 0) {
            return 1;
        }
        first &= 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return 0; // U+0000, a stray continuation, an overlong form, or beyond U+10FFFF
        }
        int size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (size > end - i) {
            return 0;
        }
        int second = in.getUnsignedByte(i + 1);
        int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80; // not overlong
        int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF; // no surrogate, not beyond U+10FFFF
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = 2; k < size; k++) {
            if ((in.getByte(i + k) & 0xC0) != 0x80) {
                return 0;
            }
        }
        return size;
    }

    /**
     * How many bytes the text has.
     *
     * @throws IllegalArgumentException if it cannot be a UTF-8 Encoded String
     */
    static int length(String text) {
        int chars = text.length();
        int length = chars;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 ? 1 : 2;
                if (Character.isSurrogate(c)) {
                    Check.that(
                            Character.isHighSurrogate(c)
                                    && i + 1 < chars
                                    && Character.isLowSurrogate(text.charAt(i + 1)),
                            "text with half a surrogate pair"); // [MQTT-1.5.4-1], [MQTT3-1.5.3-1]
                    i++; // Two chars, four bytes: the second char is counted once, the first three times.
                }
            } else {
                Check.that(c != 0, "text with U+0000"); // [MQTT-1.5.4-2], [MQTT3-1.5.3-2]
            }
        }
        Check.that(length <= Check.MAXIMUM_TWO_BYTES, "text of more than 65535 bytes");
        return length;
    }

    /** Appends the text, whose length is known. */
    static void write(ByteBuf out, String text, int length) {
        if (length == text.length()) {
            out.writeCharSequence(text, StandardCharsets.US_ASCII);
        } else {
            ByteBufUtil.reserveAndWriteUtf8(out, text, length);
        }
    }
}
