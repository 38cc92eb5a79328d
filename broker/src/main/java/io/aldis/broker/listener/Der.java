package io.aldis.broker.listener;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Just enough of ASN.1 to put the older forms of private keys into the one that Java reads, PKCS#8 (RFC 5208), and to find the times in an
 * OCSP response.
 */
final class Der {

    static final byte SEQUENCE = 0x30;

    static final byte INTEGER = 0x02;
    static final byte OCTETS = 0x04;
    private static final byte PARAMETERS = (byte) 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** 1.2.840.113549.1.1.1, and null for its parameters. */
    private static final byte[] RSA = {
        0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** 1.2.840.10045.2.1; its parameters name the curve. */
    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    static final byte NAME = 0x06;

    private Der() {}

    /** PKCS#8 of an RSA key as in PKCS#1 (RFC 8017). */
    static byte[] pkcs8OfRsa(byte[] key) {
        return pkcs8(tagged(SEQUENCE, RSA), key);
    }

    /** PKCS#8 of an EC key as in RFC 5915, which has to name its curve. */
    static byte[] pkcs8OfEc(byte[] key) {
        try {
            ByteBuffer in = content(ByteBuffer.wrap(key), SEQUENCE);
            content(in, INTEGER);
            content(in, OCTETS);
            return pkcs8(tagged(SEQUENCE, EC, bytes(content(in, PARAMETERS))), key);
        } catch (RuntimeException broken) {
            throw TlsUnavailable.because("The EC key is broken, or does not name its curve", broken);
        }
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
    }

    /** An element of these parts, shorter than 64 KiB. */
    static byte[] tagged(byte tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length + 4);
        out.put(tag);
        if (length < 0x80) {
            out.put((byte) length);
        } else if (length < 0x100) {
            out.put((byte) 0x81).put((byte) length);
        } else {
            out.put((byte) 0x82).putShort((short) length);
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        byte[] all = new byte[out.flip().remaining()];
        out.get(all);
        return all;
    }

    /** What is in the next element, which is passed over. */
    static ByteBuffer content(ByteBuffer in, byte tag) {
        if (in.get() != tag) {
            throw new IllegalArgumentException("another element was expected");
        }
        int length = in.get() & 0xFF;
        if (length == 0x81) {
            length = in.get() & 0xFF;
        } else if (length == 0x82) {
            length = in.getShort() & 0xFFFF;
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    /** What the next element is, which stays where it is; 0 if there is none. */
    static byte next(ByteBuffer in) {
        return in.hasRemaining() ? in.get(in.position()) : 0;
    }

    /** Passes over the next element if it is one with this tag. */
    static void skip(ByteBuffer in, byte tag) {
        if (next(in) == tag) {
            content(in, tag);
        }
    }

    /** All that is left. */
    static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    /** A number that is small. */
    static int number(ByteBuffer in) {
        return new BigInteger(bytes(content(in, INTEGER))).intValueExact();
    }

    /** The next name of something, as its bytes in hexadecimal. */
    static String name(ByteBuffer in) {
        return HexFormat.of().formatHex(bytes(content(in, NAME)));
    }
}
