package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.Command.Claimed;
import io.aldis.broker.store.Command.Deliver;
import io.aldis.broker.store.Command.Detach;
import io.aldis.broker.store.Command.Effect;
import io.aldis.broker.store.Command.End;
import io.aldis.broker.store.Command.Ended;
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
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's one writer: applies commands to tables, always with the same result for the same commands in the same order.
 *
 * <p>{@link #apply} is called by one thread at a time, in the order of the log. The reading methods may be called from any
 * thread and answer from the tables.
 */
public final class StateMachine {

    /** Timers that fire at once; more follow with the next {@link Fire}, so that no other command waits long. */
    private static final int MOST_DUE = 1000;

    private final Changes changes;

    private final Table<String, SessionRecord> sessions;
    private final Table<SubscriptionKey, StoredSubscription> subscriptions;
    private final Table<QueueKey, QueuedMessage> queue;
    private final Table<InboundKey, Boolean> inbound;
    private final Table<String, Message> retained;
    private final Table<TimerKey, Boolean> timers;

    /** What is derived from the tables and kept for speed; touched by the applying thread only. */
    private final Map<Long, Derived> derived = new HashMap<>();

    // All queues together; written by the applying thread only.
    private final AtomicLong queuedMessages = new AtomicLong();
    private final AtomicLong queuedBytes = new AtomicLong();

    private long retainedCount;

    /** When the next timer is due, as far as {@link Changes#timerDue} was told. */
    private long reminder = SessionRecord.NEVER;

    private long lastSession;
    private long lastEpoch;
    private long time;

    /** What the clock said last; it may have been set back. */
    private long clock;

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
        } else if (command instanceof End end) {
            return end(end);
        } else {
            return fire((Fire) command);
        }
    }

    // What a session's connection reads of its own queue.

    /**
     * The next message of a session's queue, at or after a place, that may be sent; null if there is none now. Callable from any
     * thread.
     */
    public @Nullable QueueRow toSend(long session, long from) {
        for (Map.Entry<QueueKey, QueuedMessage> row : rowsFrom(session, from)) {
            return row.getValue().waiting() ? null : new QueueRow(row.getKey().sequence(), row.getValue());
        }
        return null;
    }

    /** Whether a session's queue has messages at or after a place. Callable from any thread. */
    public boolean queuesFrom(long session, long from) {
        return rowsFrom(session, from).iterator().hasNext();
    }

    /** Messages in the queues of all durable sessions. Callable from any thread. */
    public long queuedMessages() {
        return queuedMessages.getAcquire();
    }

    /** Bytes in the queues of all durable sessions. Callable from any thread. */
    public long queuedBytes() {
        return queuedBytes.getAcquire();
    }

    // What is looked up.

    /** The session of a client id; null if it has none. Callable from any thread. */
    public @Nullable SessionRecord session(String clientId) {
        return sessions.get(clientId);
    }

    /** The sessions of the client ids that do not come before {@code from}, in their order. Callable from any thread. */
    public Iterable<SessionRecord> sessionsFrom(String from) {
        return values(sessions.from(from));
    }

    /** The subscriptions of a durable session whose filters come after {@code filter}, in their order. Callable from any thread. */
    public Iterable<StoredSubscription> subscriptionsAfter(long session, String filter) {
        String next = filter.isEmpty() ? "" : filter + '\0'; // No string is between the two.
        return values(subscriptions.range(new SubscriptionKey(session, next), new SubscriptionKey(session + 1, "")));
    }

    /** The retained messages of the topics that do not come before {@code from}, in their order. Callable from any thread. */
    public Iterable<Message> retainedFrom(String from) {
        return values(retained.from(from));
    }

    private static <V> Iterable<V> values(Iterable<? extends Map.Entry<?, V>> rows) {
        return () -> {
            Iterator<? extends Map.Entry<?, V>> entries = rows.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public V next() {
                    return entries.next().getValue();
                }
            };
        };
    }

    // Sessions.

    private Claimed claim(Claim claim) {
        pass(claim.time());
        SessionRecord former = sessions.get(claim.clientId()); // [MQTT3-3.1.3-2], [MQTT-3.1.3-2]
        boolean lasts = former != null && former.expiresAt() > time;
        if (former != null && lasts && !former.principal().equals(claim.principal())) {
            return new Claimed.Refused();
        }
        boolean resumes = former != null // [MQTT-3.1.2-5], [MQTT-3.1.2-6], [MQTT-3.1.4-4]
                && former.durable()
                && !claim.cleanStart() // [MQTT-3.1.2-4], [MQTT3-3.1.2-4], [MQTT3-3.1.2-6]
                && lasts
                && !(former.owned() && former.expirySeconds() == 0);
        if (former != null) {
            forgetTimers(former);
            leaveWill(former, resumes);
            if (!resumes) {
                end(former, endOf(lasts, claim));
            }
        }
        SessionRecord record = new SessionRecord(
                claim.clientId(),
                claim.principal(),
                resumes && former != null ? former.session() : ++lastSession,
                ++lastEpoch,
                claim.link(),
                resumes || claim.expirySeconds() > 0,
                claim.expirySeconds(),
                SessionRecord.NEVER,
                claim.will(), // [MQTT-3.1.2-7]
                SessionRecord.NEVER,
                claim.bounds(),
                claim.window());
        sessions.put(record.clientId(), record);
        Derived own = derived.computeIfAbsent(record.session(), ignored -> new Derived());
        own.record = record;
        long queued = own.messages;
        advance(own, record);
        changes.claimed(record);
        if (own.messages < queued) {
            changes.queueShrunk(record.session(), own.messages, own.bytes);
        }
        return new Claimed.Granted(record, resumes);
    }

    /** Why a session ends for another one to begin. */
    private static SessionEnd endOf(boolean lasts, Claim claim) {
        if (!lasts) {
            return SessionEnd.EXPIRED;
        }
        return claim.cleanStart()
                ? SessionEnd.REPLACED
                : SessionEnd.DISCONNECTED; // It was not to outlive its connection.
    }

    /**
     * The will of a client id that is claimed again: due now if the session ends or the will's delay is over; taken back if the
     * session goes on before that [MQTT-3.1.3-9].
     */
    private void leaveWill(SessionRecord former, boolean resumed) {
        Testament will = former.will();
        if (will == null) {
            return;
        }
        boolean delayOver = former.owned() ? will.delaySeconds() == 0 : former.willDueAt() <= time;
        if (!resumed || delayOver) {
            changes.willDue(will.publishedAt(time)); // [MQTT-3.1.2-8]
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
            // [MQTT-3.1.2-10]
            changes.willDue(will.publishedAt(time)); // [MQTT-3.1.2-8], [MQTT3-3.1.2-8], [MQTT3-3.1.2-10]
            will = null;
        }
        if (ends) {
            end(record, SessionEnd.DISCONNECTED);
            return Outcome.APPLIED;
        }
        SessionRecord waiting = record.waiting(
                expiry,
                expiry == SessionRecord.FOREVER ? SessionRecord.NEVER : time + expiry * 1000,
                will,
                will == null ? SessionRecord.NEVER : time + will.delaySeconds() * 1000);
        replace(waiting);
        remindAt(waiting.expiresAt(), TimerKind.SESSION, waiting.clientId());
        remindAt(waiting.willDueAt(), TimerKind.SESSION, waiting.clientId());
        return Outcome.APPLIED;
    }

    private long fire(Fire fire) {
        pass(fire.time());
        List<TimerKey> due = new ArrayList<>();
        reminder = SessionRecord.NEVER;
        for (Map.Entry<TimerKey, Boolean> timer : timers.all()) {
            if (timer.getKey().dueAt() > clock || due.size() == MOST_DUE) {
                reminder = timer.getKey().dueAt();
                break;
            }
            due.add(timer.getKey());
        }
        for (TimerKey timer : due) {
            timers.remove(timer);
            switch (timer.kind()) {
                case SESSION -> wake(timer.name());
                case RETAINED -> expire(timer.name());
            }
        }
        return reminder;
    }

    /** A retained message may have expired: nobody would get it any more. */
    private void expire(String topic) {
        Message message = retained.get(topic);
        if (message != null && message.expired(clock)) {
            forget(message);
            changes.retained(topic, null);
        }
    }

    /** A will or an expiry of a waiting session may be due. */
    private void wake(String clientId) {
        SessionRecord record = sessions.get(clientId);
        if (record == null || record.owned()) { // [MQTT-4.1.0-1], [MQTT3-4.1.0-2]
            return;
        }
        boolean expired = record.expiresAt() <= time;
        Testament will = record.will();
        if (will != null && (expired || record.willDueAt() <= time)) { // [MQTT-3.1.3-9]
            changes.willDue(will.publishedAt(time));
            replace(record.waiting(record.expirySeconds(), record.expiresAt(), null, SessionRecord.NEVER));
        }
        if (expired) {
            forgetTimers(record);
            end(record, SessionEnd.EXPIRED); // [MQTT-3.1.2-23], [MQTT-4.1.0-2]
        }
    }

    private void replace(SessionRecord record) {
        sessions.put(record.clientId(), record);
        Derived own = derived.get(record.session());
        if (own != null) {
            own.record = record;
        }
    }

    private Ended end(End end) {
        pass(end.time());
        SessionRecord record = sessions.get(end.clientId());
        if (record == null) {
            return Ended.NOT_THERE;
        }
        forgetTimers(record);
        Testament will = record.will();
        if (will != null && end.sendWill()) {
            changes.willDue(will.publishedAt(time)); // [MQTT-3.1.3-9]
        }
        end(record, SessionEnd.DELETED);
        return Ended.ENDED;
    }

    /** Removes a session with all its rows. */
    private void end(SessionRecord record, SessionEnd why) {
        long session = record.session();
        sessions.remove(record.clientId());
        derived.remove(session);
        if (record.durable()) {
            List<String> filters = new ArrayList<>();
            for (Map.Entry<SubscriptionKey, StoredSubscription> row :
                    subscriptions.range(new SubscriptionKey(session, ""), new SubscriptionKey(session + 1, ""))) {
                subscriptions.remove(row.getKey());
                filters.add(row.getKey().filter());
            }
            changes.unsubscribed(session, filters);
            for (Map.Entry<QueueKey, QueuedMessage> row : rowsFrom(session, 0)) {
                queue.remove(row.getKey());
                countAll(-1, -row.getValue().message().bytes());
                leave(record, row.getKey().sequence(), row.getValue());
            }
            for (Map.Entry<InboundKey, Boolean> row :
                    inbound.range(new InboundKey(session, 0), new InboundKey(session + 1, 0))) {
                inbound.remove(row.getKey());
            }
        }
        changes.ended(record, why);
    }

    /** What becomes of a message whose session ends. */
    private void leave(SessionRecord record, long sequence, QueuedMessage message) {
        if (message.received()) {
            return; // The client has it; only PUBREL was owed.
        }
        if (message.share().isEmpty()) {
            changes.dropped(DropReason.SESSION_ENDED, message.message(), record.clientId());
        } else {
            changes.leftBehind(record.session(), sequence, message);
        }
    }

    private void remindAt(long dueAt, TimerKind kind, String name) {
        if (dueAt != SessionRecord.NEVER) {
            timers.put(new TimerKey(dueAt, kind, name), true);
            if (dueAt < reminder) {
                reminder = dueAt;
                changes.timerDue(dueAt);
            }
        }
    }

    private void forgetTimers(SessionRecord record) {
        timers.remove(new TimerKey(record.expiresAt(), TimerKind.SESSION, record.clientId()));
        timers.remove(new TimerKey(record.willDueAt(), TimerKind.SESSION, record.clientId()));
    }

    // Subscriptions.

    private Changed subscribe(Subscribe command) {
        Derived own = derived.get(command.session());
        if (own == null || !maySubscribe(own, command.epoch())) {
            return new Changed(Outcome.STALE, List.of());
        }
        List<Effect> effects = new ArrayList<>(command.subscriptions().size());
        List<StoredSubscription> made = new ArrayList<>(command.subscriptions().size());
        int before = own.subscriptions;
        for (StoredSubscription subscription : command.subscriptions()) {
            SubscriptionKey key = new SubscriptionKey(
                    command.session(), subscription.subscription().filter());
            boolean replaces = subscriptions.get(key) != null;
            if (!replaces && own.subscriptions >= command.maximum()) {
                effects.add(Effect.ONE_TOO_MANY);
                continue;
            }
            effects.add(replaces ? Effect.REPLACED : Effect.BEGUN);
            own.subscriptions += replaces ? 0 : 1;
            subscriptions.put(key, subscription); // [MQTT-3.8.4-3], [MQTT3-3.8.4-3]
            made.add(subscription);
        }
        changes.subscribed(command.session(), made, own.subscriptions - before);
        return new Changed(Outcome.APPLIED, effects);
    }

    private Changed unsubscribe(Unsubscribe command) {
        Derived own = derived.get(command.session());
        if (own == null || !maySubscribe(own, command.epoch())) {
            return new Changed(Outcome.STALE, List.of());
        }
        List<Effect> effects = new ArrayList<>(command.filters().size());
        List<String> gone = new ArrayList<>(command.filters().size());
        for (String filter : command.filters()) {
            // [MQTT-3.10.4-1], [MQTT3-3.10.4-1]
            boolean existed = subscriptions.remove(new SubscriptionKey(command.session(), filter)) != null;
            effects.add(existed ? Effect.ENDED : Effect.NOT_THERE);
            if (existed) {
                gone.add(filter);
            }
        }
        own.subscriptions -= gone.size();
        changes.unsubscribed(command.session(), gone); // [MQTT3-3.10.4-2]
        return new Changed(Outcome.APPLIED, effects);
    }

    // Messages.

    private Outcome publish(Publish publish) {
        Receipt receipt = publish.receipt();
        if (receipt != null) {
            if (owned(receipt.session(), receipt.epoch()) == null) {
                return Outcome.STALE;
            }
            // [MQTT3-4.3.3-2]
            inbound.put(new InboundKey(receipt.session(), receipt.packetId()), true); // [MQTT-4.3.3-10]
        }
        Message message = publish.message();
        RetainedBounds bounds = publish.retained();
        if (bounds != null) { // [MQTT-3.3.1-8], [MQTT3-3.3.1-12]
            retain(message, bounds);
        }
        for (Target target : publish.targets()) {
            enqueue(
                    target.session(),
                    new QueuedMessage(
                            message, target.qos(), target.retain(), target.subscriptionIdentifiers(), target.share()),
                    publish.held());
        }
        return Outcome.APPLIED;
    }

    private void retain(Message message, RetainedBounds bounds) {
        String topic = message.topic();
        Message former = retained.get(topic);
        boolean removes =
                message.payload().isEmpty(); // [MQTT-3.3.1-6], [MQTT-3.3.1-7], [MQTT3-3.3.1-10], [MQTT3-3.3.1-11]
        boolean tooLarge = message.payload().size() > bounds.payloadBytes();
        if (former == null && !removes && !tooLarge && retainedCount >= bounds.messages()) {
            changes.dropped(DropReason.RETAINED_FULL, message, "");
            return;
        }
        if (former != null) {
            forget(former);
        }
        if (tooLarge) {
            changes.dropped(DropReason.RETAINED_TOO_LARGE, message, "");
        } else if (!removes) {
            retained.put(topic, message); // [MQTT-3.3.1-5], [MQTT3-3.3.1-5], [MQTT3-3.3.1-7]
            retainedCount++;
            remindAt(message.expiresAt(), TimerKind.RETAINED, topic);
            changes.retained(topic, message);
            return;
        }
        if (former != null) {
            changes.retained(topic, null);
        }
    }

    /** Removes a retained message. */
    private void forget(Message message) {
        retained.remove(message.topic());
        retainedCount--;
        timers.remove(new TimerKey(message.expiresAt(), TimerKind.RETAINED, message.topic()));
    }

    private Outcome deliver(Deliver deliver) {
        if (owned(deliver.session(), deliver.epoch()) == null) {
            return Outcome.STALE;
        }
        for (QueuedMessage message : deliver.messages()) {
            enqueue(deliver.session(), message, deliver.held());
        }
        return Outcome.APPLIED;
    }

    // Queues. A message waits until it comes within the window of its receiver's connection. Then it is numbered, which
    // gives it its packet id, and may be sent without a word to the ledger; so it is one of those that still wait that
    // gives way in a full queue, and packet ids have no gaps, whatever gave way before.

    private void enqueue(long session, QueuedMessage message, Held held) {
        Derived own = derived.get(session);
        SessionRecord record = own == null ? null : own.record;
        if (own == null || record == null) {
            if (message.share().isEmpty()) {
                changes.dropped(DropReason.SESSION_ENDED, message.message(), "");
            } else {
                changes.leftBehind(session, Long.MAX_VALUE, message);
            }
            return;
        }
        DropReason full = makeRoom(own, record, message.message().bytes(), held);
        if (full != null) {
            changes.dropped(full, message.message(), record.clientId());
            return;
        }
        QueueKey key = new QueueKey(session, own.next++);
        own.count(1, message.message().bytes());
        countAll(1, message.message().bytes());
        if (own.waiting == 0 && own.windowTakes(record, message)) {
            queue.put(key, own.numbered(message));
            own.boundary = own.next;
        } else {
            queue.put(key, message);
            own.waits(1, message.message().bytes());
        }
        changes.queueGrown(session, own.messages, own.bytes);
    }

    /** Lets the oldest give way if that is the policy and is of use; answers what still stands in the way, or null. */
    private @Nullable DropReason makeRoom(Derived own, SessionRecord record, int size, Held held) {
        DropReason full = full(own, record, size, held, 0, 0);
        if (full == null
                || record.bounds().whenFull() == FullQueuePolicy.DROP_NEWEST
                || full(own, record, size, held, own.waiting, own.waitingBytes) != null) {
            return full;
        }
        while (full != null) {
            giveWay(own, record, full);
            full = full(own, record, size, held, 0, 0);
        }
        advance(own, record);
        return null;
    }

    /** What stands in the way of one more message when so many of the queue have left it. */
    private @Nullable DropReason full(
            Derived own, SessionRecord record, int size, Held held, long leftMessages, long leftBytes) {
        QueueBounds bounds = record.bounds();
        DropReason full = bounds.full(own.messages - leftMessages, own.bytes - leftBytes, size);
        return full != null
                ? full
                : bounds.allFull(
                        queuedMessages.getPlain() + held.messages() - leftMessages,
                        queuedBytes.getPlain() + held.bytes() - leftBytes,
                        size);
    }

    /** The oldest that waits is dropped. */
    private void giveWay(Derived own, SessionRecord record, DropReason reason) {
        Map.Entry<QueueKey, QueuedMessage> oldest =
                rowsFrom(record.session(), own.boundary).iterator().next();
        own.boundary = oldest.getKey().sequence() + 1;
        leaveUnsent(own, record, oldest, reason);
    }

    private void leaveUnsent(
            Derived own, SessionRecord record, Map.Entry<QueueKey, QueuedMessage> row, DropReason reason) {
        Message message = row.getValue().message();
        queue.remove(row.getKey());
        own.waits(-1, -message.bytes());
        own.count(-1, -message.bytes());
        countAll(-1, -message.bytes());
        changes.dropped(reason, message, record.clientId());
    }

    /** Numbers what comes within the window of the owning connection, in its order. */
    private void advance(Derived own, SessionRecord record) {
        if (own.waiting == 0 || !record.owned()) {
            return;
        }
        for (Map.Entry<QueueKey, QueuedMessage> row : rowsFrom(record.session(), own.boundary)) {
            QueuedMessage message = row.getValue();
            if (message.message().expired(clock)) { // [MQTT-3.3.2-5]
                leaveUnsent(own, record, row, DropReason.EXPIRED);
            } else if (own.windowTakes(record, message)) {
                queue.put(row.getKey(), own.numbered(message));
                own.waits(-1, -message.message().bytes());
            } else {
                return;
            }
            own.boundary = row.getKey().sequence() + 1;
        }
    }

    private Iterable<Map.Entry<QueueKey, QueuedMessage>> rowsFrom(long session, long from) {
        return queue.range(new QueueKey(session, from), new QueueKey(session + 1, 0));
    }

    private void countAll(long messages, long bytes) {
        queuedMessages.setRelease(queuedMessages.getPlain() + messages);
        queuedBytes.setRelease(queuedBytes.getPlain() + bytes);
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
                own.left(gone);
                countAll(-1, -gone.message().bytes());
            }
        }
        advance(own, record);
        changes.queueShrunk(acknowledge.session(), own.messages, own.bytes);
        return Outcome.APPLIED;
    }

    private Outcome received(Received received) {
        if (owned(received.session(), received.epoch()) == null) {
            return Outcome.STALE;
        }
        QueueKey key = new QueueKey(received.session(), received.sequence());
        QueuedMessage message = queue.get(key);
        if (message != null) {
            queue.put(key, message.asReceived());
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

    /** Whether subscriptions may change: the owner wants it, or the broker itself, and they are rows of the ledger. */
    private boolean maySubscribe(Derived own, long epoch) {
        SessionRecord record = own.record;
        if (record == null) {
            return false;
        }
        return epoch == Command.BROKER ? record.durable() : owned(record.session(), epoch) != null;
    }

    /** The ledger's time never goes back, whatever clocks do. */
    private void pass(long now) {
        clock = now;
        time = Math.max(time, now);
    }

    /** What is known of a session beside its row. */
    private static final class Derived {

        /** Messages of QoS 0 that may be sent at once; they hold no place in the window, and are numbered some at a time. */
        private static final int MOST_AT_ONCE = 512;

        private @Nullable SessionRecord record;
        private int subscriptions;

        /** Place of the next message to come. */
        private long next;

        // In the queue.
        private long messages;
        private long bytes;

        /** Place from which on messages wait. */
        private long boundary;

        // From there on.
        private long waiting;
        private long waitingBytes;

        // Before it.
        private int inWindow;
        private int atMostOnce;

        private long nextNumber;

        void count(long more, long moreBytes) {
            messages += more;
            bytes += moreBytes;
        }

        void waits(long more, long moreBytes) {
            waiting += more;
            waitingBytes += moreBytes;
        }

        /** Whether a message may be sent when all before it may be. */
        boolean windowTakes(SessionRecord owner, QueuedMessage message) {
            return owner.owned()
                    && (message.qos() == Qos.AT_MOST_ONCE ? atMostOnce < MOST_AT_ONCE : inWindow < owner.window());
        }

        /** A message that may be sent from now on. */
        QueuedMessage numbered(QueuedMessage message) {
            if (message.qos() == Qos.AT_MOST_ONCE) {
                atMostOnce++;
                return message.numbered(0);
            }
            inWindow++;
            return message.numbered(nextNumber++);
        }

        /** A message that was numbered is done with. */
        void left(QueuedMessage message) {
            count(-1, -message.message().bytes());
            if (message.qos() == Qos.AT_MOST_ONCE) {
                atMostOnce--;
            } else {
                inWindow--;
            }
        }
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

    private enum TimerKind {
        /** The will or the end of a client's session, by its client id. */
        SESSION,
        /** The end of a retained message, by its topic. */
        RETAINED
    }

    private record TimerKey(long dueAt, TimerKind kind, String name) implements Comparable<TimerKey> {
        @Override
        public int compareTo(TimerKey other) {
            int byTime = Long.compare(dueAt, other.dueAt);
            int byKind = byTime != 0 ? byTime : kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }
    }
}
