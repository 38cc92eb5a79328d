package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/**
 * Hears that a subscription has ended because the client, or {@link Admin} for it, unsubscribed; those that end with their session are not spoken of one by one.
 *
 * <p>Called on the loop of the session. It hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnUnsubscribed {

    /** Hears of it. */
    void onUnsubscribed(Unsubscribed event);

    /** A subscription that has ended. */
    final class Unsubscribed extends HookEvent {
        private final String clientId;
        private final String filter;

        /** What happened. */
        public Unsubscribed(Admin broker, String clientId, String filter) {
            super(broker);
            this.clientId = clientId;
            this.filter = filter;
        }

        /** Whose subscription it was. */
        public String clientId() {
            return clientId;
        }

        /** Its topic filter. */
        public String filter() {
            return filter;
        }
    }
}
