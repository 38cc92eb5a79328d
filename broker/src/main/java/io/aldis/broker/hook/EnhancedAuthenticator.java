package io.aldis.broker.hook;

import io.aldis.codec.Binary;
import java.util.concurrent.CompletionStage;

/**
 * Finds out who a client is by an exchange of as many steps as it likes (enhanced authentication, MQTT 5.0 §4.12). Given to a
 * broker by {@code Broker.builder().authenticator(…)}.
 *
 * <p>Called on the broker's loops, by several of them at once, and must not wait: what takes time is done elsewhere, and the
 * answer given then, from whatever thread. An exchange that throws, answers null, fails, or lets the client wait for longer than
 * {@code ConnectionSettings.connectTimeout()} has refused the client with {@code NOT_AUTHORIZED} (0x87).
 */
public interface EnhancedAuthenticator {

    /** The authentication method it speaks, as clients name it, such as "SCRAM-SHA-256". Asked once, when the broker starts. */
    String method();

    /**
     * Begins an exchange with a client, at its CONNECT, or when it authenticates anew on an open connection (MQTT 5.0 §4.12.1).
     * The first step follows at once.
     */
    Exchange begin(AuthenticationRequest request);

    /**
     * One exchange with one client. Its steps are called one after the other, each after the former has been answered, possibly
     * by another thread; what one step wrote the next one sees. If the client goes, the exchange is forgotten without a word.
     */
    @FunctionalInterface
    interface Exchange {

        /**
         * Takes what the client says, and tells how it goes on. After {@link AuthenticationAnswer.Accept} or
         * {@link AuthenticationAnswer.Refuse} it is not called again.
         *
         * @param data the authentication data of CONNECT or AUTH, 0 to 65,535 bytes; empty if there was none
         */
        CompletionStage<AuthenticationAnswer> next(Binary data);
    }
}
