package io.aldis.broker.session;

import io.aldis.codec.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for a client, in order, and how it is let go when the client has it. */
interface Backlog {

    /**
     * Takes the next message to send, or null if there is none.
     *
     * @param room whether it may be one of QoS 1 or 2
     */
    @Nullable
    Outgoing next(boolean room);

    /** Takes messages of a replay into the queue, as many as there is room for now; false for none. */
    boolean admit(Replay replay, Outbox outbox);

    /** A connection begins: what the former one could not remember any more is tried again. */
    void resume(Outbox outbox);

    /** The client has {@code sent}: forgets it, then tells {@code outbox}. */
    void settle(Outgoing sent, Outbox outbox);

    /** {@code unsent}, the last that was taken, will not be sent: forgets it, then tells {@code outbox}. */
    void forget(Outgoing unsent, Outbox outbox);

    /** The client has answered PUBREC for {@code sent}: remembers it, then tells {@code outbox}. */
    void received(Outgoing sent, Outbox outbox);

    /** The connection ends: what the client has answered is remembered before anything else is. */
    void flush(Outbox outbox);

    /** The session has ended: adds what waits in this loop's memory to {@code left}, which is in flight, and gives its room back. */
    void abandon(List<Outgoing> left);

    /** A message in flight, or about to be. */
    final class Outgoing {
        /** Packet ids a connection can have in use. */
        static final int PACKET_IDS = 65_535;

        /** Its place in the queue. */
        final long sequence;

        /** Where its packet id comes from: counts the session's messages of QoS 1 and 2. */
        final long number;

        final Delivery delivery;

        /** PUBREC has come: only PUBREL is owed. */
        boolean released;

        /** Nothing is owed any more. */
        boolean settled;

        /** Sent at least once, so that sending it again is a repetition. */
        boolean sent;

        /** Sent on the present connection, so that it uses one place of the window. */
        boolean onWire;

        /** The client has said what becomes of it, or it was dropped, whether that could be remembered or not. */
        boolean answered;

        /** An acknowledgement is on its way into the ledger. */
        boolean settling;

        /** When it was sent last, in monotonic nanoseconds; of use to {@link Retry} alone. */
        long sentAt;

        Outgoing(long sequence, long number, Delivery delivery) {
            this.sequence = sequence;
            this.number = number;
            this.delivery = delivery;
        }

        /** From 1 in order, and the same however often it is sent [MQTT-4.3.2-1], [MQTT-4.3.3-1]. */
        int packetId() {
            return 1 + (int) (number % PACKET_IDS);
        }

        boolean atMostOnce() {
            return delivery.qos() == Qos.AT_MOST_ONCE;
        }

        boolean exactlyOnce() {
            return delivery.qos() == Qos.EXACTLY_ONCE;
        }
    }
}
