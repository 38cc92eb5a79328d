package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;

/**
 * Hears that a will has been published (MQTT 5.0 §3.1.2.5).
 *
 * <p>Called on a loop of the broker. It hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnWillPublished {

    /** Hears of it. */
    void onWillPublished(WillPublished event);

    /** A will that was published. */
    final class WillPublished extends HookEvent {
        private final Message message;

        /** What happened. */
        public WillPublished(Admin broker, Message message) {
            super(broker);
            this.message = message;
        }

        /** The will, as {@link OnWillPublish} left it. */
        public Message message() {
            return message;
        }
    }
}
