package io.aldis.broker.session;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.Attributes;
import io.aldis.broker.hook.OnSessionTerminated.Reason;
import io.aldis.broker.hook.OnSessionTerminated.Terminated;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.session.Backlog.Outgoing;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.store.Command;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Detach;
import io.aldis.broker.store.Command.Effect;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Release;
import io.aldis.broker.store.Command.Subscribe;
import io.aldis.broker.store.Command.Unsubscribe;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.QueueRow;
import io.aldis.broker.store.QueuedMessage;
import io.aldis.broker.store.SessionEnd;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's state across its connections (MQTT 5.0 §4.1) [MQTT3-4.1.0-1].
 *
 * <p>Confined to its loop for life; methods without that assertion say who may call them. A <em>durable</em> session may outlive
 * its connection and keeps its state in the ledger; the others end with their connection and live in this object alone.
 */
public final class Session {

    // Live as long as the session.
    private final String clientId;
    private final long number;
    private final boolean durable;
    private final Loop loop;
    private final Surroundings surroundings;
    private final @Nullable TransientBacklog transientBacklog;
    private final @Nullable DurableBacklog durableBacklog;
    private final Pressure pressure;
    private final Outbox outbox;
    private final Inbox inbox = new Inbox();

    /** A transient session's subscriptions by filter; a durable one's are rows of the ledger. Any thread may read it. */
    private final ConcurrentNavigableMap<String, StoredSubscription> subscriptions = new ConcurrentSkipListMap<>();

    private final AtomicInteger subscriptionCount = new AtomicInteger();
    private final AtomicBoolean wakeQueued = new AtomicBoolean();
    private final long createdAt;
    private boolean ended;

    /** Hooks have heard of it, which they do when its client is connected to it for the first time. */
    private boolean introduced;

    private volatile Attributes attributes = new Attributes();

    /** Messages for a client that is away, or gone, or too slow for QoS 0. */
    private long dropped;

    // Written by the thread that applies commands.
    private volatile long queuedBytes;
    private volatile long droppedInLedger;

    /** Messages of shared subscriptions that it had in the ledger when it ended there. Handed over by {@link #endAsync}. */
    private final List<LeftBehind> leftBehind = new ArrayList<>();

    /** The session of the same client id that ended for this one to begin, until it has left its loop. */
    private volatile @Nullable Session predecessor;

    /** The latest claim of the client id, attached or about to be. Written by the thread that applies commands. */
    private volatile long claimedEpoch;

    // Wall-clock milliseconds since 1970, 0 for never.
    private volatile long connectedAt;
    private volatile long disconnectedAt;

    // Live as long as one connection.
    private @Nullable ClientLink link;
    private long attachedEpoch;
    private Durability durability = Durability.SYNCED;
    private volatile boolean connected;

    /** The link did not take what came last. */
    private volatile boolean behind;

    /** A session of {@code clientId} on {@code loop}. */
    Session(String clientId, long number, boolean durable, Loop loop, QueueBounds bounds, Surroundings surroundings) {
        this.clientId = clientId;
        this.number = number;
        this.durable = durable;
        this.loop = loop;
        this.surroundings = surroundings;
        createdAt = loop.currentTimeMillis();
        pressure = new Pressure(bounds.messages(), loop::nanoTime);
        if (durable) {
            transientBacklog = null;
            durableBacklog = new DurableBacklog(surroundings, this, loop, bounds);
            outbox = new Outbox(clientId, durableBacklog, surroundings.drops(), loop);
        } else {
            transientBacklog = new TransientBacklog(
                    clientId, surroundings.totals().shareOf(loop), bounds, surroundings.drops(), pressure);
            durableBacklog = null;
            outbox = new Outbox(clientId, transientBacklog, surroundings.drops(), loop);
        }
    }

    /** Whose session it is. Callable from any thread. */
    public String clientId() {
        return clientId;
    }

    /** Its number, never used twice. Callable from any thread. */
    public long number() {
        return number;
    }

    /** Whether it may outlive its connection. Callable from any thread. */
    public boolean durable() {
        return durable;
    }

    /** Whether messages of that QoS reach it through its queue in the ledger. Callable from any thread. */
    public boolean queues(Qos qos) {
        return durable && (qos != Qos.AT_MOST_ONCE || surroundings.keepsQos0());
    }

    /** The loop it is confined to. Callable from any thread. */
    public Loop loop() {
        return loop;
    }

