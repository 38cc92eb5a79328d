package io.aldis.security;

import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.codec.Binary;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates by SCRAM-SHA-256 (RFC 5802, RFC 7677): the client shows that it knows the password without sending it, and the
 * server that it knew it once. The principal is the user name, prepared by SASLprep.
 *
 * <pre>{@code
 * ScramUsers users = ScramUsers.of(Map.of("ann", ScramCredentials.ofPassword("secret", 4096)));
 * Broker.builder().listener(Listener.tcp("127.0.0.1", 0))
 * .hooks(hooks -> hooks.authenticator(new ScramSha256(users, 4096))).start();
 * }</pre>
 *
 * <p>A user who is not there looks like one with a wrong password: salt and iterations are made up, and stay the same for as long
 * as this object lives. Channel binding (SCRAM-SHA-256-PLUS) is not offered. Safe for use by every thread.
 */
public final class ScramSha256 implements EnhancedAuthenticator {

    /** The authentication method. */
    public static final String METHOD = "SCRAM-SHA-256";

    private static final int NONCE_BYTES = 18;

    private final ScramUsers users;
    private final int iterations;
    private final Supplier<String> nonces;

    /** From which the salts of users are made that are not there. */
    private final byte[] secret;

    /**
     * Authenticates these users.
     *
     * @param iterations with which most users' credentials were made, 4,096 at least: those who are not there are told it too
     */
    public ScramSha256(ScramUsers users, int iterations) {
        this(users, iterations, new SecureRandom());
    }

    private ScramSha256(ScramUsers users, int iterations, SecureRandom random) {
        this(users, iterations, () -> base64(bytes(random, NONCE_BYTES)), bytes(random, Sha256.BYTES));
    }

    ScramSha256(ScramUsers users, int iterations, Supplier<String> nonces, byte[] secret) {
        ScramCredentials.checkIterations(iterations);
        this.users = users;
        this.iterations = iterations;
        this.nonces = nonces;
        this.secret = secret;
    }

    private static byte[] bytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Exchange begin(AuthenticationRequest request) {
        return new Conversation();
    }

    /** Made up, and the same whenever somebody asks for this user. Nobody has a password for it. */
    private ScramCredentials invented(String username) {
        byte[] salt = Arrays.copyOf(Sha256.hmac(secret, "salt of " + username), ScramCredentials.SALT_BYTES);
        Binary key = Binary.wrap(Sha256.hmac(secret, "key of " + username));
        return new ScramCredentials(Binary.wrap(salt), iterations, key, key);
    }

    /** One exchange: two messages of the client, two of ours. Its steps are taken one after the other. */
    private final class Conversation implements Exchange {

        private @Nullable Challenge challenge;

        @Override
        public CompletionStage<AuthenticationAnswer> next(Binary data) {
            try {
                Challenge given = challenge;
                return given == null ? begin(data) : CompletableFuture.completedFuture(given.judge(data));
            } catch (ScramException wrong) {
                return CompletableFuture.completedFuture(
                        new AuthenticationAnswer.Refuse("The client's SCRAM message is wrong: " + wrong.what()));
            }
        }

        private CompletionStage<AuthenticationAnswer> begin(Binary data) {
            ScramMessage.First first = ScramMessage.first(data);
            ScramCredentials invented = invented(first.username());
            return users.credentials(first.username()).thenApply(found -> {
                Challenge given =
                        new Challenge(first, first.nonce() + nonces.get(), found.orElse(invented), found.isPresent());
                challenge = given;
                return new AuthenticationAnswer.Continue(Binary.utf8(given.message()));
            });
        }
    }

    /** What the client was asked, and whether it can know the answer. */
    private record Challenge(ScramMessage.First first, String nonce, ScramCredentials credentials, boolean known) {

        /** The server-first-message. */
        String message() {
            return "r=" + nonce + ",s=" + base64(credentials.salt().toArray()) + ",i=" + credentials.iterations();
        }

        AuthenticationAnswer judge(Binary data) {
            ScramMessage.Final last = ScramMessage.last(data);
            if (!last.nonce().equals(nonce)) {
                throw new ScramException("it is an answer to another question");
            }
            if (!last.channelBinding().equals(first.gs2Header())) {
                throw new ScramException("its channel binding is another one than at first");
            }
            String dialogue = first.bare() + "," + message() + "," + last.withoutProof();
            byte[] storedKey = credentials.storedKey().toArray();
            byte[] clientKey = Sha256.xor(last.proof().toArray(), Sha256.hmac(storedKey, dialogue));
            boolean proved = MessageDigest.isEqual(Sha256.hash(clientKey), storedKey);
            byte[] signature = Sha256.hmac(credentials.serverKey().toArray(), dialogue);
            return proved && known
                    ? new AuthenticationAnswer.Accept(first.username(), Binary.utf8("v=" + base64(signature)))
                    : new AuthenticationAnswer.Refuse("The user name or the password is wrong.");
        }
    }
}
