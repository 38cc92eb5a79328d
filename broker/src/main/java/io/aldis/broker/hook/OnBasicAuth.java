package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.Binary;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a client is by user name and password (MQTT 5.0 §3.1.3.5, §3.1.3.6), and may set the limits of its connection.
 * Asked after {@link OnConnect}, of clients that name no authentication method.
 *
 * <p>A broker with at least one lets nobody in that none of them accepts: the first that accepts or refuses has decided, one that
 * passes leaves it to the next, and if all pass, the client is refused with {@code BAD_USER_NAME_OR_PASSWORD} (0x86).
 *
 * <p>Called on the connection's loop. One that fails or is too late refuses the client with {@code NOT_AUTHORIZED} (0x87).
 */
@FunctionalInterface
public interface OnBasicAuth {

    /** Decides who a client is. */
    Answer onBasicAuth(Login event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides who a client is. */
        CompletionStage<? extends Answer> onBasicAuth(Login event);
    }

    /** A client that says who it is. */
    final class Login extends ClientEvent {
        private final @Nullable Binary password;

        /** A client with what it brings to prove itself. */
        public Login(Admin broker, Client client, @Nullable Binary password) {
            super(broker, client);
            this.password = password;
        }

        /** The user name; empty if there is none. */
        public String username() {
            String username = client().username();
            return username == null ? "" : username;
        }

        /** The password; null if there is none. Any bytes, which need not be text. */
        public @Nullable Binary password() {
            return password;
        }

        /** Whether there is a password, and it is this text in UTF-8. */
        public boolean hasPassword(String text) {
            return password != null && Sizes.sameBytes(password, Binary.utf8(text));
        }

        /** It is who its user name says. */
        public Answer accept() {
            return new Accept(username().isEmpty() ? client().clientId() : username(), ConnectLimits.NONE);
        }

        /** It is who its user name says, and is held to these limits. */
        public Answer accept(ConnectLimits limits) {
            return new Accept(username().isEmpty() ? client().clientId() : username(), limits);
        }

        /**
         * It is somebody else than its user name says, or has none: found out by its {@linkplain Client#certificate certificate}, for
         * instance.
         *
         * @param principal who it is, never empty
         */
        public Answer acceptAs(String principal) {
            return new Accept(principal, ConnectLimits.NONE);
        }

        /** It is not let in: {@code BAD_USER_NAME_OR_PASSWORD}. */
        public Answer refuse(String why) {
            return new Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, why);
        }

        /** This hook does not know such users: the next is asked. */
        public Answer pass() {
            return Pass.PASSED;
        }
    }

    /** What is said to a login. */
    sealed interface Answer {}

    /**
     * The client is who it says; nobody else is asked.
     *
     * @param principal who the client is, never empty. The session and the will under its client id are from now on this principal's:
     *     nobody else gets them, not even to end them
     * @param limits of its connection
     */
    record Accept(String principal, ConnectLimits limits) implements Answer {
        public Accept {
            Objects.requireNonNull(limits, "limits");
            if (principal.isEmpty()) {
                throw new IllegalArgumentException("An accepted client is somebody, but the principal is empty.");
            }
        }

        /** Who it is, held to the broker's settings. */
        public Accept(String principal) {
            this(principal, ConnectLimits.NONE);
        }
    }

    /**
     * The client is not let in; nobody else is asked.
     *
     * @param reason one that a CONNACK may carry, 0x80 or above
     * @param message what was wrong, for the log and for the client: nothing that an attacker could use
     */
    record Refuse(ReasonCode reason, String message) implements Answer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            Reasons.check(reason, PacketType.CONNACK);
        }
    }

    /** This hook cannot tell: the next is asked. */
    record Pass() implements Answer {
        static final Pass PASSED = new Pass();
    }
}
