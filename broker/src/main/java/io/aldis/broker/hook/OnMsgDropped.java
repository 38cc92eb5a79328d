package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;

/**
 * Hears of each message that does not reach one receiver, or is not retained, with the reason under which that is counted.
 *
 * <p>Called on whichever of the broker's threads dropped it, by several at once: it has to be quick. It hears only: what it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnMsgDropped {

    /** Hears of it. */
    void onMsgDropped(Dropped event);

    /** A message that did not reach a receiver. */
    final class Dropped extends HookEvent {
        private final DropReason reason;
        private final Message message;
        private final String receiver;

        /** What happened. */
        public Dropped(Admin broker, DropReason reason, Message message, String receiver) {
            super(broker);
            this.reason = reason;
            this.message = message;
            this.receiver = receiver;
        }

        /** Under which it is counted. */
        public DropReason reason() {
            return reason;
        }

        /** What was dropped. */
        public Message message() {
            return message;
        }

        /** Client id of the session that does not get it; empty if none was chosen or it has ended. */
        public String receiver() {
            return receiver;
        }
    }
}
