package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Decides about each filter of an UNSUBSCRIBE (MQTT 5.0 §3.10). A subscription whose end is refused goes on; clients of MQTT 3.x cannot be told
 * so, for their UNSUBACK has no reason codes.
 *
 * <p>Called on the connection's loop. One that fails or is too late refuses with {@code NOT_AUTHORIZED} (0x87).
 */
@FunctionalInterface
public interface OnUnsubscribe {

    /** Decides about the end of a subscription. */
    Answer onUnsubscribe(Unsubscribing event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about the end of a subscription. */
        CompletionStage<? extends Answer> onUnsubscribe(Unsubscribing event);
    }

    /** A client that wants to unsubscribe. */
    final class Unsubscribing extends ClientEvent {
        private final String filter;

        /** A client that wants to unsubscribe. */
        public Unsubscribing(Admin broker, Client client, String filter) {
            super(broker, client);
            this.filter = filter;
        }

        /** The topic filter, as the client wrote it. */
        public String filter() {
            return filter;
        }

        /** It may. */
        public Answer allow() {
            return Allow.ALLOWED;
        }

        /** It may not. */
        public Answer refuse(ReasonCode reason, String why) {
            return new Refuse(reason, why);
        }

        /** It may not: {@code NOT_AUTHORIZED}. */
        public Answer refuse(String why) {
            return new Refuse(ReasonCode.NOT_AUTHORIZED, why);
        }
    }

    /** What is said to the end of a subscription. */
    sealed interface Answer {}

    /** It may end, as far as this hook is concerned: the next one is asked. */
    record Allow() implements Answer {
        static final Allow ALLOWED = new Allow();
    }

    /**
     * The subscription goes on.
     *
     * @param reason one that an UNSUBACK may carry, 0x80 or above
     * @param message what was wrong, for the log and for the client
     */
    record Refuse(ReasonCode reason, String message) implements Answer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            Reasons.check(reason, PacketType.UNSUBACK);
        }
    }
}
