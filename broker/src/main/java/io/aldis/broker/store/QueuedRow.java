package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a session's queue as the ledger keeps it.
 *
 * @param state how far it has come
 * @param qos what the receiver gets
 * @param retain whether RETAIN is set towards it
 * @param subscriptionIdentifiers of the subscriptions that matched
 * @param share the shared subscription it came by, as its member wrote it, or "" (MQTT 5.0 §4.8.2)
 * @param message null if it is kept elsewhere, or needed no more
 * @param shared the number of a message that several rows share, {@link #OWN} if it is in this one
 */
public record QueuedRow(
        State state,
        Qos qos,
        boolean retain,
        List<Integer> subscriptionIdentifiers,
        String share,
        @Nullable Message message,
        long shared) {

    /** The message is in the row. */
    public static final long OWN = 0;

    /** The same when the client has answered PUBREC. */
    QueuedRow received() {
        return new QueuedRow(State.RECEIVED, qos, retain, subscriptionIdentifiers, share, message, shared);
    }

    /** How far it has come. */
    public enum State {
        /** It waits, or is in flight. */
        OPEN,
        /** The client has answered PUBREC, so that only PUBREL is owed. */
        RECEIVED,
        /** It is done with, and kept for those before it to find their packet ids by; it has no message. */
        DONE
    }
}
