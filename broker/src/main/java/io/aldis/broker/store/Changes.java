package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import java.util.List;
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
    void ended(SessionRecord session, SessionEnd why);

    /**
     * A durable session subscribes.
     *
     * @param more how many of the subscriptions replace none
     */
    void subscribed(long session, List<StoredSubscription> subscriptions, int more);

    /** A durable session no longer has the subscriptions with these filters; it had one with each. */
    void unsubscribed(long session, List<String> filters);

    /** A durable session was kept from before the start. */
    void restored(SessionRecord session);

    /** A durable session that was restored has a packet id of QoS 2 in use. */
    void receiptRestored(long session, int packetId);

    /** The next message of a durable session's queue may be sent. */
    void sendable(long session, QueueRow row);

    /** More messages may be sent than could be told at once: {@link Command.Advance} tells of them. */
    void moreToSend(long session);

    /** A durable session's queue has grown to {@code messages} of {@code bytes} together, of which some may not be sent yet. */
    void queueGrown(long session, long messages, long bytes, long waiting);

    /** A durable session's queue has shrunk to {@code messages} of {@code bytes} together, of which some may not be sent yet. */
    void queueShrunk(long session, long messages, long bytes, long waiting);

    /**
     * A message did not get into a session's queue, or left it unsent.
     *
     * @param clientId whose queue it is, or "" if the session had ended
     */
    void dropped(DropReason reason, Message message, String clientId);

    /**
     * A message of a shared subscription was in the queue of a session that ends, or came for one that had ended: it may belong to
     * another member now (MQTT 5.0 §4.8.2).
     *
     * @param sequence its place in the queue
     */
    void leftBehind(long session, long sequence, QueuedMessage message);

    /** The retained message of a topic is now another, or none. */
    void retained(String topic, @Nullable Message message);

    /**
     * A will is to be published now.
     *
     * @param number by which {@link Command.Publish} or {@link Command.WillSettled} tells that it was
     */
    void willDue(long number, Message will);

    /** The ledger's next timer is due at {@code time} (milliseconds since 1970). */
    void timerDue(long time);
}
