package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a client has begun a session (MQTT 5.0 §4.1): the first time that a client is connected to it. Called before
 * {@link OnConnected}, once for each session; {@link OnSessionTerminated} follows once.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnSessionCreated {

    /** Hears of it. */
    void onSessionCreated(Created event);

    /** A session that has begun. */
    final class Created extends ClientEvent {

        /** What happened. */
        public Created(Admin broker, Client client) {
            super(broker, client);
        }
    }
}
