package io.aldis.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An authority for certificates that lives as long as a test: it vouches for servers and clients, and takes its word back. Nothing
 * it makes is written anywhere but where the test says. Keys are of the curve P-256.
 *
 * <pre>{@code
 * TestAuthority authority = TestAuthority.create("Test CA");
 * TestAuthority.Issued server = authority.issue("server", "localhost", "127.0.0.1");
 * server.writeChain(directory.resolve("server.crt"));
 * server.writeKey(directory.resolve("server.key"));
 * authority.write(directory.resolve("ca.crt"));
 * }</pre>
 */
public final class TestAuthority {

    private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int OCTETS = 0x04;

    private static final byte[] ECDSA_WITH_SHA256 =
            sequence(bytes(0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = bytes(0x06, 0x03, 0x55, 0x04, 0x03);
    private static final byte[] ORGANIZATION = bytes(0x06, 0x03, 0x55, 0x04, 0x0A);
    private static final byte[] BASIC_CONSTRAINTS = bytes(0x06, 0x03, 0x55, 0x1D, 0x13);
    private static final byte[] KEY_USAGE = bytes(0x06, 0x03, 0x55, 0x1D, 0x0F);
    private static final byte[] ALTERNATIVE_NAMES = bytes(0x06, 0x03, 0x55, 0x1D, 0x11);
    private static final byte[] TRUE = bytes(0x01, 0x01, 0xFF);

    /** Signs certificates and lists of revoked ones. */
    private static final byte[] SIGNS = extension(KEY_USAGE, bytes(0x03, 0x02, 0x01, 0x06));

    private static final byte[] OCSP_BASIC = bytes(0x06, 0x09, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01);
    private static final byte[] SHA1 = sequence(bytes(0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A), bytes(0x05, 0x00));

    /** The length of an uncompressed point of P-256, at the end of an encoded public key. */
    private static final int POINT = 65;

    private final KeyPair keys;
    private final byte[] name;
    private final X509Certificate certificate;

    private TestAuthority(KeyPair keys, byte[] name, X509Certificate certificate) {
        this.keys = keys;
        this.name = name;
        this.certificate = certificate;
    }

    /** A certificate with its private key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {

        /** Writes the certificate in PEM. */
        public void writeChain(Path file) {
            TestAuthority.write(file, pem("CERTIFICATE", encoded(certificate)));
        }

        /** Writes the key in PEM, as PKCS#8 that is not encrypted. */
        public void writeKey(Path file) {
            TestAuthority.write(file, pem("PRIVATE KEY", key.getEncoded()));
        }
    }

    /** A new one, which vouches for itself. */
    public static TestAuthority create(String commonName) {
        KeyPair keys = newKeys();
        byte[] name = name(commonName);
        byte[] isAuthority = extension(BASIC_CONSTRAINTS, sequence(TRUE));
        return new TestAuthority(
                keys, name, sign(keys.getPrivate(), name, name, keys, Duration.ofDays(1), isAuthority, SIGNS));
    }

    /** Another authority, for which this one vouches until some time from now; who shows what it issues has to show its certificate, too. */
    public TestAuthority subordinate(Duration validity, String commonName) {
        KeyPair own = newKeys();
        byte[] ownName = name(commonName);
        byte[] isAuthority = extension(BASIC_CONSTRAINTS, sequence(TRUE));
        return new TestAuthority(
                own, ownName, sign(keys.getPrivate(), name, ownName, own, validity, isAuthority, SIGNS));
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Writes its own certificate in PEM. */
    public void write(Path file) {
        write(file, pem("CERTIFICATE", encoded(certificate)));
    }

    /**
     * Vouches for a day for somebody.
     *
     * @param commonName of the subject, whose organization is "Aldis"
     * @param alternativeNames of DNS, such as "localhost" or "*.example.org", or IPv4 addresses
     */
    public Issued issue(String commonName, String... alternativeNames) {
        return issue(Duration.ofDays(1), commonName, alternativeNames);
    }

    /** Vouches for somebody until some time from now, which may have passed. */
    public Issued issue(Duration validity, String commonName, String... alternativeNames) {
        KeyPair own = newKeys();
        List<byte[]> names = new ArrayList<>();
        for (String alternative : alternativeNames) {
            names.add(
                    alternative.matches("[0-9.]+")
                            ? tagged(0x87, address(alternative))
                            : tagged(0x82, ascii(alternative)));
        }
        byte[][] extensions = names.isEmpty()
                ? new byte[0][]
                : new byte[][] {extension(ALTERNATIVE_NAMES, sequence(names.toArray(new byte[0][])))};
        return new Issued(
                sign(keys.getPrivate(), this.name, name(commonName), own, validity, extensions), own.getPrivate());
    }

    /**
     * Writes a list in PEM of certificates for which it vouches no more.
     *
     * @param validity until when the list is to be believed, from now; may have passed
     */
    public void writeRevocations(Path file, Duration validity, X509Certificate... revoked) {
        Instant now = Instant.now();
        List<byte[]> entries = new ArrayList<>();
        for (X509Certificate one : revoked) {
            entries.add(sequence(integer(one.getSerialNumber()), time(now.minus(Duration.ofDays(1)))));
        }
        byte[] list = sequence(
                integer(BigInteger.ONE), // Version 2.
                ECDSA_WITH_SHA256,
                name,
                time(now.minus(Duration.ofDays(2))),
                time(now.plus(validity)),
                entries.isEmpty() ? new byte[0] : sequence(entries.toArray(new byte[0][])));
        write(file, pem("X509 CRL", signed(keys.getPrivate(), list)));
    }

    /**
     * Writes in DER what its OCSP responder says of a certificate it issued (RFC 6960 §4.2).
     *
     * @param validity until when the answer is to be believed, from now; may have passed
     * @param good whether it still vouches for the certificate
     */
    public void writeOcspResponse(Path file, Duration validity, X509Certificate of, boolean good) {
        Instant now = Instant.now();
        byte[] key = keys.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(key, key.length - POINT, key.length);
        byte[] which =
                sequence(SHA1, tagged(OCTETS, sha1(name)), tagged(OCTETS, sha1(point)), integer(of.getSerialNumber()));
        byte[] answer = sequence(
                which,
                good ? bytes(0x80, 0x00) : tagged(0xA1, time(now.minus(Duration.ofDays(1)))),
                time(now.minus(Duration.ofDays(2))),
                tagged(0xA0, time(now.plus(validity))));
        byte[] body = sequence(tagged(0xA1, name), time(now.minus(Duration.ofDays(2))), sequence(answer));
        byte[] basic = tagged(OCTETS, signed(keys.getPrivate(), body));
        try {
            Files.write(file, sequence(bytes(0x0A, 0x01, 0x00), tagged(0xA0, sequence(OCSP_BASIC, basic))));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] sha1(byte[] of) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(of);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    // ---- What certificates are made of
    // --------------------------------------------------------------------------------

    private static X509Certificate sign(
            PrivateKey key, byte[] issuer, byte[] subject, KeyPair of, Duration validity, byte[]... extensions) {
        Instant now = Instant.now();
        byte[] body = sequence(
                tagged(0xA0, integer(BigInteger.TWO)), // Version 3.
                integer(BigInteger.valueOf(SERIAL.incrementAndGet())),
                ECDSA_WITH_SHA256,
                issuer,
                sequence(time(now.minus(Duration.ofDays(3))), time(now.plus(validity))),
                subject,
                of.getPublic().getEncoded(),
                extensions.length == 0 ? new byte[0] : tagged(0xA3, sequence(extensions)));
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(signed(key, body)));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static byte[] signed(PrivateKey key, byte[] body) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(body);
            return sequence(body, ECDSA_WITH_SHA256, tagged(0x03, bytes(0), signature.sign()));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static byte[] name(String commonName) {
        return sequence(
                tagged(SET, sequence(ORGANIZATION, tagged(0x0C, ascii("Aldis")))),
                tagged(SET, sequence(COMMON_NAME, tagged(0x0C, ascii(commonName)))));
    }

    private static byte[] extension(byte[] kind, byte[] value) {
        return sequence(kind, tagged(OCTETS, value));
    }

    private static byte[] time(Instant time) {
        return tagged(0x18, ascii(TIME.format(time)));
    }

    private static byte[] integer(BigInteger value) {
        return tagged(0x02, value.toByteArray());
    }

    private static byte[] address(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (IOException noAddress) {
            throw new UncheckedIOException(noAddress);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, parts);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] start = length < 0x80
                ? bytes(tag, length)
                : length < 0x100 ? bytes(tag, 0x81, length) : bytes(tag, 0x82, length >> 8, length);
        byte[] all = Arrays.copyOf(start, start.length + length);
        int at = start.length;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String pem(String label, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
