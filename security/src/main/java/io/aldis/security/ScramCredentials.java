package io.aldis.security;

import io.aldis.codec.Binary;
import java.security.SecureRandom;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 §3, RFC 7677): enough to know who has it, not enough to be that
 * one. Still a secret: with it passwords can be guessed, and with an exchange that was overheard the user can be imitated.
 *
 * @param salt not empty
 * @param iterations of the hash, 4,096 at least
 * @param storedKey 32 bytes
 * @param serverKey 32 bytes
 */
public record ScramCredentials(Binary salt, int iterations, Binary storedKey, Binary serverKey) {

    /** RFC 7677 §4 wants no fewer. */
    public static final int LEAST_ITERATIONS = 4096;

    static final int SALT_BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    public ScramCredentials {
        if (salt.isEmpty()) {
            throw new IllegalArgumentException("The salt is empty.");
        }
        checkIterations(iterations);
        checkKey("stored key", storedKey);
        checkKey("server key", serverKey);
    }

    static void checkIterations(int iterations) {
        if (iterations < LEAST_ITERATIONS) {
            throw new IllegalArgumentException(
                    "The password would be hashed " + iterations + " times, but 4096 are the least.");
        }
    }

    private static void checkKey(String what, Binary key) {
        if (key.size() != Sha256.BYTES) {
            throw new IllegalArgumentException("The " + what + " has " + key.size() + " bytes instead of 32.");
        }
    }

    /**
     * Credentials for a password, with a salt of their own. The password is not kept. This is meant to take time, with each
     * iteration more, and the client has to do the same at every connection.
     *
     * @param password not empty; prepared by SASLprep (RFC 4013)
     * @param iterations 4,096 at least
     * @throws IllegalArgumentException if there are fewer iterations, or SASLprep forbids the password
     */
    public static ScramCredentials ofPassword(String password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return ofPassword(password, salt, iterations);
    }

    static ScramCredentials ofPassword(String password, byte[] salt, int iterations) {
        checkIterations(iterations);
        byte[] salted = Sha256.salted(Prepared.password(password), salt, iterations);
        byte[] clientKey = Sha256.hmac(salted, "Client Key");
        return new ScramCredentials(
                Binary.copyOf(salt),
                iterations,
                Binary.wrap(Sha256.hash(clientKey)),
                Binary.wrap(Sha256.hmac(salted, "Server Key")));
    }

    /** Nothing that is of use to anybody. */
    @Override
    public String toString() {
        return "ScramCredentials[" + iterations + " iterations, ***]";
    }
}
