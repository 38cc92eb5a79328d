package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;

/**
 * Hears that a client has a message of QoS 1 or 2: PUBACK or PUBCOMP has come (MQTT 5.0 §4.3).
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnAcked {

    /** Hears of it. */
    void onAcked(Acked event);

    /** A message that a client has acknowledged. */
    final class Acked extends ClientEvent {
        private final Message message;
        private final Qos qos;

        /** What happened. */
        public Acked(Admin broker, Client client, Message message, Qos qos) {
            super(broker, client);
            this.message = message;
            this.qos = qos;
        }

        /** The message, as it was published. */
        public Message message() {
            return message;
        }

        /** The QoS it was sent with. */
        public Qos qos() {
            return qos;
        }
    }
}
