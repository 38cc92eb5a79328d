package io.aldis.broker.routing;

import io.aldis.broker.chain.Asker;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.hook.OnWillPublish.WillDue;
import io.aldis.broker.hook.OnWillPublished.WillPublished;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.session.Delivery;
import io.aldis.broker.session.Drops;
import io.aldis.broker.session.MessageSink;
import io.aldis.broker.session.QueueTotals;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.RetainedSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Publish;
import io.aldis.broker.store.Command.Receipt;
import io.aldis.broker.store.Command.Target;
import io.aldis.broker.store.Command.WillSettled;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.RetainedBounds;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings a message to all who want it. Called on the publisher's loop, except the methods named …Async.
 *
 * <p>A message takes two ways: straight to the receivers' loops where nothing has to be kept, and through the ledger to the
 * durable sessions, to the retained messages, and for the QoS 2 packet id of a durable publisher.
 */
public final class Router implements MessageSink {

    /** Topics a loop remembers the receivers of. */
    private static final int REMEMBERED_TOPICS = 16_384;

    private final List<Loop> loops;
    private final SubscriptionTree tree;
    private final CommandLog log;
    private final Settings settings;
    private final RetainedSettings retained;
    private final Drops drops;
    private final QueueTotals totals;
    private final Hooks hooks;
    private final Fanout fanout;
    private final List<Map<String, Match>> matches = new ArrayList<>();

    /** Counts each loop's look-ups, so that shared groups do not always begin with the same member. */
    private final int[] lookUps;

    /** Routes between {@code loops} by the subscriptions in {@code tree}. */
    public Router(
            List<Loop> loops,
            SubscriptionTree tree,
            CommandLog log,
            Settings settings,
            Drops drops,
            QueueTotals totals,
            Hooks hooks) {
        this.loops = List.copyOf(loops);
        this.tree = tree;
        this.log = log;
        this.settings = settings;
        retained = settings.retained();
        this.drops = drops;
        this.totals = totals;
        this.hooks = hooks;
        fanout = new Fanout(this.loops);
        lookUps = new int[this.loops.size()];
        for (int i = 0; i < this.loops.size(); i++) {
            matches.add(new HashMap<>());
        }
    }

    /** What became of a message so far. */
    public enum Routed {
        /** Nobody wants it, and nothing of it is kept. */
        NOBODY,
        /** It is on its way, and nothing of it has to be kept. */
        DELIVERED,
        /** Its receivers and the ledger will have it when the listener hears so. */
        PENDING
    }

    /** Hears, on the publisher's loop, that a message is kept. */
    @FunctionalInterface
    public interface Kept {

        /**
         * The ledger has answered.
         *
         * @param wanted whether anybody receives the message
         */
        void kept(Outcome outcome, boolean wanted);
    }

    /**
     * Routes a message that nobody waits for: QoS 0 from a client.
     *
     * @param loop the calling loop
     */
    public void route(Loop loop, Message message) {
        Match match = match(loop, message.topic());
        List<Target> durable = fanOut(loop, match, message);
        RetainedBounds retention = retention(message);
        if (!durable.isEmpty() || retention != null) {
            log.propose(
                    new Publish(message, durable, totals.held(), retention, null),
                    Durability.WRITTEN,
                    loop,
                    outcome -> {});
        }
    }

    /**
     * Routes a message whose publisher waits for an acknowledgement.
     *
     * @param receipt to be remembered together with the message, for QoS 2 of a durable session
     * @param promised what the acknowledgement promises, if the settings say nothing else for the topic
     * @param kept is called only if the answer is {@link Routed#PENDING}
     */
    public Routed route(Loop loop, Message message, @Nullable Receipt receipt, Durability promised, Kept kept) {
        Match match = match(loop, message.topic());
        Durability durability = durability(match, promised);
        if (receipt != null) {
            keepFirst(loop, match, message, receipt, durability, kept);
            return Routed.PENDING;
        }
        List<Target> durable = fanOut(loop, match, message);
        RetainedBounds retention = retention(message);
        if (durable.isEmpty() && retention == null) { // [MQTT3-3.3.1-12]
            return match.isEmpty() ? Routed.NOBODY : Routed.DELIVERED;
        }
        boolean wanted = !match.isEmpty();
        Publish publish = new Publish(message, durable, totals.held(), retention, null);
        if (durability == Durability.MEMORY) {
            log.propose(publish, durability, loop, outcome -> {});
            return wanted ? Routed.DELIVERED : Routed.NOBODY;
        }
        log.propose(publish, durability, loop, outcome -> kept.kept(outcome, wanted));
        return Routed.PENDING;
    }

    /** What the acknowledgement of a message promises that must be kept, if its listener promises {@code promised}. */
    public Durability durability(Loop loop, Message message, Durability promised) {
        return durability(match(loop, message.topic()), promised);
    }

    private static Durability durability(Match match, Durability promised) {
        return match.durability == null ? promised : match.durability;
    }

