package io.aldis.broker.model;

import io.aldis.codec.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message for one session, waiting or in flight. */
final class Owed {
    final Message message;
    final Session session;
    final Qos qos;
    final boolean retain;
    final List<Integer> identifiers;

    /** Those of one event have one number: their order is free. */
    final int event;

    /** Whether it is the retained message of a new subscription. */
    final boolean replayed;

    /** The shared subscription it comes by, or "". */
    final String sharedBy;

    /** Who might have it instead; null if nobody. */
    @Nullable
    Share share;

    /** 0 until it was sent for the first time. */
    int packetId;

    /** Whether it, or its PUBREL, was sent on the present connection. */
    boolean onWire;

    /** Whether it counts against the receive maximum of the present connection: its PUBREL alone does not. */
    boolean takesPlace;

    /** Whether PUBREC has come and PUBREL was sent. */
    boolean released;

    Owed(
            Message message,
            Session session,
            Qos qos,
            boolean retain,
            List<Integer> identifiers,
            int event,
            boolean replayed,
            String sharedBy) {
        this.replayed = replayed;
        this.sharedBy = sharedBy;
        this.message = message;
        this.session = session;
        this.qos = qos;
        this.retain = retain;
        this.identifiers = identifiers;
        this.event = event;
    }

    boolean exactlyOnce() {
        return qos == Qos.EXACTLY_ONCE;
    }

    /** It need not come any more, but may at any time. */
    void loosen() {
        session.loose.add(this);
        session.givenUp++;
    }

    /** It will not come. */
    void drop() {
        session.queue.remove(this);
        if (share != null) {
            share.candidates.remove(this);
        }
    }
}
