package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.Binary;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.UserProperty;
import io.aldis.codec.Will;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a valid CONNECT (MQTT 5.0 §3.1), before its sender is authenticated, and may set the limits of the
 * connection. A client that is refused leaves no trace: no will, no session, and nothing of another client's.
 *
 * <p>Called on the connection's loop. One that fails or is too late refuses the client with {@code NOT_AUTHORIZED} (0x87).
 */
@FunctionalInterface
public interface OnConnect {

    /** Decides about a CONNECT. */
    Answer onConnect(Connecting event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about a CONNECT. */
        CompletionStage<? extends Answer> onConnect(Connecting event);
    }

    /** A client that wants to connect. */
    final class Connecting extends ClientEvent {
        private final @Nullable Binary password;
        private final boolean cleanStart;
        private final int keepAlive;
        private final @Nullable Will will;
        private final List<UserProperty> userProperties;
        private ConnectLimits limits = ConnectLimits.NONE;

        /** A CONNECT that has been read and is valid. */
        public Connecting(
                Admin broker,
                Client client,
                @Nullable Binary password,
                boolean cleanStart,
                int keepAlive,
                @Nullable Will will,
                List<UserProperty> userProperties) {
            super(broker, client);
            this.password = password;
            this.cleanStart = cleanStart;
            this.keepAlive = keepAlive;
            this.will = will;
            this.userProperties = userProperties;
        }

        /** The password; null if there is none. */
        public @Nullable Binary password() {
            return password;
        }

        /** Whether it wants a new session (clean session in MQTT 3.x). */
        public boolean cleanStart() {
            return cleanStart;
        }

        /** The keep alive it asks for, in seconds; 0 for none. */
        public int keepAlive() {
            return keepAlive;
        }

        /** Its will; null if it has none. */
        public @Nullable Will will() {
            return will;
        }

        /** The user properties of CONNECT, in their order. */
        public List<UserProperty> userProperties() {
            return userProperties;
        }

        /** The limits that the hooks asked before have set. */
        public ConnectLimits limits() {
            return limits;
        }

        /** Adds limits. Called by the broker, with what a hook answered. */
        public void limit(ConnectLimits more) {
            limits = limits.and(more);
        }

        /** It may go on, under the broker's settings. */
        public Answer proceed() {
            return Proceed.UNLIMITED;
        }

        /** It may go on, under these limits. */
        public Answer proceed(ConnectLimits under) {
            return new Proceed(under);
        }

        /** It is refused with {@code NOT_AUTHORIZED}. */
        public Answer refuse(String why) {
            return new Refuse(ReasonCode.NOT_AUTHORIZED, why);
        }

        /** It is refused. */
        public Answer refuse(ReasonCode reason, String why) {
            return new Refuse(reason, why);
        }
    }

    /** What is said to a CONNECT. */
    sealed interface Answer {}

    /**
     * The client may go on, as far as this hook is concerned: the next one is asked.
     *
     * @param limits of its connection
     */
    record Proceed(ConnectLimits limits) implements Answer {
        public Proceed {
            Objects.requireNonNull(limits, "limits");
        }

        static final Proceed UNLIMITED = new Proceed(ConnectLimits.NONE);
    }

    /**
     * The client is not let in.
     *
     * @param reason one that a CONNACK may carry, 0x80 or above; clients of MQTT 3.x are told the nearest return code
     * @param message what was wrong, for the log and for the client: nothing that an attacker could use
     */
    record Refuse(ReasonCode reason, String message) implements Answer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            Reasons.check(reason, PacketType.CONNACK);
        }
    }
}