    /**
     * Exactly once: the packet id is remembered before anybody gets the message, for if another connection has taken the session
     * over, that one will send it again.
     */
    private void keepFirst(Loop loop, Match match, Message message, Receipt receipt, Durability durability, Kept kept) {
        Chosen chosen = choose(loop, match, message);
        Publish publish = new Publish(message, chosen.durable, totals.held(), retention(message), receipt);
        log.propose(publish, durability, loop, outcome -> {
            if (outcome == Outcome.APPLIED) {
                send(loop, match, chosen, message);
            }
            kept.kept(outcome, !match.isEmpty());
        });
    }

    /** Sends a message to those who get it directly; answers the others. */
    private List<Target> fanOut(Loop loop, Match match, Message message) {
        if (match.groups.length == 0 && !match.queues(message.qos())) {
            send(loop, match, Chosen.NONE, message);
            return List.of();
        }
        Chosen chosen = choose(loop, match, message);
        send(loop, match, chosen, message);
        return chosen.durable;
    }

    /** Sorts out who gets a message through the ledger, and which members of shared groups get it directly. */
    private Chosen choose(Loop loop, Match match, Message message) { // [MQTT-4.5.0-1]
        List<Target> durable = new ArrayList<>();
        List<Receiver> members = List.of();
        if (match.queues(message.qos())) {
            for (Receiver receiver : match.durable) {
                Receiver to = receiver.towards(message.publisher());
                if (to != null && to.session().queues(to.qos().min(message.qos()))) {
                    durable.add(target(to, message)); // [MQTT3-3.1.2-5], [MQTT3-4.5.0-1]
                }
            }
        }
        if (match.groups.length > 0) {
            members = new ArrayList<>(match.groups.length);
            for (SharedGroup group : match.groups) {
                Receiver member = group.choose(message, loop);
                if (member == null) {
                    drops.dropped(DropReason.NO_SHARED_MEMBER, message, "");
                } else if (keeps(member, message)) {
                    durable.add(target(member, message));
                } else {
                    members.add(member);
                }
            }
        }
        return new Chosen(durable, members);
    }

    /** Whether a message reaches the receiver through the ledger. */
    private static boolean keeps(Receiver receiver, Message message) {
        return receiver.session().queues(receiver.qos().min(message.qos()));
    }

    private static Target target(Receiver receiver, Message message) {
        return new Target(
                receiver.session().number(),
                receiver.qos().min(message.qos()), // [MQTT-4.8.2-3]
                message.retain() && receiver.retainAsPublished(), // [MQTT3-3.3.1-9]
                receiver.subscriptionIdentifiers(),
                receiver.share());
    }

    private void send(Loop loop, Match match, Chosen chosen, Message message) {
        for (int to = 0; to < match.byLoop.length; to++) {
            Receiver[] receivers = match.byLoop[to];
            if (receivers.length > 0) {
                fanout.deliver(loop, to, receivers, message);
            }
        }
        for (Receiver member : chosen.members) {
            fanout.deliver(loop, member.session().loop().index(), new Receiver[] {member}, message);
        }
    }

    /**
     * Sends a message to one session alone, as if a subscription of its own had matched. Called on the session's loop.
     *
     * @param kept runs there when the session has the message, as far as it keeps such messages
     */
    public void send(Session session, Message message, Runnable kept) {
        Qos qos = message.qos();
        if (session.queues(qos)) {
            Target target = new Target(session.number(), qos, false, List.of(), Delivery.NO_SHARE);
            log.propose(
                    new Publish(message, List.of(target), totals.held(), null, null),
                    durability(message),
                    session.loop(),
                    outcome -> kept.run());
        } else {
            session.deliver(new Delivery(message, qos, false, List.of(), false, Delivery.NO_SHARE));
            kept.run();
        }
    }

    /**
     * Replaces the retained message of a topic and publishes nothing. Called on {@code loop}.
     *
     * @param message with RETAIN set
     * @param kept runs there when it is kept
     */
    public void retain(Loop loop, Message message, Runnable kept) {
        log.propose(
                new Publish(message, List.of(), totals.held(), retention(message), null),
                durability(message),
                loop,
                outcome -> kept.run());
    }

    /** What the answer to somebody promises who is no client. */
    private Durability durability(Message message) {
        Durability ofTopic = Match.durability(settings.durability(), message.topic());
        return ofTopic == null ? settings.durability().acknowledgements() : ofTopic;
    }

    /**
     * What keeps the ledger from keeping a message, for the eyes of its publisher; "" if nothing does, or it need not be kept.
     *
     * @param receipt whether its packet id must be
     */
    public String trouble(Loop loop, Message message, boolean receipt) {
        String trouble = log.trouble();
        if (trouble.isEmpty()) {
            return "";
        }
        Match match = match(loop, message.topic());
        boolean keeps = receipt || match.queues(message.qos()) || match.groups.length > 0 || retention(message) != null;
        return keeps ? trouble : "";
    }

