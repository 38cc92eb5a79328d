package io.aldis.broker.listener;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key in PKCS#8 that is encrypted with a password: by PBES2 (RFC 8018 §6.2) with PBKDF2, as programs write it today, or in
 * an older way that Java knows. Java's own PBES2 does not know all that OpenSSL writes.
 */
final class EncryptedKey {

    private static final String PBES2 = "2a864886f70d01050d";
    private static final String PBKDF2 = "2a864886f70d01050c";

    /** More would keep whoever reads it busy for minutes; common is a hundredth of that. */
    private static final int MOST_ROUNDS = 10_000_000;

    private EncryptedKey() {}

    /** PKCS#8 that is not encrypted. */
    static byte[] decrypted(byte[] encrypted, char[] password) throws GeneralSecurityException, IOException {
        try {
            ByteBuffer all = Der.content(ByteBuffer.wrap(encrypted), Der.SEQUENCE);
            ByteBuffer scheme = Der.content(all, Der.SEQUENCE);
            if (!Der.name(scheme).equals(PBES2)) {
                return decryptedByJava(encrypted, password);
            }
            ByteBuffer parts = Der.content(scheme, Der.SEQUENCE);
            return decrypted(
                    Der.content(parts, Der.SEQUENCE),
                    Der.content(parts, Der.SEQUENCE),
                    Der.bytes(Der.content(all, Der.OCTETS)),
                    password);
        } catch (RuntimeException broken) {
            throw new IOException("it is broken", broken);
        }
    }

    private static byte[] decrypted(ByteBuffer derivation, ByteBuffer cipher, byte[] content, char[] password)
            throws GeneralSecurityException {
        if (!Der.name(derivation).equals(PBKDF2)) {
            throw new NoSuchAlgorithmException("its key is derived by something else than PBKDF2");
        }
        String cipherName = Der.name(cipher);
        byte[] start = Der.bytes(Der.content(cipher, Der.OCTETS));
        ByteBuffer parameters = Der.content(derivation, Der.SEQUENCE);
        byte[] salt = Der.bytes(Der.content(parameters, Der.OCTETS));
        int rounds = Der.number(parameters);
        if (rounds > MOST_ROUNDS) {
            throw new InvalidKeySpecException(
                    "its key is derived in " + rounds + " rounds, but at most " + MOST_ROUNDS + " are taken");
        }
        if (parameters.hasRemaining() && parameters.get(parameters.position()) == Der.INTEGER) {
            Der.number(parameters); // The length of the key, which the cipher tells, too.
        }
        String hash = parameters.hasRemaining() ? hash(Der.name(Der.content(parameters, Der.SEQUENCE))) : "SHA1";
        boolean aes = !cipherName.equals("2a864886f70d0307");
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
                .generateSecret(new PBEKeySpec(password, salt, rounds, bits(cipherName)))
                .getEncoded();
        Cipher decryption = Cipher.getInstance(aes ? "AES/CBC/PKCS5Padding" : "DESede/CBC/PKCS5Padding");
        decryption.init(
                Cipher.DECRYPT_MODE, new SecretKeySpec(key, aes ? "AES" : "DESede"), new IvParameterSpec(start));
        return decryption.doFinal(content);
    }

    private static int bits(String cipher) throws NoSuchAlgorithmException {
        return switch (cipher) {
            case "60864801650304012a" -> 256;
            case "608648016503040116", "2a864886f70d0307" -> 192;
            case "608648016503040102" -> 128;
            default -> throw new NoSuchAlgorithmException("it is encrypted by none of AES and Triple DES in mode CBC");
        };
    }

    private static String hash(String name) throws NoSuchAlgorithmException {
        return switch (name) {
            case "2a864886f70d0207" -> "SHA1";
            case "2a864886f70d0208" -> "SHA224";
            case "2a864886f70d0209" -> "SHA256";
            case "2a864886f70d020a" -> "SHA384";
            case "2a864886f70d020b" -> "SHA512";
            default -> throw new NoSuchAlgorithmException("its key is derived with an unknown hash");
        };
    }

    private static byte[] decryptedByJava(byte[] encrypted, char[] password)
            throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
        Cipher cipher = Cipher.getInstance(info.getAlgName());
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(info.getAlgName()).generateSecret(new PBEKeySpec(password)),
                info.getAlgParameters());
        return info.getKeySpec(cipher).getEncoded();
    }
}
