package io.aldis.broker.session;

import java.util.BitSet;

/**
 * QoS 2 packet ids that a client has in use towards the broker (MQTT 5.0 §4.3.3). Confined to the session's loop.
 *
 * <p>An id is <em>pending</em> from PUBLISH until the message is kept, and <em>received</em> from then until PUBREL. A received
 * id outlives the connection, a pending one does not: the client will send that message again.
 */
public final class Inbox {

    private final BitSet received = new BitSet();
    private final BitSet pending = new BitSet();

    /**
     * Whether a message with this id was kept and not yet released: sending it again is a repetition [MQTT-4.3.3-10],
     * [MQTT3-4.3.3-2].
     */
    public boolean received(int packetId) {
        return received.get(packetId);
    }

    /** Whether a message with this id is on its way into the ledger. */
    public boolean pending(int packetId) {
        return pending.get(packetId);
    }

    /** How many ids were received and not yet released. */
    int unreleased() {
        return received.cardinality();
    }

    /** A message with this id has come. */
    public void arrive(int packetId) {
        pending.set(packetId);
    }

    /** The message is kept: its id is in use until released. */
    public void keep(int packetId) {
        pending.clear(packetId);
        received.set(packetId);
    }

    /** PUBREL: the id is free [MQTT-4.3.3-12], [MQTT3-4.3.3-2]. */
    public void release(int packetId) {
        received.clear(packetId);
    }

    /** A new connection begins: what was not kept will be sent again. */
    void attach() {
        pending.clear();
    }
}
