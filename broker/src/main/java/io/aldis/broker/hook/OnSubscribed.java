package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.Subscription;

/**
 * Hears that a subscription is effective, of whoever made it: SUBACK is on its way if the client asked for it.
 *
 * <p>Called on the loop of the session. It hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnSubscribed {

    /** Hears of it. */
    void onSubscribed(Subscribed event);

    /** A subscription that is effective. */
    final class Subscribed extends HookEvent {
        private final String clientId;
        private final Subscription subscription;

        /** What happened. */
        public Subscribed(Admin broker, String clientId, Subscription subscription) {
            super(broker);
            this.clientId = clientId;
            this.subscription = subscription;
        }

        /** Whose subscription it is; its client may be away if {@link Admin} subscribed for it. */
        public String clientId() {
            return clientId;
        }

        /** As it was granted. */
        public Subscription subscription() {
            return subscription;
        }
    }
}
