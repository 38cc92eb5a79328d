package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.store.Changes;
import io.aldis.broker.store.QueueRow;
import io.aldis.broker.store.QueuedMessage;
import io.aldis.broker.store.SessionEnd;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StoredSubscription;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes live what the ledger says: sessions, their subscriptions, retained messages, wills.
 *
 * <p>Runs on whichever thread applies commands; what belongs to a session's loop is handed to it.
 */
public final class LedgerFollower implements Changes {

    private final SessionTable table;
    private final Subscribers subscribers;
    private final BiConsumer<String, @Nullable Message> retainedMessages;
    private final Drops drops;
    private final List<Loop> loops;

    // Set once at wiring: they use what this class is part of.
    private @Nullable Surroundings surroundings;
    private @Nullable MessageSink sink;
    private @Nullable LongConsumer timers;

    /** The session that ended just now: if the claim being applied has its client id, the new session follows it. */
    private @Nullable Session lastEnded;

    /**
     * @param table is kept up to date
     * @param loops of the broker, on which sessions live that were kept from before the start
     * @param retainedMessages hears each topic's new retained message, or null for none
     */
    public LedgerFollower(
            SessionTable table,
            Subscribers subscribers,
            BiConsumer<String, @Nullable Message> retainedMessages,
            Drops drops,
            List<Loop> loops) {
        this.table = table;
        this.subscribers = subscribers;
        this.retainedMessages = retainedMessages;
        this.drops = drops;
        this.loops = loops;
    }

    /** Completes the wiring, before the first command. */
    public void connect(Surroundings ofSessions, MessageSink messages, LongConsumer timerDue) {
        surroundings = ofSessions;
        sink = messages;
        timers = timerDue;
    }

    @Override
    public void restored(SessionRecord record) {
        if (surroundings != null) {
            Loop loop = loops.get(Math.floorMod(record.clientId().hashCode(), loops.size()));
            Session session = new Session(
                    record.clientId(), record.session(), record.durable(), loop, record.bounds(), surroundings);
            session.claimed(record.epoch());
            session.restored();
            table.add(session);
        }
    }

    @Override
    public void receiptRestored(long number, int packetId) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.receiptRestored(packetId);
        }
    }

    @Override
    public void sendable(long number, QueueRow row) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.sendable(row);
        }
    }

    @Override
    public void moreToSend(long number) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.moreToSend();
        }
    }

    @Override
    public void claimed(SessionRecord record) {
        Session session = table.ofNumber(record.session());
        Loop arrivedOn = table.arrived(record.link());
        if (session == null && arrivedOn != null && surroundings != null) {
            session = new Session(
                    record.clientId(), record.session(), record.durable(), arrivedOn, record.bounds(), surroundings);
            Session former = lastEnded;
            if (former != null && former.clientId().equals(record.clientId())) {
                session.follows(former);
            }
            table.add(session);
        }
        lastEnded = null;
        if (session != null) {
            session.claimed(record.epoch());
        }
    }

    @Override
    public void ended(SessionRecord record, SessionEnd why) {
        Session session = table.ofNumber(record.session());
        if (session != null) {
            table.remove(session);
            session.endAsync(why);
            lastEnded = session;
        }
    }

    @Override
    public void subscribed(long number, List<StoredSubscription> subscriptions, int more) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.subscriptionsGrewBy(more);
            subscribers.add(session, subscriptions);
        }
    }

    @Override
    public void unsubscribed(long number, List<String> filters) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.subscriptionsGrewBy(-filters.size());
            subscribers.remove(session, filters);
        }
    }

    @Override
    public void queueGrown(long number, long messages, long bytes, long waiting) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.queueGrown(messages, bytes, waiting);
        }
    }

    @Override
    public void queueShrunk(long number, long messages, long bytes, long waiting) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.queueShrunk(messages, bytes, waiting);
        }
    }

    @Override
    public void dropped(DropReason reason, Message message, String clientId) {
        drops.dropped(reason, message, clientId);
        Session session = clientId.isEmpty() ? null : table.ofClient(clientId);
        if (session != null) {
            session.droppedInLedger();
        }
    }

    @Override
    public void retained(String topic, @Nullable Message message) {
        retainedMessages.accept(topic, message);
    }

    @Override
    public void willDue(long number, Message will) {
        if (sink != null) {
            sink.publishWillAsync(number, will);
        }
    }

    @Override
    public void leftBehind(long number, long sequence, QueuedMessage message) {
        Session session = table.ofNumber(number);
        if (session != null) {
            session.leftBehind(sequence, message);
        } else if (sink != null) {
            sink.redispatchAsync(message.message(), message.share());
        }
    }

    @Override
    public void timerDue(long time) {
        if (timers != null) {
            timers.accept(time);
        }
    }
}
