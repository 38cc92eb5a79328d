package io.aldis.broker.listener;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what is written as text between lines of dashes (RFC 7468): certificates, keys, lists of revoked certificates. */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (?<label>[A-Z0-9 ]+)-----(?<body>.*?)-----END \\k<label>-----", Pattern.DOTALL);

    /** Kinds of keys, to be tried in this order: a key does not tell Java its kind. */
    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private record Block(String label, String body) {

        byte[] bytes(Path file) {
            try {
                return Base64.getMimeDecoder().decode(body);
            } catch (IllegalArgumentException broken) {
                throw TlsUnavailable.because("What is between the dashes in " + file + " is no Base64", broken);
            }
        }
    }

    private Pem() {}

    /** All certificates in a file, in their order; at least one. */
    static List<X509Certificate> certificates(Path file) {
        byte[] content = content(file);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] one : encoded(content, file, "CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(one)));
            }
        } catch (CertificateException broken) {
            throw TlsUnavailable.because("The certificate in " + file + " cannot be read", broken);
        }
        if (certificates.isEmpty()) {
            throw new TlsUnavailable(
                    "There is no certificate in " + file + "; it begins with -----BEGIN CERTIFICATE-----", null);
        }
        return certificates;
    }

    /** All lists of revoked certificates in a file; at least one. */
    static List<X509CRL> revocations(Path file) {
        byte[] content = content(file);
        List<X509CRL> lists = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] one : encoded(content, file, "X509 CRL")) {
                lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(one)));
            }
        } catch (CertificateException | CRLException broken) {
            throw TlsUnavailable.because("The list of revoked certificates in " + file + " cannot be read", broken);
        }
        if (lists.isEmpty()) {
            throw new TlsUnavailable(
                    "There is no list of revoked certificates in " + file + "; it begins with -----BEGIN X509 CRL-----",
                    null);
        }
        return lists;
    }

    /** The first private key in a file. */
    static PrivateKey key(Path file, String password) {
        for (Block block : blocks(content(file))) {
            if (block.body.contains("Proc-Type: 4,ENCRYPTED")) {
                throw new TlsUnavailable(
                        "The key in " + file
                                + " is encrypted in an old way that Java does not know; write it anew with: "
                                + "openssl pkcs8 -topk8 -in " + file,
                        null);
            }
            byte[] pkcs8 = switch (block.label) {
                case "PRIVATE KEY" -> block.bytes(file);
                case "ENCRYPTED PRIVATE KEY" -> decrypted(block.bytes(file), file, password);
                case "RSA PRIVATE KEY" -> Der.pkcs8OfRsa(block.bytes(file));
                case "EC PRIVATE KEY" -> Der.pkcs8OfEc(block.bytes(file));
                default -> null;
            };
            if (pkcs8 != null) {
                return key(pkcs8, block.label.startsWith("ENCRYPTED"), file);
            }
        }
        throw new TlsUnavailable(
                "There is no private key in " + file + "; it begins with -----BEGIN PRIVATE KEY-----", null);
    }

    private static PrivateKey key(byte[] pkcs8, boolean wasEncrypted, Path file) {
        InvalidKeySpecException last = null;
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException anotherKind) {
                last = anotherKind;
            } catch (GeneralSecurityException unknown) {
                throw TlsUnavailable.because("The key in " + file + " cannot be read", unknown);
            }
        }
        // One wrong password in 256 gives something that looks as if it were decrypted.
        String password = wasEncrypted ? ", perhaps for a wrong password" : "";
        throw new TlsUnavailable(
                "The key in " + file + " cannot be read: it is none of RSA, EC and EdDSA" + password, last);
    }

    private static byte[] decrypted(byte[] encrypted, Path file, String password) {
        if (password.isEmpty()) {
            throw new TlsUnavailable("The key in " + file + " is encrypted; give its password", null);
        }
        try {
            return EncryptedKey.decrypted(encrypted, password.toCharArray());
        } catch (IOException | GeneralSecurityException wrong) {
            throw TlsUnavailable.because(
                    "The key in " + file + " cannot be decrypted, perhaps for a wrong password", wrong);
        }
    }

    /** What the blocks with a label hold; the whole file if there is no block in it at all. */
    private static List<byte[]> encoded(byte[] content, Path file, String label) {
        List<Block> blocks = blocks(content);
        if (blocks.isEmpty() && content.length > 0 && content[0] == Der.SEQUENCE) {
            return List.of(content);
        }
        return blocks.stream()
                .filter(block -> block.label.equals(label))
                .map(block -> block.bytes(file))
                .toList();
    }

    private static List<Block> blocks(byte[] content) {
        Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group("label"), matcher.group("body")));
        }
        return blocks;
    }

    /** All that is in a file. */
    static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new TlsUnavailable("There is no file " + file, missing);
        } catch (IOException unreadable) {
            throw TlsUnavailable.because("The file " + file + " cannot be read", unreadable);
        }
    }
}
