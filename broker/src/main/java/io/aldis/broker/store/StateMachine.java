package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Advance;
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
import io.aldis.broker.store.Command.Restarted;
import io.aldis.broker.store.Command.Subscribe;
import io.aldis.broker.store.Command.Target;
import io.aldis.broker.store.Command.Unsubscribe;
import io.aldis.broker.store.Command.WillSettled;
import io.aldis.broker.store.Flight.Place;
import io.aldis.broker.store.QueuedRow.State;
import io.aldis.broker.store.Tables.Reading;
import io.aldis.broker.store.Tables.Table;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger's one writer: applies commands to tables, always with the same result for the same commands in the same order.
 *
 * <p>{@link #apply} is called by one thread at a time, in the order of the log. The reading methods may be called from any
 * thread and answer from the tables.
 */
public final class StateMachine {

    private static final Logger log = LoggerFactory.getLogger(StateMachine.class);

    /** Timers that fire at once; more follow with the next {@link Fire}, so that no other command waits long. */
    private static final int MOST_DUE = 1000;

    /** Messages that come within a window at once; more follow with {@link Advance}. */
    private static final int LARGEST_PORTION = 512;

    /** Larger messages for several sessions are kept once. */
    private static final int LARGEST_OWN = 512;

    /** Counters: the highest number of a session, an epoch, a shared message and a will; and the ledger's time. */
    public static final String LAST_SESSION = "session";

    public static final String LAST_EPOCH = "epoch";
    public static final String LAST_MESSAGE = "message";
    public static final String LAST_WILL = "will";
    public static final String TIME = "time";

    private final Changes changes;
    private final boolean lasting;

    private final Table<String, SessionRecord> sessions;
    private final Table<SubscriptionKey, StoredSubscription> subscriptions;
    private final Table<QueueKey, QueuedRow> queue;
    private final Table<Long, QueueState> queues;
    private final Table<Long, Message> messages;
    private final Table<Long, Integer> references;
    private final Table<InboundKey, Boolean> inbound;
    private final Table<String, Message> retained;
    private final Table<TimerKey, Boolean> timers;
    private final Table<Long, Message> wills;
    private final Table<String, Long> counters;

    // What others read.
    private final Reading<String, SessionRecord> knownSessions;
    private final Reading<SubscriptionKey, StoredSubscription> knownSubscriptions;
    private final Reading<String, Message> knownRetained;

    /** What is derived from the tables and kept for speed; touched by the applying thread only. */
    private final Map<Long, Derived> derived = new HashMap<>();

    /** Whose queues have changed since {@link #settle}. */
    private final List<Derived> unsettled = new ArrayList<>();

    /** Shared messages that were used last. */
    private final RecentMessages recent = new RecentMessages();

    // All queues together; written by the applying thread only.
    private final AtomicLong queuedMessages = new AtomicLong();
    private final AtomicLong queuedBytes = new AtomicLong();

    /** Counters as they were written last. */
    private final Map<String, Long> settled = new HashMap<>();

    private long retainedCount;

    /** When the next timer is due, as far as {@link Changes#timerDue} was told. */
    private long reminder = SessionRecord.NEVER;

    private long lastSession;
    private long lastEpoch;
    private long lastMessage;
    private long lastWill;
    private long time;

    /** What the clock said last; it may have been set back. */
    private long clock;

    /**
     * @param tables where all is kept; {@link #load} is to follow if there is something in them
     * @param changes hears of every change
     */
    public StateMachine(Tables tables, Changes changes) {
        this.changes = changes;
        lasting = tables.lasting();
        sessions = tables.table(LedgerFormats.SESSIONS);
        subscriptions = tables.table(LedgerFormats.SUBSCRIPTIONS);
        queue = tables.table(LedgerFormats.QUEUE);
        queues = tables.table(LedgerFormats.QUEUES);
        messages = tables.table(LedgerFormats.MESSAGES);
        references = tables.table(LedgerFormats.REFERENCES);
        inbound = tables.table(LedgerFormats.INBOUND);
        retained = tables.table(LedgerFormats.RETAINED);
        timers = tables.table(LedgerFormats.TIMERS);
        wills = tables.table(LedgerFormats.WILLS);
        counters = tables.table(LedgerFormats.COUNTERS);
        knownSessions = tables.committed(LedgerFormats.SESSIONS);
        knownSubscriptions = tables.committed(LedgerFormats.SUBSCRIPTIONS);
        knownRetained = tables.committed(LedgerFormats.RETAINED);
    }

    // What was kept before.

    /**
     * Takes up what the tables hold from before the start. To be called once, before the first command, which is to be
     * {@link Restarted}.
     *
     * @param told hears what there is
     */
    public void load(Changes told) {
        lastSession = counter(LAST_SESSION);
        lastEpoch = counter(LAST_EPOCH);
        lastMessage = counter(LAST_MESSAGE);
        lastWill = counter(LAST_WILL);
        time = counter(TIME);
        clock = time;
        for (Map.Entry<String, SessionRecord> row : sessions.all()) {
            Derived own = new Derived(row.getValue());
            own.flightKnown = !row.getValue().durable();
            derived.put(row.getValue().session(), own);
            if (row.getValue().durable()) {
                told.restored(row.getValue());
            }
        }
        for (Map.Entry<Long, QueueState> row : queues.all()) {
            Derived own = derived.get(row.getKey());
            if (own != null) {
                own.restore(row.getValue());
                countAll(own.messages, own.bytes);
                told.queueShrunk(row.getKey(), own.messages, own.bytes, own.waiting);
            }
        }
        loadSubscriptions(told);
        for (Map.Entry<InboundKey, Boolean> row : inbound.all()) {
            told.receiptRestored(row.getKey().session(), row.getKey().packetId());
        }
        for (Map.Entry<String, Message> row : retained.all()) {
            retainedCount++;
            told.retained(row.getKey(), row.getValue());
        }
        Iterator<Map.Entry<TimerKey, Boolean>> first = timers.all().iterator();
        if (first.hasNext()) {
            reminder = first.next().getKey().dueAt();
            told.timerDue(reminder);
        }
    }

    private long counter(String name) {
        Long value = counters.get(name);
        return value == null ? 0 : value;
    }

    private void loadSubscriptions(Changes told) {
        List<StoredSubscription> ofOne = new ArrayList<>();
        long present = 0;
        for (Map.Entry<SubscriptionKey, StoredSubscription> row : subscriptions.all()) {
            if (row.getKey().session() != present) {
                restoreSubscriptions(told, present, ofOne);
                ofOne = new ArrayList<>();
                present = row.getKey().session();
            }
            ofOne.add(row.getValue());
        }
        restoreSubscriptions(told, present, ofOne);
    }

    private void restoreSubscriptions(Changes told, long session, List<StoredSubscription> all) {
        Derived own = derived.get(session);
        if (own != null && !all.isEmpty()) {
            own.subscriptions = all.size();
            told.subscribed(session, all, all.size());
        }
    }

    /** All connections there were are gone with the process: as if each had been lost now. */
    private Outcome restarted(Restarted restarted) {
        pass(restarted.time());
        for (Map.Entry<Long, Message> row : wills.all()) { // Those that were under way when it ended.
            changes.willDue(row.getKey(), row.getValue());
        }
        for (Map.Entry<String, SessionRecord> row : sessions.all()) {
            SessionRecord record = row.getValue();
            if (record.owned()) {
                detach(record, true, record.expirySeconds());
            }
        }
        return Outcome.APPLIED;
    }

    /** Writes what is derived and must be kept; to be called before the tables are committed. */
    public void settle() {
        for (Derived own : unsettled) {
            own.unsettled = false;
            if (derived.get(own.record.session()) == own) {
                queues.put(own.record.session(), own.state());
            }
        }
        unsettled.clear();
        settle(LAST_SESSION, lastSession);
        settle(LAST_EPOCH, lastEpoch);
        settle(LAST_MESSAGE, lastMessage);
        settle(LAST_WILL, lastWill);
        settle(TIME, time);
    }

    private void settle(String counter, long value) {
        if (value != settled.getOrDefault(counter, 0L)) {
            counters.put(counter, value);
            settled.put(counter, value);
        }
    }

    private void unsettled(Derived own) {
        if (lasting && !own.unsettled) {
            own.unsettled = true;
            unsettled.add(own);
        }
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
        } else if (command instanceof Advance advance) {
            return advance(advance);
        } else if (command instanceof WillSettled settledWill) {
            wills.remove(settledWill.will());
            return Outcome.APPLIED;
        } else if (command instanceof Restarted restarted) {
            return restarted(restarted);
        } else {
            return fire((Fire) command);
        }
    }

    // What is looked up.

    /** Messages in the queues of all durable sessions. Callable from any thread. */
    public long queuedMessages() {
        return queuedMessages.getAcquire();
    }

    /** Bytes in the queues of all durable sessions. Callable from any thread. */
    public long queuedBytes() {
        return queuedBytes.getAcquire();
    }

    /** The session of a client id; null if it has none. Callable from any thread. */
    public @Nullable SessionRecord session(String clientId) {
        return knownSessions.get(clientId);
    }

    /** The sessions of the client ids that do not come before {@code from}, in their order. Callable from any thread. */
    public Iterable<SessionRecord> sessionsFrom(String from) {
        return values(knownSessions.from(from));
    }

    /** The subscriptions of a durable session whose filters come after {@code filter}, in their order. Callable from any thread. */
    public Iterable<StoredSubscription> subscriptionsAfter(long session, String filter) {
        String next = filter.isEmpty() ? "" : filter + '\0'; // No string is between the two.
        return values(
                knownSubscriptions.range(new SubscriptionKey(session, next), new SubscriptionKey(session + 1, "")));
    }

    /** The retained messages of the topics that do not come before {@code from}, in their order. Callable from any thread. */
    public Iterable<Message> retainedFrom(String from) {
        return values(knownRetained.from(from));
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
        Derived own = derived.computeIfAbsent(record.session(), ignored -> new Derived(record));
        own.record = record;
        changes.claimed(record);
        long waited = own.waiting;
        resumeFlight(own);
        advance(own);
        if (own.waiting < waited) {
            changes.queueShrunk(record.session(), own.messages, own.bytes, own.waiting);
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
            publishWill(will); // [MQTT-3.1.2-8]
        }
    }

    /** It is kept until it has been published. */
    private void publishWill(Testament will) {
        Message message = will.publishedAt(time);
        long number = ++lastWill;
        if (lasting) {
            wills.put(number, message);
        }
        changes.willDue(number, message);
    }

    private Outcome detach(Detach detach) {
        pass(detach.time());
        Derived own = owned(detach.session(), detach.epoch());
        if (own == null) {
            return Outcome.STALE;
        }
        SessionRecord record = own.record;
        detach(
                record,
                detach.sendWill(),
                detach.expirySeconds() == null ? record.expirySeconds() : detach.expirySeconds());
        return Outcome.APPLIED;
    }

    private void detach(SessionRecord record, boolean sendWill, long expiry) {
        boolean ends = !record.durable() || expiry == 0;
        Testament will = sendWill ? record.will() : null;
        if (will != null && (ends || will.delaySeconds() == 0)) {
            // [MQTT-3.1.2-10]
            publishWill(will); // [MQTT-3.1.2-8], [MQTT3-3.1.2-8], [MQTT3-3.1.2-10]
            will = null;
        }
        if (ends) {
            end(record, SessionEnd.DISCONNECTED);
            return;
        }
        SessionRecord waiting = record.waiting(
                expiry,
                expiry == SessionRecord.FOREVER ? SessionRecord.NEVER : time + expiry * 1000,
                will,
                will == null ? SessionRecord.NEVER : time + will.delaySeconds() * 1000);
        replace(waiting);
        remindAt(waiting.expiresAt(), TimerKind.SESSION, waiting.clientId());
        remindAt(waiting.willDueAt(), TimerKind.SESSION, waiting.clientId());
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
            publishWill(will);
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
            publishWill(will); // [MQTT-3.1.3-9]
        }
        end(record, SessionEnd.DELETED);
        return Ended.ENDED;
    }

    /** Removes a session with all its rows. */
    private void end(SessionRecord record, SessionEnd why) {
        long session = record.session();
        sessions.remove(record.clientId());
        Derived own = derived.remove(session);
        if (record.durable()) {
            SubscriptionKey first = new SubscriptionKey(session, "");
            SubscriptionKey behind = new SubscriptionKey(session + 1, "");
            List<String> filters = new ArrayList<>();
            for (Map.Entry<SubscriptionKey, StoredSubscription> row : subscriptions.range(first, behind)) {
                filters.add(row.getKey().filter());
            }
            subscriptions.removeRange(first, behind);
            changes.unsubscribed(session, filters);
            if (own != null) {
                endQueue(own);
            }
            inbound.removeRange(new InboundKey(session, 0), new InboundKey(session + 1, 0));
        }
        changes.ended(record, why);
    }

    private void endQueue(Derived own) {
        long session = own.record.session();
        if (own.next > 0) {
            for (Map.Entry<QueueKey, QueuedRow> row : rowsFrom(session, own.head)) {
                leave(own.record, row.getKey().sequence(), row.getValue());
            }
            queue.removeRange(new QueueKey(session, 0), new QueueKey(session + 1, 0));
            queues.remove(session);
            countAll(-own.messages, -own.bytes);
        }
    }

    /** What becomes of a message whose session ends. */
    private void leave(SessionRecord record, long sequence, QueuedRow row) {
        if (row.state() == State.OPEN) { // Else the client has it; only PUBREL is owed, if anything.
            Message message = messageOf(row);
            if (message == null) {
                log.error("A message for {} is not in the store any more.", record.clientId());
            } else if (row.share().isEmpty()) {
                changes.dropped(DropReason.SESSION_ENDED, message, record.clientId());
            } else {
                changes.leftBehind(record.session(), sequence, queued(row, message));
            }
        }
        release(row.shared());
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
            SubscriptionKey key = new SubscriptionKey(command.session(), filter);
            boolean existed = subscriptions.get(key) != null;
            effects.add(existed ? Effect.ENDED : Effect.NOT_THERE);
            if (existed) {
                subscriptions.remove(key);
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
        if (publish.will() != Publish.NO_WILL) {
            wills.remove(publish.will());
        }
        long shared = share(message, publish.targets().size());
        for (Target target : publish.targets()) {
            enqueue(
                    target.session(),
                    new QueuedMessage(
                            message, target.qos(), target.retain(), target.subscriptionIdentifiers(), target.share()),
                    shared,
                    publish.held());
        }
        return Outcome.APPLIED;
    }

    /** Keeps a message once for several rows, if that pays; answers its number. */
    private long share(Message message, int rows) {
        if (!lasting || rows < 2 || message.bytes() <= LARGEST_OWN) {
            return QueuedRow.OWN;
        }
        long number = ++lastMessage;
        messages.put(number, message);
        references.put(number, rows);
        recent.add(number, message);
        return number;
    }

    /** One row less has this message. */
    private void release(long shared) {
        if (shared == QueuedRow.OWN) {
            return;
        }
        Integer rows = references.get(shared);
        if (rows == null || rows <= 1) {
            messages.remove(shared);
            references.remove(shared);
            recent.remove(shared);
        } else {
            references.put(shared, rows - 1);
        }
    }

    /** The message of a row that is not done with; null if the store has lost it. */
    private @Nullable Message messageOf(QueuedRow row) {
        if (row.shared() == QueuedRow.OWN) {
            return row.message();
        }
        Message message = recent.get(row.shared());
        if (message == null) {
            message = messages.get(row.shared());
            if (message != null) {
                recent.add(row.shared(), message);
            }
        }
        return message;
    }

    private static QueuedMessage queued(QueuedRow row, Message message) {
        return new QueuedMessage(message, row.qos(), row.retain(), row.subscriptionIdentifiers(), row.share());
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
            enqueue(deliver.session(), message, QueuedRow.OWN, deliver.held());
        }
        return Outcome.APPLIED;
    }

    // Queues. A message waits until it comes within the window of its receiver's connection. Then it is numbered, which
    // gives it its packet id, and may be sent without a word to the ledger; so it is one of those that still wait that
    // gives way in a full queue, and packet ids have no gaps, whatever gave way before.

    private void enqueue(long session, QueuedMessage message, long shared, Held held) {
        Derived own = derived.get(session);
        int bytes = message.message().bytes();
        if (own == null) {
            release(shared);
            if (message.share().isEmpty()) {
                changes.dropped(DropReason.SESSION_ENDED, message.message(), "");
            } else {
                changes.leftBehind(session, Long.MAX_VALUE, message);
            }
            return;
        }
        DropReason full = makeRoom(own, bytes, held);
        if (full != null) {
            release(shared);
            changes.dropped(full, message.message(), own.record.clientId());
            return;
        }
        long sequence = own.next++;
        queue.put(new QueueKey(session, sequence), row(message, shared));
        own.count(1, bytes);
        countAll(1, bytes);
        unsettled(own);
        if (own.waiting == 0 && own.windowTakes(message.qos())) {
            own.boundary = own.next;
            own.flight.add(new Place(sequence, message.qos(), bytes, shared));
            changes.sendable(session, new QueueRow(sequence, own.numberFor(message.qos()), message, false, false));
        } else {
            own.waits(1, bytes);
        }
        changes.queueGrown(session, own.messages, own.bytes, own.waiting);
    }

    private static QueuedRow row(QueuedMessage message, long shared) {
        return new QueuedRow(
                State.OPEN,
                message.qos(),
                message.retain(),
                message.subscriptionIdentifiers(),
                message.share(),
                shared == QueuedRow.OWN ? message.message() : null,
                shared);
    }

    /** Lets the oldest give way if that is the policy and is of use; answers what still stands in the way, or null. */
    private @Nullable DropReason makeRoom(Derived own, int size, Held held) {
        DropReason full = full(own, size, held, 0, 0);
        if (full == null
                || own.record.bounds().whenFull() == FullQueuePolicy.DROP_NEWEST
                || full(own, size, held, own.waiting, own.waitingBytes) != null) {
            return full;
        }
        while (full != null) {
            giveWay(own, full);
            full = full(own, size, held, 0, 0);
        }
        advance(own);
        return null;
    }

    /** What stands in the way of one more message when so many of the queue have left it. */
    private @Nullable DropReason full(Derived own, int size, Held held, long leftMessages, long leftBytes) {
        QueueBounds bounds = own.record.bounds();
        DropReason full = bounds.full(own.messages - leftMessages, own.bytes - leftBytes, size);
        return full != null
                ? full
                : bounds.allFull(
                        queuedMessages.getPlain() + held.messages() - leftMessages,
                        queuedBytes.getPlain() + held.bytes() - leftBytes,
                        size);
    }

    /** The oldest that waits is dropped. */
    private void giveWay(Derived own, DropReason reason) {
        Map.Entry<QueueKey, QueuedRow> oldest =
                rowsFrom(own.record.session(), own.boundary).iterator().next();
        own.boundary = oldest.getKey().sequence() + 1;
        leaveUnsent(own, oldest, reason);
    }

    private void leaveUnsent(Derived own, Map.Entry<QueueKey, QueuedRow> row, DropReason reason) {
        Message message = messageOf(row.getValue());
        int bytes = message == null ? 0 : message.bytes();
        queue.remove(row.getKey());
        release(row.getValue().shared());
        own.waits(-1, -bytes);
        own.count(-1, -bytes);
        countAll(-1, -bytes);
        unsettled(own);
        if (message != null) {
            changes.dropped(reason, message, own.record.clientId());
        } else {
            log.error("A message for {} is not in the store any more.", own.record.clientId());
        }
    }

    private Outcome advance(Advance advance) {
        Derived own = owned(advance.session(), advance.epoch());
        if (own == null) {
            return Outcome.STALE;
        }
        advance(own);
        changes.queueShrunk(advance.session(), own.messages, own.bytes, own.waiting);
        return Outcome.APPLIED;
    }

    /** Lets what comes within the window of the owning connection be sent, in its order. */
    private void advance(Derived own) {
        if (own.waiting == 0 || !own.record.owned() || !own.flightKnown) {
            return;
        }
        unsettled(own);
        long session = own.record.session();
        int portion = 0;
        for (Map.Entry<QueueKey, QueuedRow> entry : rowsFrom(session, own.boundary)) {
            QueuedRow row = entry.getValue();
            Message message = messageOf(row);
            long sequence = entry.getKey().sequence();
            if (message == null || message.expired(clock)) { // [MQTT-3.3.2-5]
                leaveUnsent(own, entry, DropReason.EXPIRED);
            } else if (!own.windowTakes(row.qos())) {
                return;
            } else if (portion++ == LARGEST_PORTION) {
                changes.moreToSend(session);
                return;
            } else {
                own.waits(-1, -message.bytes());
                own.flight.add(new Place(sequence, row.qos(), message.bytes(), row.shared()));
                changes.sendable(
                        session, new QueueRow(sequence, own.numberFor(row.qos()), queued(row, message), false, false));
            }
            own.boundary = sequence + 1;
        }
    }

    /** After a start: what the client may have been sent before is sent again, first of all. */
    private void resumeFlight(Derived own) {
        if (own.flightKnown) {
            return;
        }
        own.flightKnown = true;
        long session = own.record.session();
        for (Map.Entry<QueueKey, QueuedRow> entry :
                queue.range(new QueueKey(session, own.head), new QueueKey(session, own.boundary))) {
            QueuedRow row = entry.getValue();
            Message message = row.state() == State.DONE ? null : messageOf(row);
            long sequence = entry.getKey().sequence();
            Place place = new Place(sequence, row.qos(), message == null ? 0 : message.bytes(), row.shared());
            place.done = message == null;
            own.flight.add(place);
            long number = own.numberFor(row.qos());
            if (message == null) {
                own.uncount(row.qos());
            } else {
                boolean received = row.state() == State.RECEIVED;
                changes.sendable(session, new QueueRow(sequence, number, queued(row, message), received, true));
            }
        }
        removeDone(own);
    }

    private Iterable<Map.Entry<QueueKey, QueuedRow>> rowsFrom(long session, long from) {
        return queue.range(new QueueKey(session, from), new QueueKey(session + 1, 0));
    }

    private void countAll(long more, long moreBytes) {
        queuedMessages.setRelease(queuedMessages.getPlain() + more);
        queuedBytes.setRelease(queuedBytes.getPlain() + moreBytes);
    }

    private Outcome acknowledge(Acknowledge acknowledge) {
        Derived own = owned(acknowledge.session(), acknowledge.epoch());
        if (own == null) {
            return Outcome.STALE;
        }
        for (long sequence : acknowledge.sequences()) {
            Place place = own.flight.at(sequence);
            if (place != null && !place.done) {
                done(own, place);
            }
        }
        removeDone(own);
        unsettled(own);
        advance(own);
        changes.queueShrunk(acknowledge.session(), own.messages, own.bytes, own.waiting);
        return Outcome.APPLIED;
    }

    /** The row of one that is not the first stays without its message: the packet ids of those after it are counted from the first. */
    private void done(Derived own, Place place) {
        place.done = true;
        own.uncount(place.qos);
        own.count(-1, -place.bytes);
        countAll(-1, -place.bytes);
        release(place.shared);
        QueueKey key = new QueueKey(own.record.session(), place.sequence);
        if (lasting && place.numbered() && place != own.flight.first()) {
            queue.put(key, new QueuedRow(State.DONE, place.qos, false, List.of(), "", null, QueuedRow.OWN));
        } else {
            queue.remove(key);
        }
    }

    private void removeDone(Derived own) {
        Place first = own.flight.first();
        while (first != null && first.done) {
            if (lasting) {
                queue.remove(new QueueKey(own.record.session(), first.sequence));
            }
            own.firstNumber += first.numbered() ? 1 : 0;
            own.flight.removeFirst();
            first = own.flight.first();
        }
        own.head = first == null ? own.boundary : first.sequence;
    }

    private Outcome received(Received received) {
        if (owned(received.session(), received.epoch()) == null) {
            return Outcome.STALE;
        }
        QueueKey key = new QueueKey(received.session(), received.sequence());
        QueuedRow row = queue.get(key);
        if (row != null) {
            queue.put(key, row.received());
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

    /** A session if that epoch still owns it. */
    private @Nullable Derived owned(long session, long epoch) {
        Derived own = derived.get(session);
        return own != null && own.record.epoch() == epoch && own.record.owned() ? own : null;
    }

    /** Whether subscriptions may change: the owner wants it, or the broker itself, and they are rows of the ledger. */
    private boolean maySubscribe(Derived own, long epoch) {
        SessionRecord record = own.record;
        return epoch == Command.BROKER ? record.durable() : owned(record.session(), epoch) != null;
    }

    /** The ledger's time never goes back, whatever clocks do. */
    private void pass(long now) {
        clock = now;
        time = Math.max(time, now);
    }

    /** What is known of a session beside its row. */
    private static final class Derived {

        /** Messages of QoS 0 that may be sent at once; they hold no place in the window. */
        private static final int MOST_AT_ONCE = 512;

        /** Numbers in use together, so that no two have the same packet id. */
        private static final long MOST_NUMBERS = 65_535;

        private SessionRecord record;
        private int subscriptions;

        /** Place of the next message to come. */
        private long next;

        // In the queue.
        private long messages;
        private long bytes;

        /** Place of the first row. */
        private long head;

        /** Place from which on messages wait. */
        private long boundary;

        // From there on.
        private long waiting;
        private long waitingBytes;

        /** Before it. */
        private final Flight flight = new Flight();

        /** Whether the flight is what the rows say; it is not after a start. */
        private boolean flightKnown = true;

        private int inWindow;
        private int atMostOnce;

        private long firstNumber;
        private long nextNumber;

        /** It is to be written. */
        private boolean unsettled;

        Derived(SessionRecord record) {
            this.record = record;
        }

        QueueState state() {
            return new QueueState(next, head, boundary, firstNumber, messages, bytes, waiting, waitingBytes);
        }

        void restore(QueueState state) {
            next = state.next();
            head = state.head();
            boundary = state.boundary();
            firstNumber = state.firstNumber();
            nextNumber = firstNumber;
            messages = state.messages();
            bytes = state.bytes();
            waiting = state.waiting();
            waitingBytes = state.waitingBytes();
        }

        void count(long more, long moreBytes) {
            messages += more;
            bytes += moreBytes;
        }

        void waits(long more, long moreBytes) {
            waiting += more;
            waitingBytes += moreBytes;
        }

        /** Whether a message may be sent when all before it may be. */
        boolean windowTakes(Qos qos) {
            if (!record.owned() || !flightKnown) {
                return false;
            }
            return qos == Qos.AT_MOST_ONCE
                    ? atMostOnce < MOST_AT_ONCE
                    : inWindow < record.window() && nextNumber - firstNumber < MOST_NUMBERS;
        }

        /** The number of a message that may be sent from now on. */
        long numberFor(Qos qos) {
            if (qos == Qos.AT_MOST_ONCE) {
                atMostOnce++;
                return 0;
            }
            inWindow++;
            return nextNumber++;
        }

        /** A message that might be sent is done with. */
        void uncount(Qos qos) {
            if (qos == Qos.AT_MOST_ONCE) {
                atMostOnce--;
            } else {
                inWindow--;
            }
        }
    }
}