    /** Whether its client is connected, give or take a moment. Callable from any thread. */
    public boolean connected() {
        return connected;
    }

    /**
     * Whether its queue fills faster than its client takes it, and publishers should let it catch up. Lasts a moment at most.
     * Callable from any thread.
     */
    public boolean pressed() {
        return connected && pressure.pressed();
    }

    /** Whether its client is connected and takes what comes for it, give or take a moment. Callable from any thread. */
    public boolean keepsUp() {
        return connected && !behind && !pressure.filling();
    }

    /** How many messages of QoS 1 and 2 its client has not acknowledged, give or take a moment. Callable from any thread. */
    public long unacknowledged() {
        return pressure.held();
    }

    /** How many subscriptions it has, give or take a moment. Callable from any thread. */
    public int subscriptionCount() {
        return subscriptionCount.get();
    }

    /** What hooks remember of it. Callable from any thread. */
    public Attributes attributes() {
        return attributes;
    }

    /** Forgets what classes of this loader remember of it. Callable from any thread. */
    public void forget(ClassLoader loader) {
        attributes.forget(loader);
    }

    /** When it began here, in milliseconds since 1970. Callable from any thread. */
    public long createdAt() {
        return createdAt;
    }

    /** When its client connected last, in milliseconds since 1970, 0 for never. Callable from any thread. */
    public long connectedAt() {
        return connectedAt;
    }

    /** When its client went last, in milliseconds since 1970, 0 for never. Callable from any thread. */
    public long disconnectedAt() {
        return disconnectedAt;
    }

    /** What it holds and has seen. */
    public SessionFigures figures() {
        assert loop.inEventLoop();
        TransientBacklog own = transientBacklog;
        return new SessionFigures(
                outbox.inFlight(),
                outbox.window(),
                own == null ? Math.max(0, pressure.held() - outbox.inFlight()) : own.waiting(),
                own == null ? Math.max(0, queuedBytes - outbox.bytesInFlight()) : own.waitingBytes(),
                inbox.unreleased(),
                outbox.delivered(),
                outbox.dropped() + (own == null ? 0 : own.dropped()) + dropped + droppedInLedger);
    }

    /** A message for it did not get into its queue, or left it unsent. Called by the thread that applies commands. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time applies commands.
    void droppedInLedger() {
        droppedInLedger++;
    }

    /** QoS 2 packet ids its client has in use. */
    public Inbox inbox() {
        assert loop.inEventLoop();
        return inbox;
    }

    /** What a change of it must outlive before it is answered. */
    Durability durability() {
        return durability;
    }

    /** The epoch of its present connection, which its commands carry. */
    public long attachedEpoch() {
        return attachedEpoch;
    }

    // Connections come and go.

    /** A claim has been applied. Called by the thread that applies commands, in their order. */
    void claimed(long epoch) {
        claimedEpoch = epoch;
    }

    /** This session begins because that one ended. Called by the thread that applies commands, before the claim is answered. */
    void follows(Session former) {
        predecessor = former;
    }

    /**
     * Runs {@code task} on this session's loop, after everything the ledger gave to that loop before, and after all sessions
     * that ended one for another and last for this one have left the subscribers. Callable from any thread.
     */
    public void executeAsync(Runnable task) {
        Session former = predecessor;
        if (former == null) {
            loop.execute(task);
        } else {
            former.loop.execute(() -> {
                predecessor = former.predecessor;
                executeAsync(task);
            });
        }
    }

    /**
     * The client is here on a new connection. The former connection, if any, is closed; {@code greet} runs before anything else
     * is sent.
     *
     * @param epoch that the claim was answered with
     * @param window the most QoS 1 and 2 messages in flight
     * @param retryInterval after how long without an answer a message is sent again; zero for never
     * @param answers what changes must outlive before they are answered
     * @return false if the session has ended or another connection has claimed it since
     */
    public boolean attach(
            ClientLink newLink, long epoch, int window, Duration retryInterval, Durability answers, Runnable greet) {
        assert loop.inEventLoop();
        if (ended || epoch != claimedEpoch) {
            return false;
        }
        ClientLink former = link;
        durability = answers;
        attachedEpoch = epoch; // First of all: what the client answered on its former connection still counts.
        outbox.detach();
        link = newLink;
        behind = false;
        connectedAt = loop.currentTimeMillis();
        if (!connected) {
            connected = true;
            surroundings.metrics().clientCame();
        }
        if (former != null) {
            former.close(ReasonCode.SESSION_TAKEN_OVER); // [MQTT-3.1.4-3], [MQTT3-3.1.4-2]
        }
        inbox.attach();
        greet.run();
        outbox.attach(newLink, window, retryInterval);
        return true;
    }

