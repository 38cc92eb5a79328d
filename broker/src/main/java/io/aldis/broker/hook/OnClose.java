package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.ReasonCode;

/**
 * Hears that a connection is about to be closed, and why: its client has said farewell, broke a rule, was refused, lost its client id to another connection, or was sent away. Called once for each connection that sent a valid CONNECT.
 *
 * <p>Called on the loop of the connection, and hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnClose {

    /** Hears of it. */
    void onClose(Closing event);

    /** A connection that ends. */
    final class Closing extends ClientEvent {
        private final ReasonCode reason;
        private final String why;
        private final boolean byClient;

        /** What happened. */
        public Closing(Admin broker, Client client, ReasonCode reason, String why, boolean byClient) {
            super(broker, client);
            this.reason = reason;
            this.why = why;
            this.byClient = byClient;
        }

        /** What it was told, or would be if its version had words for it; {@code NORMAL_DISCONNECTION} (0x00) if the client said farewell or simply left. */
        public ReasonCode reason() {
            return reason;
        }

        /** In words; empty if the client said farewell or simply left. */
        public String why() {
            return why;
        }

        /** Whether the client ended it, with or without DISCONNECT. */
        public boolean byClient() {
            return byClient;
        }
    }
}
