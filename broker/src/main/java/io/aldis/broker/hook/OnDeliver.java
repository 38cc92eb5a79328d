package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.Objects;

/**
 * Decides about a message that is about to be sent to one client: sends it, as it is or changed for that client, or drops it. Also asked when a
 * message is sent again, and is to say the same then.
 *
 * <p>Called on the receiver's loop and between two packets of its connection: the one deciding hook that cannot answer later, and that runs
 * on the loop whatever it is marked. It has to be quick. One that fails drops the message for this receiver.
 */
@FunctionalInterface
public interface OnDeliver {

    /** Decides about a message for a client. */
    Answer onDeliver(Delivering event);

    /** A message for one client. */
    final class Delivering extends ClientEvent {
        private Message message;
        private final Qos qos;
        private final boolean retain;

        /** A message that is about to be sent. */
        public Delivering(Admin broker, Client client, Message message, Qos qos, boolean retain) {
            super(broker, client);
            this.message = message;
            this.qos = qos;
            this.retain = retain;
        }

        /** The message, as the hooks asked before have left it. */
        public Message message() {
            return message;
        }

        /** The QoS it is sent with. */
        public Qos qos() {
            return qos;
        }

        /** Whether it is sent as a retained message. */
        public boolean retain() {
            return retain;
        }

        /** It is now this. Called by the broker, with what a hook answered. */
        public void become(Message changed) {
            message = changed;
        }

        /** It is sent as it stands. */
        public Answer send() {
            return new Send(message);
        }

        /** This client gets this message instead: topic, payload and properties of it count. */
        public Answer send(Message changed) {
            return new Send(changed);
        }

        /** This client does not get it. */
        public Answer drop() {
            return Drop.DROPPED;
        }
    }

    /** What is said to a delivery. */
    sealed interface Answer {}

    /**
     * The message is sent, as far as this hook is concerned: the next one is asked.
     *
     * @param message as it was or changed
     */
    record Send(Message message) implements Answer {
        public Send {
            Objects.requireNonNull(message, "message");
        }
    }

    /** This client does not get the message. Counted as {@code REFUSED_BY_HOOK}. */
    record Drop() implements Answer {
        static final Drop DROPPED = new Drop();
    }
}
