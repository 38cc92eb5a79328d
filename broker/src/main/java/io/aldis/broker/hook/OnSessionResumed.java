package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a client has resumed its earlier session (MQTT 5.0 §4.1). Called before {@link OnConnected}.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnSessionResumed {

    /** Hears of it. */
    void onSessionResumed(Resumed event);

    /** A session that goes on. */
    final class Resumed extends ClientEvent {

        /** What happened. */
        public Resumed(Admin broker, Client client) {
            super(broker, client);
        }
    }
}