    /**
     * A connection is gone.
     *
     * @param sendWill whether the will is due [MQTT-3.1.2-8], [MQTT3-3.1.2-8]
     * @param expirySeconds a new session expiry interval, null to keep the old
     * @param then runs on this loop when the ledger knows
     */
    public void detach(ClientLink gone, boolean sendWill, @Nullable Long expirySeconds, Runnable then) {
        assert loop.inEventLoop();
        if (link != gone) {
            then.run();
            return; // Taken over: the claim has dealt with it.
        }
        disconnected();
        surroundings
                .log()
                .propose(
                        new Detach(number, attachedEpoch, sendWill, expirySeconds, loop.currentTimeMillis()),
                        Durability.WRITTEN,
                        loop,
                        outcome -> then.run());
    }

    /**
     * Ends the present connection, if there is one.
     *
     * @param words for the client, "" for none
     * @param then hears on this loop whether there was one, when there is none for good
     */
    public void disconnect(ReasonCode reason, String words, boolean sendWill, Consumer<Boolean> then) {
        assert loop.inEventLoop();
        ClientLink present = link;
        if (present == null) {
            then.accept(false);
        } else {
            present.end(reason, words, sendWill, () -> then.accept(true));
        }
    }

    private void disconnected() {
        link = null;
        if (connected) {
            disconnectedAt = loop.currentTimeMillis();
            connected = false;
            surroundings.metrics().clientLeft();
        }
        outbox.detach();
    }

    private record LeftBehind(long sequence, QueuedMessage message) {}

    /** This was in its queue, and the ledger is about to end it. Called by the thread that applies commands. */
    void leftBehind(long sequence, QueuedMessage message) {
        leftBehind.add(new LeftBehind(sequence, message));
    }

    /** The ledger has ended this session. Called by the thread that applies commands. */
    void endAsync(SessionEnd why) {
        loop.execute(() -> {
            end(why);
            tellEnded(why);
        });
    }

    /** Hooks are about to hear that its client is connected to it; answers whether they hear of it for the first time. */
    public boolean introduce() {
        assert loop.inEventLoop();
        boolean first = !introduced;
        introduced = true;
        return first;
    }

    private void tellEnded(SessionEnd why) {
        Hooks hooks = surroundings.hooks();
        if (introduced && hooks.onSessionTerminated.any()) {
            Reason reason = switch (why) {
                case DISCONNECTED -> Reason.DISCONNECTED;
                case EXPIRED -> Reason.EXPIRED;
                case REPLACED -> Reason.REPLACED;
                case DELETED -> Reason.DELETED;
            };
            hooks.onSessionTerminated.tell(new Terminated(hooks.broker(), clientId, reason, attributes()), clientId);
        }
        attributes = new Attributes(); // It may stay for a while, but what hooks remembered of it does not.
    }

    /** The session is over: it leaves the subscribers, and its connection is closed if there still is one. */
    private void end(SessionEnd why) {
        assert loop.inEventLoop();
        ended = true;
        ClientLink last = link;
        disconnected();
        if (last != null) {
            last.close(why == SessionEnd.DELETED ? ReasonCode.ADMINISTRATIVE_ACTION : ReasonCode.SESSION_TAKEN_OVER);
        }
        surroundings.subscribers().remove(this, subscriptions.keySet());
        subscriptionsGrewBy(-subscriptions.size());
        subscriptions.clear();
        Map<Long, Outgoing> left = new HashMap<>();
        for (Outgoing outgoing : outbox.abandon()) {
            left.put(outgoing.sequence, outgoing);
            if (!durable) {
                giveBack(outgoing.delivery.message(), outgoing.delivery.share(), outgoing);
            }
        }
        for (LeftBehind row : leftBehind) {
            giveBack(row.message.message(), row.message.share(), left.get(row.sequence));
        }
        leftBehind.clear();
    }

    /**
     * What this session did not get done. What came by a shared subscription goes to another member, unless the client may have it
     * and it is of QoS 2 [MQTT-4.8.2-5].
     *
     * @param taken how far its delivery had come; null if it was not even begun
     */
    private void giveBack(Message message, String share, @Nullable Outgoing taken) {
        if (taken != null && (taken.answered || taken.released)) {
            return; // [MQTT-4.8.2-6]
        }
        boolean mayBeThere = taken != null && taken.sent && taken.exactlyOnce();
        if (share.isEmpty() || mayBeThere) {
            surroundings.drops().dropped(DropReason.SESSION_ENDED, message, clientId);
        } else {
            surroundings.sink().redispatchAsync(message, share);
        }
    }

