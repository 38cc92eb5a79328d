package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a session has ended, with its subscriptions and all that waited in it (MQTT 5.0 §4.1). Called once for each session that
 * {@link OnSessionCreated} was told of, and for no other: that of a client that was lost before it was connected ends without a word.
 *
 * <p>Called on the loop the session had, after the last of its messages was dropped or given to others. It hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnSessionTerminated {

    /** Hears of it. */
    void onSessionTerminated(Terminated event);

    /** A session that is over. */
    final class Terminated extends HookEvent {
        private final String clientId;
        private final Reason reason;
        private final Attributes sessionAttributes;

        /** What happened. */
        public Terminated(Admin broker, String clientId, Reason reason, Attributes sessionAttributes) {
            super(broker);
            this.clientId = clientId;
            this.reason = reason;
            this.sessionAttributes = sessionAttributes;
        }

        /** Whose session it was. */
        public String clientId() {
            return clientId;
        }

        /** Why it ended. */
        public Reason reason() {
            return reason;
        }

        /** What hooks remembered of it. */
        public Attributes sessionAttributes() {
            return sessionAttributes;
        }
    }

    /** Why a session ends. */
    enum Reason {
        /** Its connection ended, and it was not to outlive it. */
        DISCONNECTED,
        /** Its client stayed away for longer than its session expiry interval. */
        EXPIRED,
        /** Its client wanted a new one: clean start. */
        REPLACED,
        /** It was deleted through {@link Admin}. */
        DELETED
    }
}
