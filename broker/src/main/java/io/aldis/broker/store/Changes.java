package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Hears what applying commands changed, in the order of the changes.
 *
 * <p>Called on whichever thread applies; it must be quick, must not throw, and hands work on to the loops it belongs to.
 */
public interface Changes {

    /** A client id has a new owner: the session was begun or resumed. */
    void claimed(SessionRecord session);

    /** A session has ended; its subscriptions have been reported as ended before. */
    void ended(SessionRecord session);

    /**
     * A durable session subscribes.
     *
     * @param replaces whether it had a subscription with the same filter
     */
    void subscribed(long session, StoredSubscription subscription, boolean replaces);

    /** A durable session no longer subscribes. */
    void unsubscribed(long session, String filter);

    /** A durable session's queue has grown to {@code messages}. */
    void queueGrown(long session, long messages);

    /** A durable session's queue has shrunk to {@code messages}. */
    void queueShrunk(long session, long messages);

    /**
     * A message did not get into a session's queue, or left it unsent.
     *
     * @param clientId whose queue it is, or "" if the session had ended
     */
    void dropped(DropReason reason, Message message, String clientId);

    /** The retained message of a topic is now another, or none. */
    void retained(String topic, @Nullable Message message);

    /** A will is to be published now. */
    void willDue(Message will);

    /** The ledger's next timer is due at {@code time} (milliseconds since 1970). */
    void timerDue(long time);
}
