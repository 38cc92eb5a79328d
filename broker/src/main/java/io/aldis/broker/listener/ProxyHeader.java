package io.aldis.broker.listener;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Where a header of the PROXY protocol ends, and whether it is one, as strictly as its specification is written. What it says, Netty's
 * decoder reads then. Callable from any thread.
 */
final class ProxyHeader {

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    /** Most bytes of a header of version 1, with its CR and LF. */
    private static final int LONGEST_TEXT = 107;

    /** Signature, version and command, family and transport, length. */
    private static final int FIXED_PART = 16;

    private static final Pattern LINE = Pattern.compile("PROXY (UNKNOWN( .*)?"
            + "|TCP(4 [0-9.]+ [0-9.]+|6 [0-9A-Fa-f:.]+ [0-9A-Fa-f:.]+) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4}))");

    private static final int VERSION_2 = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;

    private static final int CHECKSUM = 0x03;
    private static final int SSL = 0x20;

    private ProxyHeader() {}

    /** Whether bytes that came first on a connection look like the beginning of one; enough of it must have come. */
    static boolean isIn(ByteBuf first) {
        return begins(first, BINARY, 2) || begins(first, TEXT, TEXT.length);
    }

    private static boolean begins(ByteBuf in, byte[] signature, int least) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return length >= least;
    }

    /**
     * How many bytes the header has that {@code in} begins with; 0 as long as its end has not come.
     *
     * @param largest most bytes of one of version 2
     * @throws HeaderRefused if there is none, or one that is wrong or too large
     */
    static int length(ByteBuf in, int largest) {
        if (begins(in, BINARY, 1)) {
            return in.readableBytes() < FIXED_PART ? 0 : binaryLength(in, largest);
        }
        if (begins(in, TEXT, 1)) {
            return textLength(in);
        }
        if (in.isReadable()) {
            throw new HeaderRefused(
                    "no header of the PROXY protocol came, but " + spoken(in)
                            + "; connect through the proxy and switch the protocol on there, or use the port of another listener");
        }
        return 0;
    }

    /** What a client without a header seems to speak. */
    private static String spoken(ByteBuf in) {
        return switch (in.getByte(in.readerIndex())) {
            case 0x10 -> "MQTT";
            case 0x16 -> "TLS";
            case 'G', 'P', 'H', 'O', 'C', 'D' -> "HTTP, as it seems";
            default -> "something else";
        };
    }

    // Version 1, a line of text.

    private static int textLength(ByteBuf in) {
        int searched = Math.min(in.readableBytes(), LONGEST_TEXT);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + searched, (byte) '\n');
        if (end < 0) {
            if (searched == LONGEST_TEXT) {
                throw new HeaderRefused(
                        "a header of version 1 has " + LONGEST_TEXT + " bytes at most, but this has more");
            }
            return 0;
        }
        int length = end - in.readerIndex() + 1;
        String line = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r\n")
                || !LINE.matcher(line.substring(0, length - 2)).matches()) {
            throw new HeaderRefused("a header of version 1 is written like PROXY TCP4 192.0.2.1 192.0.2.2 49152 1883,"
                    + " and ends with CR and LF, but this is not");
        }
        return length;
    }

    // Version 2, bytes.

    private static int binaryLength(ByteBuf in, int largest) {
        int start = in.readerIndex();
        int version = in.getUnsignedByte(start + 12) >> 4;
        int command = in.getUnsignedByte(start + 12) & 0x0F;
        int family = in.getUnsignedByte(start + 13);
        int length = FIXED_PART + in.getUnsignedShort(start + 14);
        if (version != VERSION_2 || command > PROXY) {
            throw new HeaderRefused("the header is of version " + version + " with command " + command
                    + ", but versions 1 and 2 are known, the latter with commands 0 and 1");
        }
        if (length > largest) {
            throw new HeaderRefused("the header has " + length + " bytes, but may have " + largest
                    + "; have the proxy say less, or raise maximumHeaderBytes");
        }
        int addresses = command == LOCAL ? 0 : addressBytes(family);
        if (length < FIXED_PART + addresses) {
            throw new HeaderRefused("the header ends in the middle of its addresses");
        }
        if (in.readableBytes() < length) {
            return 0;
        }
        if (command != LOCAL && family != 0) { // Nobody reads what else stands in others.
            checkFields(in.slice(start, length), FIXED_PART + addresses);
        }
        return length;
    }

    private static int addressBytes(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> 216;
            default ->
                throw new HeaderRefused(String.format(
                        "the header is of family and transport 0x%02X, but a stream over IPv4, IPv6 or a Unix domain socket is expected",
                        family));
        };
    }

    /** Goes through the fields (TLV) after the addresses. */
    private static void checkFields(ByteBuf header, int from) {
        boolean ssl = false;
        header.readerIndex(from);
        while (header.isReadable()) {
            int type = fieldType(header);
            ByteBuf field = fieldValue(header);
            if (type == SSL) {
                if (ssl) {
                    throw new HeaderRefused("the header tells of TLS twice");
                }
                ssl = true;
                checkSsl(field);
            } else if (type == CHECKSUM) {
                checkSum(header, field);
            }
        }
    }

    private static int fieldType(ByteBuf in) {
        if (in.readableBytes() < 3) {
            throw new HeaderRefused("the header ends in the middle of a field");
        }
        return in.readUnsignedByte();
    }

    private static ByteBuf fieldValue(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) {
            throw new HeaderRefused("a field of the header is longer than what is left of it");
        }
        return in.readSlice(length);
    }

    private static void checkSsl(ByteBuf field) {
        if (field.readableBytes() < 5) {
            throw new HeaderRefused("the header's field of TLS is too short");
        }
        field.skipBytes(5);
        while (field.isReadable()) {
            if (fieldType(field) == SSL) {
                throw new HeaderRefused("the header tells of TLS within TLS");
            }
            fieldValue(field);
        }
    }

    /** The sum is of the whole header, with zeros in place of the sum. */
    private static void checkSum(ByteBuf header, ByteBuf field) {
        if (field.readableBytes() != 4) {
            throw new HeaderRefused("the header's checksum has " + field.readableBytes() + " bytes, but must have 4");
        }
        byte[] summed = new byte[header.writerIndex()];
        header.getBytes(0, summed);
        int at = header.readerIndex() - 4;
        for (int i = 0; i < 4; i++) {
            summed[at + i] = 0;
        }
        CRC32C sum = new CRC32C();
        sum.update(summed);
        if (sum.getValue() != field.readUnsignedInt()) {
            throw new HeaderRefused("the header's checksum is not that of its bytes");
        }
    }
}
