package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.Command.Claimed;
import io.aldis.broker.store.Command.Deliver;
import io.aldis.broker.store.Command.Detach;
import io.aldis.broker.store.Command.Fire;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Publish;
import io.aldis.broker.store.Command.Receipt;
import io.aldis.broker.store.Command.Received;
import io.aldis.broker.store.Command.Release;
import io.aldis.broker.store.Command.Subscribe;
import io.aldis.broker.store.Command.Target;
import io.aldis.broker.store.Command.Unsubscribe;
import io.aldis.broker.store.KeyValueStore.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's one writer: applies commands to tables, always with the same result for the same commands in the same order.
 *
 * <p>{@link #apply} is called by one thread at a time, in the order of the log. The reading methods may be called from any
 * thread and answer from the tables.
 */
public final class StateMachine {

    private final Changes changes;

    private final Table<String, SessionRecord> sessions;
    private final Table<SubscriptionKey, StoredSubscription> subscriptions;
    private final Table<QueueKey, QueuedMessage> queue;
    private final Table<InboundKey, Boolean> inbound;
    private final Table<String, Message> retained;
    private final Table<TimerKey, Long> timers;

    /** What is derived from the tables and kept for speed; touched by the applying thread only. */
    private final Map<Long, Derived> derived = new HashMap<>();

    private long lastSession;
    private long lastEpoch;
    private long time;

    /**
     * @param store its tables, empty
     * @param changes hears of every change
     */
    public StateMachine(KeyValueStore store, Changes changes) {
        this.changes = changes;
        sessions = store.table("session");
        subscriptions = store.table("subscription");
        queue = store.table("queue");
        inbound = store.table("inbound");
        retained = store.table("retained");
        timers = store.table("timer");
    }

    /** Applies one command. */
    @SuppressWarnings("unchecked") // Each command's answer has the type its declaration names.
    public <R> R apply(Command<R> command) {
        return (R) answer(command);
    }

    private Object answer(Command<?> command) {
        if (command instanceof Publish publish) {
            return publish(publish);
        } else if (command instanceof Acknowledge acknowledge) {
            return acknowledge(acknowledge);
        } else if (command instanceof Received received) {
            return received(received);
        } else if (command instanceof Release release) {
            return release(release);
        } else if (command instanceof Deliver deliver) {
            return deliver(deliver);
        } else if (command instanceof Claim claim) {
            return claim(claim);
        } else if (command instanceof Detach detach) {
            return detach(detach);
        } else if (command instanceof Subscribe subscribe) {
            return subscribe(subscribe);
        } else if (command instanceof Unsubscribe unsubscribe) {
            return unsubscribe(unsubscribe);
        } else {
            return fire((Fire) command);
        }
    }

    // What a session's connection reads of its own queue.

    /** The message at a place of a session's queue, or null if there is none (any more). Callable from any thread. */
    public @Nullable QueuedMessage queued(long session, long sequence) {
        return queue.get(new QueueKey(session, sequence));
    }

    // Sessions.

    private Claimed claim(Claim claim) {
        pass(claim.time());
        SessionRecord former = sessions.get(claim.clientId());
        boolean resumes = former != null
                && former.durable()
                && !claim.cleanStart() // [MQTT-3.1.2-4]
                && former.expiresAt() > time
                && !(former.owned() && former.expirySeconds() == 0);
        if (former != null) {
            forgetTimers(former);
            leaveWill(former, resumes);
            if (!resumes) {
                end(former);
            }
        }
        SessionRecord record = new SessionRecord(
                claim.clientId(),
                resumes && former != null ? former.session() : ++lastSession,
                ++lastEpoch,
                claim.link(),
                resumes || claim.expirySeconds() > 0,
                claim.expirySeconds(),
                SessionRecord.NEVER,
                claim.will(),
                SessionRecord.NEVER,
                claim.bounds());
        sessions.put(record.clientId(), record);
        Derived own = derived.computeIfAbsent(record.session(), ignored -> new Derived());
        own.record = record;
        changes.claimed(record);
        return new Claimed(record, resumes, resumes ? null : former);
    }

    /**
     * The will of a connection that is replaced: due now if the session ends, if the will has no delay, or if the delay has passed
     * and its timer is late (MQTT 5.0 §3.1.3.2.2).
     */
    private void leaveWill(SessionRecord former, boolean resumed) {
        Testament will = former.will();
        if (will == null) {
            return;
        }
        boolean lost = former.owned() || former.willDueAt() != SessionRecord.NEVER;
        boolean delayed = former.owned() ? will.delaySeconds() > 0 : former.willDueAt() > time;
        if (lost && (!resumed || !delayed)) { // [MQTT-3.1.3-9]
            changes.willDue(will.publishedAt(time));
        }
    }

    private Outcome detach(Detach detach) {
        pass(detach.time());
        SessionRecord record = owned(detach.session(), detach.epoch());
        if (record == null) {
            return Outcome.STALE;
        }
        long expiry = detach.expirySeconds() == null ? record.expirySeconds() : detach.expirySeconds();
        boolean ends = !record.durable() || expiry == 0;
        Testament will = detach.sendWill() ? record.will() : null;
        if (will != null && (ends || will.delaySeconds() == 0)) {
            changes.willDue(will.publishedAt(time)); // [MQTT-3.1.2-8]
            will = null;
        }
        if (ends) {
            end(record);
            return Outcome.APPLIED;
        }
        SessionRecord waiting = new SessionRecord(
                record.clientId(),
                record.session(),
                record.epoch(),
                SessionRecord.NOBODY,
                true,
                expiry,
                expiry == SessionRecord.FOREVER ? SessionRecord.NEVER : time + expiry * 1000,
                will,
                will == null ? SessionRecord.NEVER : time + will.delaySeconds() * 1000,
                record.bounds());
        replace(waiting);
        remindAt(waiting.expiresAt(), waiting.clientId(), waiting.epoch());
        remindAt(waiting.willDueAt(), waiting.clientId(), waiting.epoch());
        return Outcome.APPLIED;
    }

    private long fire(Fire fire) {
        pass(fire.time());
        List<TimerKey> due = new ArrayList<>();
        long next = SessionRecord.NEVER;
        for (Map.Entry<TimerKey, Long> timer : timers.all()) {
            if (timer.getKey().dueAt() > time) {
                next = timer.getKey().dueAt();
                break;
            }
            due.add(timer.getKey());
        }
        for (TimerKey timer : due) {
            timers.remove(timer);
            SessionRecord record = sessions.get(timer.clientId());
            if (record != null && !record.owned()) {
                wake(record);
            }
        }
        return next;
    }

    /** A will or an expiry of a waiting session may be due. */
    private void wake(SessionRecord record) {
        boolean expired = record.expiresAt() <= time;
        Testament will = record.will();
        if (will != null && (expired || record.willDueAt() <= time)) { // [MQTT-3.1.3-9]
            changes.willDue(will.publishedAt(time));
            replace(new SessionRecord(
                    record.clientId(),
                    record.session(),
                    record.epoch(),
                    SessionRecord.NOBODY,
                    true,
                    record.expirySeconds(),
                    record.expiresAt(),
                    null,
                    SessionRecord.NEVER,
                    record.bounds()));
        }
        if (expired) {
            forgetTimers(record);
            end(record); // [MQTT-3.1.2-23]
        }
    }

    private void replace(SessionRecord record) {
        sessions.put(record.clientId(), record);
        Derived own = derived.get(record.session());
        if (own != null) {
            own.record = record;
        }
    }

    /** Removes a session with all its rows. */
    private void end(SessionRecord record) {
        long session = record.session();
        sessions.remove(record.clientId());
        Derived own = derived.remove(session);
        if (record.durable()) {
            for (Map.Entry<SubscriptionKey, StoredSubscription> row :
                    subscriptions.range(new SubscriptionKey(session, ""), new SubscriptionKey(session + 1, ""))) {
                subscriptions.remove(row.getKey());
                changes.unsubscribed(session, row.getKey().filter());
            }
            for (Map.Entry<QueueKey, QueuedMessage> row :
                    queue.range(new QueueKey(session, 0), new QueueKey(session + 1, 0))) {
                queue.remove(row.getKey());
            }
            for (Map.Entry<InboundKey, Boolean> row :
                    inbound.range(new InboundKey(session, 0), new InboundKey(session + 1, 0))) {
                inbound.remove(row.getKey());
            }
            if (own != null && own.messages > 0) {
                changes.dropped(DropReason.SESSION_ENDED, own.messages);
            }
        }
        changes.ended(record);
    }

    private void remindAt(long dueAt, String clientId, long epoch) {
        if (dueAt != SessionRecord.NEVER) {
            timers.put(new TimerKey(dueAt, clientId), epoch);
            changes.timerDue(dueAt);
        }
    }

    private void forgetTimers(SessionRecord record) {
        timers.remove(new TimerKey(record.expiresAt(), record.clientId()));
        timers.remove(new TimerKey(record.willDueAt(), record.clientId()));
    }

    // Subscriptions.

    private Changed subscribe(Subscribe command) {
        if (owned(command.session(), command.epoch()) == null) {
            return new Changed(Outcome.STALE, List.of());
        }
        List<Boolean> existed = new ArrayList<>(command.subscriptions().size());
        for (StoredSubscription subscription : command.subscriptions()) {
            SubscriptionKey key = new SubscriptionKey(
                    command.session(), subscription.subscription().filter());
            boolean replaces = subscriptions.get(key) != null;
            existed.add(replaces);
            subscriptions.put(key, subscription); // [MQTT-3.8.4-3]
            changes.subscribed(command.session(), subscription, replaces);
        }
        return new Changed(Outcome.APPLIED, existed);
    }

    private Changed unsubscribe(Unsubscribe command) {
        if (owned(command.session(), command.epoch()) == null) {
            return new Changed(Outcome.STALE, List.of());
        }
        List<Boolean> existed = new ArrayList<>(command.filters().size());
        for (String filter : command.filters()) {
            boolean gone = subscriptions.remove(new SubscriptionKey(command.session(), filter)) != null;
            existed.add(gone);
            if (gone) {
                changes.unsubscribed(command.session(), filter);
            }
        }
        return new Changed(Outcome.APPLIED, existed);
    }

    // Messages.

    private Outcome publish(Publish publish) {
        Receipt receipt = publish.receipt();
        if (receipt != null) {
            if (owned(receipt.session(), receipt.epoch()) == null) {
                return Outcome.STALE;
            }
            inbound.put(new InboundKey(receipt.session(), receipt.packetId()), true); // [MQTT-4.3.3-10]
        }
        Message message = publish.message();
        if (publish.retain()) {
            retain(message);
        }
        for (Target target : publish.targets()) {
            enqueue(
                    target.session(),
                    new QueuedMessage(message, target.qos(), target.retain(), target.subscriptionIdentifiers(), false));
        }
        return Outcome.APPLIED;
    }

    private void retain(Message message) {
        if (message.payload().isEmpty()) { // [MQTT-3.3.1-6]
            retained.remove(message.topic());
            changes.retained(message.topic(), null);
        } else {
            retained.put(message.topic(), message); // [MQTT-3.3.1-5]
            changes.retained(message.topic(), message);
        }
    }

    private Outcome deliver(Deliver deliver) {
        if (owned(deliver.session(), deliver.epoch()) == null) {
            return Outcome.STALE;
        }
        for (QueuedMessage message : deliver.messages()) {
            enqueue(deliver.session(), message);
        }
        return Outcome.APPLIED;
    }

    private void enqueue(long session, QueuedMessage message) {
        Derived own = derived.get(session);
        if (own == null || own.record == null) {
            changes.dropped(DropReason.SESSION_ENDED, 1);
            return;
        }
        QueueBounds bounds = own.record.bounds();
        int bytes = message.message().bytes();
        if (own.messages >= bounds.messages()) {
            changes.dropped(DropReason.QUEUE_FULL_MESSAGES, 1);
        } else if (own.bytes + bytes > bounds.bytes()) {
            changes.dropped(DropReason.QUEUE_FULL_BYTES, 1);
        } else {
            own.messages++;
            own.bytes += bytes;
            queue.put(new QueueKey(session, own.next), message);
            own.next++;
            changes.queueGrown(session, own.messages);
        }
    }

    private Outcome acknowledge(Acknowledge acknowledge) {
        SessionRecord record = owned(acknowledge.session(), acknowledge.epoch());
        Derived own = derived.get(acknowledge.session());
        if (record == null || own == null) {
            return Outcome.STALE;
        }
        for (long sequence : acknowledge.sequences()) {
            QueuedMessage gone = queue.remove(new QueueKey(acknowledge.session(), sequence));
            if (gone != null) {
                own.messages--;
                own.bytes -= gone.message().bytes();
            }
        }
        changes.queueShrunk(acknowledge.session(), own.messages);
        return Outcome.APPLIED;
    }

    private Outcome received(Received received) {
        if (owned(received.session(), received.epoch()) == null) {
            return Outcome.STALE;
        }
        QueueKey key = new QueueKey(received.session(), received.sequence());
        QueuedMessage message = queue.get(key);
        if (message != null) {
            queue.put(
                    key,
                    new QueuedMessage(
                            message.message(),
                            message.qos(),
                            message.retain(),
                            message.subscriptionIdentifiers(),
                            true));
        }
        return Outcome.APPLIED;
    }

    private Outcome release(Release release) {
        if (owned(release.session(), release.epoch()) == null) {
            return Outcome.STALE;
        }
        inbound.remove(new InboundKey(release.session(), release.packetId()));
        return Outcome.APPLIED;
    }

    // Fencing and time.

    /** The record of a session if that epoch still owns it. */
    private @Nullable SessionRecord owned(long session, long epoch) {
        Derived own = derived.get(session);
        SessionRecord record = own == null ? null : own.record;
        return record != null && record.epoch() == epoch && record.owned() ? record : null;
    }

    /** The ledger's time never goes back, whatever clocks do. */
    private void pass(long now) {
        time = Math.max(time, now);
    }

    /** What is known of a session beside its row. */
    private static final class Derived {
        private @Nullable SessionRecord record;
        private long next;
        private long messages;
        private long bytes;
    }

    private record SubscriptionKey(long session, String filter) implements Comparable<SubscriptionKey> {
        @Override
        public int compareTo(SubscriptionKey other) {
            int bySession = Long.compare(session, other.session);
            return bySession != 0 ? bySession : filter.compareTo(other.filter);
        }
    }

    private record QueueKey(long session, long sequence) implements Comparable<QueueKey> {
        @Override
        public int compareTo(QueueKey other) {
            int bySession = Long.compare(session, other.session);
            return bySession != 0 ? bySession : Long.compare(sequence, other.sequence);
        }
    }

    private record InboundKey(long session, int packetId) implements Comparable<InboundKey> {
        @Override
        public int compareTo(InboundKey other) {
            int bySession = Long.compare(session, other.session);
            return bySession != 0 ? bySession : Integer.compare(packetId, other.packetId);
        }
    }

    private record TimerKey(long dueAt, String clientId) implements Comparable<TimerKey> {
        @Override
        public int compareTo(TimerKey other) {
            int byTime = Long.compare(dueAt, other.dueAt);
            return byTime != 0 ? byTime : clientId.compareTo(other.clientId);
        }
    }
}
