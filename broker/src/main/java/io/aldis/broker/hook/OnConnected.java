package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a client is connected: it has a session, and CONNACK is on its way.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnConnected {

    /** Hears of it. */
    void onConnected(Connected event);

    /** A client that is connected. */
    final class Connected extends ClientEvent {
        private final boolean sessionPresent;

        /** What happened. */
        public Connected(Admin broker, Client client, boolean sessionPresent) {
            super(broker, client);
            this.sessionPresent = sessionPresent;
        }

        /** Whether it resumed an earlier session (MQTT 5.0 §3.2.2.1.1). */
        public boolean sessionPresent() {
            return sessionPresent;
        }
    }
}
