package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of the ledger, complete in itself: the time, limits and ids it needs are inside.
 *
 * <p>A command of a session carries the epoch its connection was given by {@link Claim}. A later claim raises the epoch, and
 * commands of the former owner are then answered {@link Outcome#STALE} and change nothing. Commands of no connection carry
 * {@link #BROKER} in its place.
 *
 * @param <R> what applying it answers
 */
public sealed interface Command<R> {

    /** In place of an epoch: the broker itself changes a session, which need not have a connection. */
    long BROKER = -1;

    /** Roughly what it occupies while it waits. */
    default long bytes() {
        return 256;
    }

    /** Whether a session's command still came from the owner of the session. */
    enum Outcome {
        /** The change is made. */
        APPLIED,
        /** Another connection owns the session now, or it has ended: nothing was changed. */
        STALE
    }

    /**
     * A connection takes a client id: a session is resumed or begun, and whoever had the id loses it (MQTT 5.0 §3.1.4,
     * §4.1). The session and its will belong to the principal that has them: a claim by another one is refused.
     *
     * @param principal who the client was found to be, "" if nobody asked
     * @param link names the connection, unique within the life of the ledger
     * @param expirySeconds session expiry interval; 0 ends the session with the connection, {@link SessionRecord#FOREVER}
     *     never
     * @param will to be published when the connection ends without a normal disconnect
     * @param bounds of the session's queue and of all
     * @param window most QoS 1 and 2 messages in flight to the client
     * @param time wall-clock milliseconds since 1970
     */
    record Claim(
            String clientId,
            String principal,
            long link,
            boolean cleanStart,
            long expirySeconds,
            @Nullable Testament will,
            QueueBounds bounds,
            int window,
            long time)
            implements Command<Claimed> {}

    /** The answer to {@link Claim}. */
    sealed interface Claimed {

        /**
         * The connection owns the client id.
         *
         * @param record the session as it now is; its epoch fences the connection's further commands
         * @param present whether it is an earlier session, resumed
         */
        record Granted(SessionRecord record, boolean present) implements Claimed {}

        /** The session belongs to another principal: nothing was changed. */
        record Refused() implements Claimed {}
    }

    /**
     * The owning connection is gone: the session waits for its client, or ends (MQTT 5.0 §3.1.2.11.2).
     *
     * @param sendWill whether the will is due (after its delay)
     * @param expirySeconds replaces the session expiry interval, null keeps it (MQTT 5.0 §3.14.2.2.2)
     */
    record Detach(
            long session,
            long epoch,
            boolean sendWill,
            @Nullable Long expirySeconds,
            long time) implements Command<Outcome> {}

    /**
     * A session ends with all there is in it, whoever owns it.
     *
     * @param sendWill whether its will is published
     * @param time wall-clock milliseconds since 1970
     */
    record End(String clientId, boolean sendWill, long time) implements Command<Ended> {}

    /** The answer to {@link End}. */
    enum Ended {
        /** It is over. */
        ENDED,
        /** The client id had no session. */
        NOT_THERE
    }

    /**
     * Subscriptions of a durable session, one after the other, each new or replacing the one with the same filter.
     *
     * @param epoch of the connection that owns it, or {@link #BROKER}
     * @param maximum most subscriptions the session may have; one more is not made, one that replaces another always is
     */
    record Subscribe(long session, long epoch, List<StoredSubscription> subscriptions, int maximum)
            implements Command<Changed> {}

    /**
     * Ends subscriptions of a durable session.
     *
     * @param epoch of the connection that owns it, or {@link #BROKER}
     */
    record Unsubscribe(long session, long epoch, List<String> filters) implements Command<Changed> {}

    /**
     * The answer to {@link Subscribe} and {@link Unsubscribe}.
     *
     * @param effects what became of each filter of the command; empty when stale
     */
    record Changed(Outcome outcome, List<Effect> effects) {}

    /** What a command did with one subscription. */
    enum Effect {
        /** It is new. */
        BEGUN,
        /** It took the place of one with the same filter [MQTT-3.8.4-3]. */
        REPLACED,
        /** It was not made, for the session has as many as it may have. */
        ONE_TOO_MANY,
        /** It is no more. */
        ENDED,
        /** There was none with this filter. */
        NOT_THERE
    }

    /**
     * A message for durable sessions, for the retained messages, or one whose QoS 2 packet id must be remembered: the three
     * together, so that none happens without the others.
     *
     * @param targets durable sessions that get it
     * @param held in transient queues, about now
     * @param retained if it replaces the retained message of its topic, the bounds of these; null if it does not. An empty payload
     *     removes the retained message (MQTT 5.0 §3.3.1.3)
     * @param receipt the QoS 2 packet id of a durable publisher, null otherwise
     * @param will the number of the will that it is, or {@link #NO_WILL}
     */
    record Publish(
            Message message,
            List<Target> targets,
            Held held,
            @Nullable RetainedBounds retained,
            @Nullable Receipt receipt,
            long will)
            implements Command<Outcome> {

        /** The message is no will that the ledger knows. */
        public static final long NO_WILL = 0;

        /** One that is no will. */
        public Publish(
                Message message,
                List<Target> targets,
                Held held,
                @Nullable RetainedBounds retained,
                @Nullable Receipt receipt) {
            this(message, targets, held, retained, receipt, NO_WILL);
        }

        @Override
        public long bytes() {
            return message.bytes() + BYTES_PER_TARGET * (1L + targets.size());
        }

        private static final long BYTES_PER_TARGET = 128;
    }

    /** A will is done with: it was published, and nothing of it has to be kept, or it was refused. */
    record WillSettled(long will) implements Command<Outcome> {}

    /**
     * Messages for one durable session alone, such as retained ones for a new subscription.
     *
     * @param held in transient queues, about now
     */
    record Deliver(long session, long epoch, List<QueuedMessage> messages, Held held) implements Command<Outcome> {

        @Override
        public long bytes() {
            return messages.stream()
                    .mapToLong(queued -> queued.message().bytes())
                    .sum();
        }
    }

    /** Messages of a queue are done with: PUBACK, PUBCOMP, sent at QoS 0, or dropped before sending. */
    record Acknowledge(long session, long epoch, List<Long> sequences) implements Command<Outcome> {}

    /** What may be sent of a queue and could not be told of at once is told of now. */
    record Advance(long session, long epoch) implements Command<Outcome> {}

    /** The client has received a QoS 2 message: only PUBREL is owed from now on (MQTT 5.0 §4.3.3). */
    record Received(long session, long epoch, long sequence) implements Command<Outcome> {}

    /** A durable publisher has released a QoS 2 packet id: PUBREL. */
    record Release(long session, long epoch, int packetId) implements Command<Outcome> {}

    /**
     * The broker has started with what was kept: no connection is left from before, as if all had been lost at {@code time}
     * (milliseconds since 1970).
     */
    record Restarted(long time) implements Command<Outcome> {}

    /** Time has passed: wills and expiries due until {@code time} happen. Answers when the next one is due. */
    record Fire(long time) implements Command<Long> {}

    /**
     * One durable receiver of a message.
     *
     * @param qos what it gets; 0 for a session that keeps such messages
     * @param retain whether RETAIN stays set towards it
     * @param subscriptionIdentifiers of the subscriptions that matched
     * @param share the shared subscription it is a member of, as it wrote it, or "" (MQTT 5.0 §4.8.2)
     */
    record Target(long session, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers, String share) {}

    /** A QoS 2 packet id in use by a durable publisher. */
    record Receipt(long session, long epoch, int packetId) {}
}
