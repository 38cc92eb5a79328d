package io.aldis.broker.session;

import io.aldis.codec.Qos;
import org.jspecify.annotations.Nullable;

/** What waits for a client at QoS 1 and 2, in order, and how it is let go when the client has it. */
interface Backlog {

    /** Takes the next message to send, or null if none waits. */
    @Nullable
    Outgoing next();

    /** The client has {@code sent}: forgets it, then tells {@code outbox}. */
    void settle(Outgoing sent, Outbox outbox);

    /** The client has answered PUBREC for {@code sent}: remembers it, then tells {@code outbox}. */
    void received(Outgoing sent, Outbox outbox);

    /** The connection ends: what the client has answered is remembered before anything else is. */
    void flush(Outbox outbox);

    /** Messages that wait. */
    int waiting();

    /** A message in flight, or about to be: with the place in the queue that its packet id comes from. */
    final class Outgoing {
        /** Packet ids a connection can have in use. */
        static final int PACKET_IDS = 65_535;

        final long sequence;
        final Delivery delivery;

        /** PUBREC has come: only PUBREL is owed. */
        boolean released;

        /** Nothing is owed any more. */
        boolean settled;

        /** Sent at least once, so that sending it again is a repetition. */
        boolean sent;

        /** Sent on the present connection, so that it uses one place of the window. */
        boolean onWire;

        /** An acknowledgement is on its way into the ledger. */
        boolean settling;

        Outgoing(long sequence, Delivery delivery) {
            this.sequence = sequence;
            this.delivery = delivery;
        }

        /** From the sequence alone, so that it stays the same without being stored [MQTT-4.3.2-1], [MQTT-4.3.3-1]. */
        int packetId() {
            return 1 + (int) (sequence % PACKET_IDS);
        }

        boolean exactlyOnce() {
            return delivery.qos() == Qos.EXACTLY_ONCE;
        }
    }
}
