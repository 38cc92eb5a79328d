package io.aldis.broker.hook;

import io.aldis.codec.Binary;
import java.util.concurrent.CompletionStage;

/**
 * Finds out who a client is by an exchange of as many steps as it likes (enhanced authentication, MQTT 5.0 §4.12). Given to a
 * broker by {@link HookRegistry#authenticator}.
 *
 * <p>Called on the broker's loops, by several of them at once, and must not wait: what takes time is done elsewhere, and the
 * answer given then, from whatever thread. An exchange that throws, answers null, fails, or lets the client wait for longer than
 * {@code ConnectionSettings.connectTimeout()} has refused the client with {@code NOT_AUTHORIZED} (0x87).
 */
public interface EnhancedAuthenticator {

    /** The authentication method it speaks, as clients name it, such as "SCRAM-SHA-256". Asked once, when the broker starts. */
    String method();

    /**
     * <b>OnEnhancedAuth</b>: begins an exchange with a client at its CONNECT (MQTT 5.0 §4.12). The first step follows at once.
     */
    Exchange begin(AuthenticationRequest request);

    /**
     * <b>OnReAuth</b>: begins an exchange with a client that authenticates anew on an open connection (MQTT 5.0 §4.12.1); in the same
     * way as at CONNECT, unless an authenticator does otherwise. The client has to turn out to be the same as before.
     *
     * @param principal who the client was found to be at CONNECT
     */
    default Exchange beginAgain(AuthenticationRequest request, String principal) {
        return begin(request);
    }

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
