package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Decides about each message from a client (MQTT 5.0 §3.3), after its topic alias is resolved and before anybody gets it: lets it
 * through, as it is or changed, drops it, or refuses it. One that is dropped or refused leaves no trace: nobody gets it, nothing is
 * retained.
 *
 * <p>Called on the connection's loop, once for each message: a message of QoS 2 that is repeated is not asked about again. Messages of
 * one client are decided in their order. One that fails or is too late refuses the message with {@code NOT_AUTHORIZED} (0x87).
 */
@FunctionalInterface
public interface OnMsgArrived {

    /** Decides about a message. */
    Answer onMsgArrived(Arrival event);

    /** The same, answered later and from any thread. Meanwhile nothing more is read from that client. */
    @FunctionalInterface
    interface Async {
        /** Decides about a message. */
        CompletionStage<? extends Answer> onMsgArrived(Arrival event);
    }

    /** A message from a client. */
    final class Arrival extends ClientEvent {
        private Message message;

        /** A message that has come from a client. */
        public Arrival(Admin broker, Client client, Message message) {
            super(broker, client);
            this.message = message;
        }

        /** The message, as the hooks asked before have left it. */
        public Message message() {
            return message;
        }

        /** It is now this. Called by the broker, with what a hook answered. */
        public void become(Message changed) {
            message = changed;
        }

        /** It goes on as it stands. */
        public Answer route() {
            return new Route(message);
        }

        /** It goes on as this message, which may have another topic, payload, QoS or other properties. */
        public Answer route(Message changed) {
            return new Route(changed);
        }

        /** It is acknowledged like any other, and goes to nobody. */
        public Answer drop() {
            return Drop.DROPPED;
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

    /** What is said to a message. */
    sealed interface Answer {}

    /**
     * The message goes on, as far as this hook is concerned: the next one is asked.
     *
     * @param message as it came or changed; its QoS and topic hold for whoever gets it, its publisher stays who it is
     */
    record Route(Message message) implements Answer {
        public Route {
            Objects.requireNonNull(message, "message");
        }
    }

    /** The message is acknowledged with success, and nobody gets it; nobody else is asked. Counted as {@code REFUSED}. */
    record Drop() implements Answer {
        static final Drop DROPPED = new Drop();
    }

    /**
     * The message is refused, and nobody else is asked. The client hears the reason in PUBACK or PUBREC where it can: not at QoS 0, and not
     * in MQTT 3.x, where the message is acknowledged [MQTT3-3.3.5-2].
     *
     * @param reason one that a PUBACK may carry, 0x80 or above
     * @param message what was wrong, for the log and for the client
     */
    record Refuse(ReasonCode reason, String message) implements Answer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            Reasons.check(reason, PacketType.PUBACK);
        }
    }
}
