package io.aldis.broker.listener;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Headers of the PROXY protocol, version 2, byte by byte. */
final class Header {

    static final int AUTHORITY = 0x02;
    static final int ALPN = 0x01;
    static final int CRC = 0x03;
    static final int SSL = 0x20;
    static final int SSL_VERSION = 0x21;
    static final int SSL_CN = 0x22;
    static final int SSL_CIPHER = 0x23;

    /** From 203.0.113.7, port 49152, to 198.51.100.1, port 8883. */
    static final String IPV4 = "CB 00 71 07 C6 33 64 01 C0 00 22 B3";

    private Header() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /**
     * A whole header.
     *
     * @param command with the version: 0x20 for LOCAL, 0x21 for PROXY
     * @param family with the transport: 0x11 for TCP over IPv4, 0x21 over IPv6, 0x31 for a Unix domain socket
     */
    static byte[] of(int command, int family, byte[]... parts) {
        byte[] content = join(parts);
        return join(
                bytes("0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A"),
                new byte[] {(byte) command, (byte) family, (byte) (content.length >> 8), (byte) content.length},
                content);
    }

    /** From {@link #IPV4}, with these fields. */
    static byte[] ipv4(byte[]... fields) {
        return of(0x21, 0x11, bytes(IPV4), join(fields));
    }

    static byte[] field(int type, byte[]... value) {
        byte[] content = join(value);
        return join(new byte[] {(byte) type, (byte) (content.length >> 8), (byte) content.length}, content);
    }

    static byte[] field(int type, String value) {
        return field(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What is said of TLS.
     *
     * @param client 1 for TLS, 2 for a certificate on this connection, 4 for one in this session
     * @param verify 0 if the certificate was verified
     */
    static byte[] ssl(int client, int verify, byte[]... fields) {
        return field(
                SSL,
                new byte[] {(byte) client},
                ByteBuffer.allocate(4).putInt(verify).array(),
                join(fields));
    }

    /** Puts the right sum into the field of it, which is the last. */
    static byte[] summed(byte[] header) {
        CRC32C sum = new CRC32C();
        sum.update(header);
        return ByteBuffer.wrap(header.clone())
                .putInt(header.length - 4, (int) sum.getValue())
                .array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
