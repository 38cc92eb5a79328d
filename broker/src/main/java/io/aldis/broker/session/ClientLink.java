package io.aldis.broker.session;

import io.aldis.codec.ReasonCode;

/** A session's way to its client: one live connection. Called on the session's loop, {@link #close} from anywhere. */
public interface ClientLink {

    /** Unique among all connections of the broker, above 0. */
    long number();

    /** Whether it takes more now; false while the client is slower than what it was sent. */
    boolean writable();

    /**
     * Sends PUBLISH.
     *
     * @param packetId 1 to 65,535, or 0 at QoS 0
     * @param dup whether it was sent before
     */
    Sent publish(Delivery delivery, int packetId, boolean dup);

    /** What became of a PUBLISH. */
    enum Sent {
        /** It is on its way. */
        SENT,
        /** It would be larger than the client's Maximum Packet Size and was not sent [MQTT-3.1.2-24]. */
        TOO_LARGE,
        /** A hook did not let it through. */
        REFUSED,
        /** Its topic is outside of what the client can see. */
        OUT_OF_SIGHT
    }

    /** The client has a message of QoS 1 or 2: PUBACK or PUBCOMP has come. */
    void taken(Delivery delivery);

    /** Sends PUBREL. */
    void pubrel(int packetId, ReasonCode reason);

    /** Ends the connection, saying why where the protocol version can. Callable from any thread; returns at once. */
    void close(ReasonCode reason);

    /**
     * Ends the connection because somebody wants so, saying why where the protocol version can.
     *
     * @param words for the client, "" for none
     * @param sendWill whether the will is due
     * @param ended runs on the session's loop when the session is without a connection for good
     */
    void end(ReasonCode reason, String words, boolean sendWill, Runnable ended);
}
