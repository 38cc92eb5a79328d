package io.aldis.broker.model;

import java.util.ArrayList;
import java.util.List;

/** One of these is sent, and nobody can tell yet which. */
final class Share {
    final List<Owed> candidates = new ArrayList<>();

    /** Whether it may have been for one that can no longer get it. */
    boolean mayBeLost;

    /** The same for one more session. */
    Owed another(Owed owed, Session session) {
        Owed other = new Owed(
                owed.message,
                session,
                owed.qos,
                owed.retain,
                owed.identifiers,
                owed.event,
                owed.replayed,
                owed.sharedBy);
        other.share = this;
        candidates.add(other);
        return other;
    }

    boolean couldBeAnother() {
        return candidates.size() > 1 || mayBeLost;
    }
}
