package io.aldis.benchmark.transport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and its key, made for a test. Java can read certificates but has no public way to make them, so its DER is written here
 * (RFC 5280, section 4.1).
 */
record TestCertificate(String name, X509Certificate certificate, PrivateKey key) {

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OID = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int GENERALIZED_TIME = 0x18;

    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
    private static final byte[] ECDSA_WITH_SHA256 = der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);

    /** An authority that others can be trusted through. */
    static TestCertificate authority(String name) {
        // BasicConstraints: cA TRUE.
        byte[] extension = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
        return signed(name, null, extension, "20991231235959Z");
    }

    /** A certificate for host names and addresses. */
    TestCertificate issue(String subject, String... hosts) {
        return issue(subject, "20991231235959Z", hosts);
    }

    /** One that is not valid any more. */
    TestCertificate issueExpired(String subject, String... hosts) {
        return issue(subject, "20200101000001Z", hosts);
    }

    private TestCertificate issue(String subject, String end, String... hosts) {
        List<byte[]> names = new ArrayList<>();
        names.add(der(0x82, ("also." + subject).getBytes(StandardCharsets.US_ASCII)));
        for (String host : hosts) {
            names.add(Character.isDigit(host.charAt(0)) ? der(0x87, address(host)) : der(0x82, ascii(host)));
        }
        byte[] extension =
                der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, der(SEQUENCE, names.toArray(byte[][]::new))));
        return signed(subject, this, extension, end);
    }

    private static TestCertificate signed(
            String subject, @Nullable TestCertificate issuer, byte[] extension, String end) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            byte[] content = der(
                    SEQUENCE,
                    // Version 3.
                    der(0xa0, der(INTEGER, new byte[] {2})),
                    der(INTEGER, BigInteger.valueOf(System.nanoTime()).toByteArray()),
                    ECDSA_WITH_SHA256,
                    distinguishedName(issuer == null ? subject : issuer.name()),
                    der(SEQUENCE, der(GENERALIZED_TIME, ascii("20200101000000Z")), der(GENERALIZED_TIME, ascii(end))),
                    distinguishedName(subject),
                    pair.getPublic().getEncoded(),
                    der(0xa3, der(SEQUENCE, extension)));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuer == null ? pair.getPrivate() : issuer.key());
            signature.update(content);
            byte[] encoded =
                    der(SEQUENCE, content, ECDSA_WITH_SHA256, der(BIT_STRING, new byte[] {0}, signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new TestCertificate(subject, certificate, pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] distinguishedName(String name) {
        return der(
                SEQUENCE,
                der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, name.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] address(String host) {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] oid(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return der(OID, content);
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** Writes the certificate to a file of its own. */
    String certificateFile(Path directory) {
        return pem(directory.resolve(name + ".crt"), "CERTIFICATE", encoded());
    }

    /** Writes the key to a file of its own. */
    String keyFile(Path directory) {
        return pem(directory.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded());
    }

    private byte[] encoded() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(Path file, String label, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        try {
            return Files.writeString(
                            file, "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n")
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
