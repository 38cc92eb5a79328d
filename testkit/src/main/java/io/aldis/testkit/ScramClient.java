package io.aldis.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677): what it says to a server, written from the formulas of the standard. It
 * prepares nothing by SASLprep, and its nonce is always the same.
 *
 * <p>For one exchange and one thread at a time.
 */
public final class ScramClient {

    private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

    private final String header;
    private final String name;
    private final String password;
    private String expected = "";

    /**
     * A client with a password.
     *
     * @param header begins the first message: "n,," unless something else is to be tried
     * @param escapedName the user name, with "=2C" for a comma and "=3D" for an equals sign
     */
    public ScramClient(String header, String escapedName, String password) {
        this.header = header;
        this.name = escapedName;
        this.password = password;
    }

    /** The first message. */
    public String first() {
        return header + bare();
    }

    private String bare() {
        return "n=" + name + ",r=" + NONCE;
    }

    /** The second and last message, which answers the server's first. */
    public String last(String question) {
        String[] attributes = question.split(",", 3);
        String unproved = "c=" + base64(utf8(header)) + "," + attributes[0];
        byte[] salt = Base64.getDecoder().decode(attributes[1].substring(2));
        byte[] salted = salted(salt, Integer.parseInt(attributes[2].substring(2)));
        byte[] dialogue = utf8(bare() + "," + question + "," + unproved);
        byte[] clientKey = hmac(salted, utf8("Client Key"));
        byte[] signature = hmac(sha256(clientKey), dialogue);
        expected = "v=" + base64(hmac(hmac(salted, utf8("Server Key")), dialogue));
        return unproved + ",p=" + base64(xor(clientKey, signature));
    }

    /** What the server has to say after {@link #last} if it knows the password. */
    public String expected() {
        return expected;
    }

    /** Hi() of RFC 5802 §2.2, round by round. */
    private byte[] salted(byte[] salt, int iterations) {
        byte[] start = new byte[salt.length + 4];
        System.arraycopy(salt, 0, start, 0, salt.length);
        start[start.length - 1] = 1;
        byte[] round = hmac(utf8(password), start);
        byte[] sum = round;
        for (int i = 1; i < iterations; i++) {
            round = hmac(utf8(password), round);
            sum = xor(sum, round);
        }
        return sum;
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = new byte[one.length];
        for (int i = 0; i < one.length; i++) {
            result[i] = (byte) (one[i] ^ other[i]);
        }
        return result;
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
