package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a connection is gone: after {@link OnClose}, when its socket is closed.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnClosed {

    /** Hears of it. */
    void onClosed(Closed event);

    /** A connection that is no more. */
    final class Closed extends ClientEvent {

        /** What happened. */
        public Closed(Admin broker, Client client) {
            super(broker, client);
        }
    }
}
