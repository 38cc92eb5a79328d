package io.aldis.broker.store;

import io.aldis.codec.Binary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the bytes of a key or a value apart, which a {@link RecordWriter} put together. Confined to one thread.
 *
 * <p>Whatever the bytes are, it throws nothing but {@link IllegalArgumentException}, and makes nothing larger than they are.
 */
final class RecordReader {

    private final byte[] bytes;
    private int index;

    RecordReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The layout of what follows.
     *
     * @param newest the highest that is known
     * @return 1 to {@code newest}
     */
    int layout(int newest) {
        int layout = one();
        if (layout > newest) {
            throw new IllegalArgumentException(
                    "it has layout " + layout + ", and this Aldis knows those up to " + newest
                            + ". If it is not damaged, a newer Aldis wrote it: start that one, or a newer one, with this data");
        }
        if (layout < 1) {
            throw damaged("has no layout");
        }
        return layout;
    }

    /** A byte, 0 to 255. */
    int one() {
        need(1);
        return bytes[index++] & 0xFF;
    }

    /**
     * A byte of flags.
     *
     * @param known those that may be set
     */
    int flags(int known) {
        int flags = one();
        if ((flags & ~known) != 0) {
            throw damaged("has the flags 0x" + Integer.toHexString(flags) + ", where only 0x"
                    + Integer.toHexString(known) + " are known");
        }
        return flags;
    }

    /** A number. */
    long number() {
        need(1);
        long number = bytes[index++];
        if (number >= 0) {
            return number;
        }
        number &= 0x7F;
        for (int shift = 7; shift < Long.SIZE; shift += 7) {
            int next = one();
            if (shift == 63 && next > 1) {
                break;
            }
            number |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw damaged("has a number of more than 64 bits");
    }

    /** A number that fits into an int. */
    int small() {
        long number = number();
        if (number != (int) number) {
            throw damaged("has the number " + number + ", where one of 32 bits is expected");
        }
        return (int) number;
    }

    /**
     * How many things follow.
     *
     * @param least bytes that each of them has
     */
    int count(int least) {
        long count = number();
        if (count < 0 || count > (bytes.length - index) / least) {
            throw damaged("says that " + Long.toUnsignedString(count) + " things of at least " + least
                    + " bytes follow, but only " + (bytes.length - index) + " bytes do");
        }
        return (int) count;
    }

    /** A text. */
    String text() {
        return characters(count(1));
    }

    /** Bytes. */
    Binary binary() {
        int length = count(1);
        index += length;
        return Binary.wrap(Arrays.copyOfRange(bytes, index - length, index));
    }

    /** A number from {@link RecordWriter#orderedLong}. */
    long orderedLong() {
        need(Long.BYTES);
        index += Long.BYTES;
        return RecordWriter.getOrdered(bytes, index - Long.BYTES);
    }

    /** A number from {@link RecordWriter#orderedInt}. */
    int orderedInt() {
        return (one() << 24 | one() << 16 | one() << 8 | one()) ^ Integer.MIN_VALUE;
    }

    /** What is left, as a text from {@link RecordWriter#orderedText}. */
    String orderedText() {
        int left = bytes.length - index;
        return ascii(left) ? latin(left) : beyondAscii(Integer.MAX_VALUE);
    }

    private String characters(int length) {
        return ascii(length) ? latin(length) : beyondAscii(length);
    }

    private boolean ascii(int length) {
        int end = index + length;
        for (int i = index; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private String latin(int length) {
        index += length;
        return new String(bytes, index - length, length, StandardCharsets.ISO_8859_1);
    }

    /** So many characters, or all there are. */
    private String beyondAscii(int most) {
        StringBuilder text = new StringBuilder(Math.min(most, bytes.length - index));
        while (text.length() < most && (most != Integer.MAX_VALUE || index < bytes.length)) {
            int first = one();
            if (first < 0x80) {
                text.append((char) first);
            } else if (first >> 5 == 0b110) {
                text.append(character((first & 0x1F) << 6 | continued(), 0x80));
            } else if (first >> 4 == 0b1110) {
                text.append(character((first & 0x0F) << 12 | continued() << 6 | continued(), 0x800));
            } else {
                throw damaged("has no character where one is expected");
            }
        }
        return text.toString();
    }

    private int continued() {
        int next = one();
        if (next >> 6 != 0b10) {
            throw damaged("has a character that breaks off");
        }
        return next & 0x3F;
    }

    /** Each character has one form only, so that keys have too. */
    private char character(int value, int least) {
        if (value < least) {
            throw damaged("has a character that is longer than it needs to be");
        }
        return (char) value;
    }

    /** Nothing is left. */
    void end() {
        if (index < bytes.length) {
            throw damaged("goes on where it should end");
        }
    }

    /**
     * What is thrown when the bytes make no sense.
     *
     * @param how goes on after "it"
     */
    IllegalArgumentException damaged(String how) {
        return new IllegalArgumentException("it is damaged: it " + how + ", at byte " + index + " of " + bytes.length);
    }

    private void need(int more) {
        if (more > bytes.length - index) {
            throw damaged("ends where " + more + " more bytes are expected");
        }
    }
}
