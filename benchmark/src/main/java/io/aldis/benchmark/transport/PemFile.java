package io.aldis.benchmark.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of PEM blocks (RFC 7468), with any text between them.
 *
 * @param what it is for, in the user's words
 */
record PemFile(String what, String file, List<Block> blocks) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    /** One block: what its first line says it is, and what it holds. */
    record Block(String label, String base64) {}

    /** @throws TransportFailed if the file cannot be read */
    static PemFile read(String what, String file) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text(what, file));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return new PemFile(what, file, List.copyOf(blocks));
    }

    private static String text(String what, String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw bad(what, file, "does not exist", e);
        } catch (IOException | InvalidPathException e) {
            throw bad(what, file, "cannot be read: " + e, e);
        }
    }

    /** All certificates, in their order; at least one. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content(block))));
                }
            }
        } catch (CertificateException e) {
            throw bad(what, file, "holds a certificate that is broken: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw bad(
                    what,
                    file,
                    "holds no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----",
                    null);
        }
        return certificates;
    }

    /** The only private key. */
    PrivateKey privateKey() {
        for (Block block : blocks) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return privateKey(content(block));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw bad(
                            what, file, "is encrypted; expected it in the clear: openssl pkcs8 -in OLD -out NEW", null);
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                    throw bad(
                            what,
                            file,
                            "is not PKCS#8; expected -----BEGIN PRIVATE KEY-----: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW",
                            null);
                default -> {
                    // Such as the certificate, or the parameters of a curve.
                }
            }
        }
        throw bad(what, file, "holds no key; expected PEM, which begins with -----BEGIN PRIVATE KEY-----", null);
    }

    private PrivateKey privateKey(byte[] pkcs8) {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException another) {
                // The next algorithm is tried.
            } catch (GeneralSecurityException e) {
                throw bad(what, file, "holds a key that this Java cannot read: " + e.getMessage(), e);
            }
        }
        throw bad(what, file, "holds a key that is broken or of an unknown kind; known are " + KEY_ALGORITHMS, null);
    }

    private byte[] content(Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.base64());
        } catch (IllegalArgumentException e) {
            throw bad(what, file, "holds a block that is not Base64: " + e.getMessage(), e);
        }
    }

    /** Whether two keys are one pair. */
    static boolean belong(PrivateKey key, PublicKey other) {
        if (!key.getAlgorithm().equals(other.getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            // Not worth more: the handshake will show.
            return true;
        }
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update((byte) 1);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(other);
            verifying.update((byte) 1);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TransportFailed bad(String what, String file, String wrong, @Nullable Throwable cause) {
        return new TransportFailed("the " + what + " '" + file + "' " + wrong, cause);
    }
}
