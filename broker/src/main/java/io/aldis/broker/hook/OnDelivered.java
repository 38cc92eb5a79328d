package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;

/**
 * Hears that a message has been sent to a client, first or again; whether it has arrived is told by {@link OnAcked}.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnDelivered {

    /** Hears of it. */
    void onDelivered(Delivered event);

    /** A message on its way to a client. */
    final class Delivered extends ClientEvent {
        private final Message message;
        private final Qos qos;
        private final boolean dup;

        /** What happened. */
        public Delivered(Admin broker, Client client, Message message, Qos qos, boolean dup) {
            super(broker, client);
            this.message = message;
            this.qos = qos;
            this.dup = dup;
        }

        /** The message as it was sent. */
        public Message message() {
            return message;
        }

        /** The QoS it was sent with. */
        public Qos qos() {
            return qos;
        }

        /** Whether it had been sent before. */
        public boolean dup() {
            return dup;
        }
    }
}