    // Messages.

    /** A message for this session that does not go through the ledger: any at QoS 0, all of a transient session. */
    public void deliver(Delivery delivery) {
        assert loop.inEventLoop();
        look();
        if (link == null && !delivery.share().isEmpty() && (ended || delivery.qos() == Qos.AT_MOST_ONCE)) {
            surroundings.sink().redispatchAsync(delivery.message(), delivery.share()); // Gone since it was chosen.
        } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
            deliverAtMostOnce(delivery);
        } else if (transientBacklog != null && !ended) {
            transientBacklog.add(delivery);
            outbox.pump();
        } else {
            drop(DropReason.SESSION_ENDED, delivery);
        }
    }

    private void drop(DropReason reason, Delivery delivery) {
        dropped++;
        surroundings.drops().dropped(reason, delivery.message(), clientId);
    }

    private void deliverAtMostOnce(Delivery delivery) {
        ClientLink to = link;
        if (to == null) {
            drop(ended ? DropReason.SESSION_ENDED : DropReason.NOT_CONNECTED, delivery);
        } else if (!to.writable()) {
            drop(DropReason.SLOW_CONSUMER, delivery);
        } else {
            outbox.sendAtMostOnce(to, delivery);
        }
    }

    /** Messages to be fetched as the client takes them, such as retained ones. */
    public void replay(Replay replay) {
        assert loop.inEventLoop();
        outbox.replay(replay);
    }

    /** A replay that had no message at hand may have one now. */
    public void replayReady() {
        assert loop.inEventLoop();
        outbox.pump();
    }

    /** Replays no more for subscriptions with these filters. */
    public void forgetReplays(Collection<String> filters) {
        assert loop.inEventLoop();
        outbox.forget(filters);
    }

    /** The next message of its queue in the ledger may be sent. Called by the thread that applies commands. */
    void sendable(QueueRow row) {
        if (durableBacklog != null) {
            durableBacklog.sendable(row);
            if (connected) {
                wakeAsync();
            }
        }
    }

    /** The ledger has more to be sent than it could tell of at once. Called by the thread that applies commands. */
    void moreToSend() {
        if (durableBacklog != null) {
            durableBacklog.moreToSend();
        }
    }

    /** It was kept from before the start. Called before the loops begin. */
    void restored() {
        introduced = true;
    }

    /** A QoS 2 packet id that its client has in use was kept from before the start. Called before the loops begin. */
    void receiptRestored(int packetId) {
        inbox.keep(packetId);
    }

    private void queueHolds(long bytes, long waiting) {
        queuedBytes = bytes;
        if (durableBacklog != null) {
            durableBacklog.waits(waiting);
        }
    }

    /** Its queue in the ledger has grown. Called by the thread that applies commands. */
    void queueGrown(long messages, long bytes, long waiting) {
        queueHolds(bytes, waiting);
        if (connected) {
            pressure.grown(messages);
            wakeAsync();
        } else {
            pressure.keeps(messages);
        }
    }

    /** Its queue in the ledger has shrunk. Called by the thread that applies commands. */
    void queueShrunk(long messages, long bytes, long waiting) {
        queueHolds(bytes, waiting);
        pressure.shrunk(messages);
    }

    /** Wakes it on its loop, once for a burst. */
    private void wakeAsync() {
        if (!wakeQueued.getAndSet(true)) {
            loop.execute(this::wake);
        }
    }

    private void wake() {
        assert loop.inEventLoop();
        wakeQueued.set(false);
        look();
        outbox.pump();
    }

    /** Whether the link takes what has come. */
    private void look() {
        ClientLink to = link;
        if (to != null && !behind && !to.writable()) {
            behind = true;
        }
    }

    /** The link takes more again. */
    public void writable() {
        assert loop.inEventLoop();
        behind = false;
        outbox.pump();
    }

    /** PUBACK from the client. */
    public void acknowledged(int packetId, ReasonCode reason) {
        assert loop.inEventLoop();
        outbox.acknowledged(packetId, reason);
    }

    /** PUBREC from the client. */
    public void received(int packetId, ReasonCode reason) {
        assert loop.inEventLoop();
        outbox.received(packetId, reason);
    }

    /** PUBCOMP from the client. */
    public void completed(int packetId) {
        assert loop.inEventLoop();
        outbox.completed(packetId);
    }

    /** PUBREL from the client, for an id that was received; {@code then} runs on this loop when the id is free. */
    public void releaseAsync(int packetId, Runnable then) {
        assert loop.inEventLoop();
        if (!durable) {
            inbox.release(packetId);
            then.run();
            return;
        }
        surroundings.log().propose(new Release(number, attachedEpoch, packetId), durability, loop, outcome -> {
            if (outcome == Outcome.APPLIED) {
                inbox.release(packetId);
                then.run();
            }
        });
    }

    /** Messages sent and not yet settled. */
    public int inFlight() {
        assert loop.inEventLoop();
        return outbox.inFlight();
    }

    /** Whether nothing is under way to or from the client that a moment's patience would finish. */
    public boolean idle() {
        assert loop.inEventLoop();
        return outbox.idle();
    }

    // Subscriptions.

    /**
     * Subscribes; {@code then} runs on this loop when the subscriptions are effective and kept.
     *
     * @param epoch of the connection that wants so, or {@link Command#BROKER}
     * @param maximum most subscriptions it may have; one more is not made, one that replaces another always is
     */
    public void subscribeAsync(long epoch, List<StoredSubscription> wanted, int maximum, Consumer<Changed> then) {
        assert loop.inEventLoop();
        if (durable) {
            surroundings.log().propose(new Subscribe(number, epoch, wanted, maximum), durability, loop, then);
            return;
        }
        if (ended) {
            then.accept(new Changed(Outcome.STALE, List.of()));
            return;
        }
        List<Effect> effects = new ArrayList<>(wanted.size());
        List<StoredSubscription> made = new ArrayList<>(wanted.size());
        for (StoredSubscription subscription : wanted) {
            String filter = subscription.subscription().filter();
            boolean replaces = subscriptions.containsKey(filter);
            if (!replaces && subscriptions.size() >= maximum) {
                effects.add(Effect.ONE_TOO_MANY);
                continue;
            }
            effects.add(replaces ? Effect.REPLACED : Effect.BEGUN);
            subscriptions.put(filter, subscription);
            made.add(subscription);
        }
        surroundings.subscribers().add(this, made);
        subscriptionsGrewBy(subscriptions.size() - subscriptionCount.get());
        then.accept(new Changed(Outcome.APPLIED, effects));
    }

    /**
     * Unsubscribes; {@code then} runs on this loop when no further message will match [MQTT-3.10.4-2].
     *
     * @param epoch of the connection that wants so, or {@link Command#BROKER}
     */
    public void unsubscribeAsync(long epoch, List<String> filters, Consumer<Changed> then) {
        assert loop.inEventLoop();
        if (durable) {
            surroundings.log().propose(new Unsubscribe(number, epoch, filters), durability, loop, then);
            return;
        }
        if (ended) {
            then.accept(new Changed(Outcome.STALE, List.of()));
            return;
        }
        List<Effect> effects = new ArrayList<>(filters.size());
        List<String> gone = new ArrayList<>(filters.size());
        for (String filter : filters) {
            boolean existed = subscriptions.remove(filter) != null; // [MQTT-3.10.4-1], [MQTT3-3.10.4-1]
            effects.add(existed ? Effect.ENDED : Effect.NOT_THERE);
            if (existed) {
                gone.add(filter);
            }
        }
        surroundings.subscribers().remove(this, gone); // [MQTT3-3.10.4-2]
        subscriptionsGrewBy(subscriptions.size() - subscriptionCount.get());
        then.accept(new Changed(Outcome.APPLIED, effects));
    }

    /** Its subscriptions with filters that come after this one, in their order. Callable from any thread. */
    public Iterable<StoredSubscription> subscriptionsAfter(String filter) {
        return durable
                ? surroundings.ledger().subscriptionsAfter(number, filter)
                : subscriptions.tailMap(filter, false).values();
    }

    /** It has subscriptions more or less. Called by the thread that applies commands for those that are rows of the ledger. */
    void subscriptionsGrewBy(int difference) {
        subscriptionCount.addAndGet(difference);
        surroundings.metrics().subscriptions.add(difference);
    }

    @Override
    public String toString() {
        return "Session[" + clientId + ", number " + number + (durable ? ", durable]" : ", transient]");
    }
}
