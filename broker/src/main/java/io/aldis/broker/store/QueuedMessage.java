package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;

/**
 * A message in a session's queue.
 *
 * @param qos what the receiver gets
 * @param retain whether RETAIN is set towards it
 * @param received whether the client has answered PUBREC, so that only PUBREL is owed
 * @param number {@link #WAITING} until the message comes within the receiver's window; from then on it may be in flight, and this is
 *     where its packet id comes from: messages of QoS 1 and 2 are numbered from 0 without a gap, QoS 0 has no use for it
 */
public record QueuedMessage(
        Message message,
        Qos qos,
        boolean retain,
        List<Integer> subscriptionIdentifiers,
        boolean received,
        long number) {

    /** The {@link #number} of a message that is not to be sent yet. */
    public static final long WAITING = -1;

    /** A message that comes into a queue. */
    public QueuedMessage(Message message, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers) {
        this(message, qos, retain, subscriptionIdentifiers, false, WAITING);
    }

    /** Whether it has not come within the window. */
    public boolean waiting() {
        return number == WAITING;
    }

    QueuedMessage numbered(long given) {
        return new QueuedMessage(message, qos, retain, subscriptionIdentifiers, received, given);
    }

    QueuedMessage asReceived() {
        return new QueuedMessage(message, qos, retain, subscriptionIdentifiers, true, number);
    }
}