    /** A receiver of this topic that a publisher of QoS 1 or 2 should let catch up, or null. */
    public @Nullable Session pressed(Loop loop, String topic) {
        return match(loop, topic).pressed();
    }

    /** Whether publishers on this loop should pause, because a receiving loop or the log is behind. */
    public boolean congested(Loop loop) {
        return fanout.congested(loop) || log.full();
    }

    /** Runs {@code resume} on {@code loop} when it is no longer {@link #congested}. */
    public void whenClear(Loop loop, Runnable resume) {
        if (log.full()) {
            log.whenRoom(loop, resume);
        } else {
            fanout.whenClear(loop, resume);
        }
    }

    /** Publishes a will: on a loop chosen by its topic, so that order is kept. */
    @Override
    public void publishWillAsync(long number, Message will) {
        Loop loop = loopOf(will.topic());
        loop.execute(() -> {
            if (hooks.onWillPublish.any()) {
                hooks.onWillPublish.decide(
                        new WillDue(hooks.broker(), will),
                        Asker.on(loop),
                        answer -> publishWill(loop, number, will, answer));
            } else {
                publishWill(loop, number, will);
            }
        });
    }

    private void publishWill(Loop loop, long number, Message will, OnWillPublish.Answer answer) {
        if (answer instanceof OnWillPublish.Publish publish) {
            publishWill(loop, number, publish.message().publishedBy(will.publisher()));
        } else {
            drops.dropped(DropReason.REFUSED, will, "");
            log.propose(new WillSettled(number), Durability.WRITTEN, loop, outcome -> {});
        }
    }

    private void publishWill(Loop loop, long number, Message will) {
        List<Target> durable = fanOut(loop, match(loop, will.topic()), will);
        Publish publish = new Publish(will, durable, totals.held(), retention(will), null, number);
        log.propose(publish, Durability.WRITTEN, loop, outcome -> {});
        if (hooks.onWillPublished.any()) {
            hooks.onWillPublished.tell(new WillPublished(hooks.broker(), will), will.publisher());
        }
    }

    /** Publishes what the broker says of itself: on a loop chosen by its topic; the ledger does not retain it. */
    public void publishOwnAsync(Message message) {
        Loop loop = loopOf(message.topic());
        loop.execute(() -> {
            List<Target> durable = fanOut(loop, match(loop, message.topic()), message);
            if (!durable.isEmpty()) {
                log.propose(
                        new Publish(message, durable, totals.held(), null, null),
                        Durability.WRITTEN,
                        loop,
                        outcome -> {});
            }
        });
    }

    /** Where messages are published that come from no connection: one loop for each topic. Callable from any thread. */
    public Loop loopOf(String topic) {
        return loops.get(Math.floorMod(topic.hashCode(), loops.size()));
    }

    /** Gives a message of a shared subscription to another member: on the same loop as all others of its topic that are left. */
    @Override
    public void redispatchAsync(Message message, String share) {
        Loop loop = loopOf(message.topic());
        loop.execute(() -> redispatch(loop, message, share));
    }

    private void redispatch(Loop loop, Message message, String share) {
        for (SharedGroup group : match(loop, message.topic()).groups) {
            Receiver member = group.share().equals(share) ? group.choose(message, loop) : null;
            if (member != null) {
                if (keeps(member, message)) {
                    List<Target> target = List.of(target(member, message));
                    log.propose(
                            new Publish(message, target, totals.held(), null, null),
                            Durability.WRITTEN,
                            loop,
                            outcome -> {});
                } else {
                    fanout.deliver(loop, member.session().loop().index(), new Receiver[] {member}, message);
                }
                return;
            }
        }
        drops.dropped(DropReason.NO_SHARED_MEMBER, message, "");
    }

    /** What the ledger is told of a message that may be retained, null if it is not to be. */
    private @Nullable RetainedBounds retention(Message message) {
        return message.retain() && retained.available()
                ? new RetainedBounds(retained.maximumMessages(), retained.maximumPayloadBytes())
                : null;
    }

    private Match match(Loop loop, String topic) { // [MQTT-3.3.2-3]
        assert loop.inEventLoop();
        Map<String, Match> remembered = matches.get(loop.index());
        Match match = remembered.get(topic);
        if (match == null || match.generation != tree.generation()) {
            if (remembered.size() >= REMEMBERED_TOPICS) {
                remembered.clear();
            }
            match = Match.find(tree, topic, settings, loops.size(), lookUps[loop.index()]++ & Integer.MAX_VALUE);
            remembered.put(topic, match);
        }
        return match;
    }

    /**
     * Who gets one message beside the plain receivers.
     *
     * @param durable targets of the ledger
     * @param members of shared groups, reached directly
     */
    private record Chosen(List<Target> durable, List<Receiver> members) {
        private static final Chosen NONE = new Chosen(List.of(), List.of());
    }
}
