package io.aldis.broker.connection;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.Subscribing.Refused;
import io.aldis.broker.connection.Subscribing.Verdict;
import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.Authorizer.Access;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnUnsubscribe.Unsubscribing;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions of a client (MQTT 5.0 §3.8 to §3.11): SUBACK means effective; retained messages follow, to the new subscriber
 * only.
 *
 * <p>Confined to the connection's loop; lives as long as the connection is open.
 */
final class SubscribeFlow {

    private final Connection connection;
    private final Session session;
    private final Hooks hooks;
    private final Settings settings;
    private final Subscribing subscribing;
    private final @Nullable Mount mount;

    SubscribeFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        hooks = parts.hooks();
        settings = connection.settings();
        subscribing = new Subscribing(settings, parts.retained(), hooks);
        mount = parts.door().mount();
    }

    /** SUBSCRIBE [MQTT-3.8.4-5], [MQTT-3.9.3-1]. */
    void subscribe(Subscribe subscribe) {
        int identifier = identifier(subscribe);
        List<Verdict> verdicts = new ArrayList<>(subscribe.subscriptions().size());
        for (Subscription wanted : subscribe.subscriptions()) { // [MQTT3-3.8.4-4]
            Verdict verdict = subscribing.judge(mount == null ? wanted : mount.full(wanted));
            Refused refused = verdict.refused();
            if (refused != null && refused.announced() && connection.version() == MqttVersion.V5) {
                throw new Violation(refused.reason(), refused.words());
            }
            verdicts.add(verdict);
        }
        if (hooks.authorizers.any() || hooks.onSubscribe.any()) {
            new Asking(subscribe, identifier, verdicts).goOn();
        } else {
            subscribe(subscribe, identifier, verdicts);
        }
    }

    /** Asks hooks about one filter after the other. */
    private final class Asking {
        private final Subscribe subscribe;
        private final int identifier;
        private final List<Verdict> verdicts;
        private int next;
        private boolean authorized;
        private boolean waiting;

        Asking(Subscribe subscribe, int identifier, List<Verdict> verdicts) {
            this.subscribe = subscribe;
            this.identifier = identifier;
            this.verdicts = verdicts;
        }

        void goOn() {
            waiting = false;
            while (next < verdicts.size() && !connection.over()) {
                if (!step()) {
                    waiting = true;
                    return;
                }
            }
            if (!connection.over()) {
                subscribe(subscribe, identifier, verdicts);
            }
        }

        /** Asks one question; false if it has not been answered yet. */
        private boolean step() {
            Verdict verdict = verdicts.get(next);
            if (verdict.refused() != null) {
                next++;
                return true;
            }
            if (!authorized && hooks.authorizers.any()) {
                Subscription wanted = verdict.subscription();
                Access event = new Access(
                        hooks.broker(), connection.peer(), Action.SUBSCRIBE, wanted.filter(), wanted.qos(), false);
                return hooks.authorizers.decide(event, connection, answer -> answered(() -> authorized(answer)));
            }
            if (!hooks.onSubscribe.any()) {
                become(verdict);
                return true;
            }
            OnSubscribe.Subscribing event =
                    new OnSubscribe.Subscribing(hooks.broker(), connection.peer(), verdict.subscription());
            return hooks.onSubscribe.decide(event, connection, answer -> answered(() -> decided(answer)));
        }

        /** An answer has come: if it came late, what comes after it is done now. */
        private void answered(Runnable taken) {
            taken.run();
            if (waiting) {
                connection.goOnWith(this::goOn);
            }
        }

        private void authorized(Authorizer.Answer answer) {
            authorized = answer == Authorizer.Answer.ALLOW;
            if (!authorized) {
                refuse(ReasonCode.NOT_AUTHORIZED, "this client may not subscribe to it.");
            }
        }

        private void decided(OnSubscribe.Answer answer) {
            if (answer instanceof OnSubscribe.Grant grant) {
                become(new Verdict(subscribing.capped(grant.subscription()), null));
            } else if (answer instanceof OnSubscribe.Refuse refuse) {
                refuse(refuse.reason(), Printable.line(refuse.message()));
            }
        }

        private void refuse(ReasonCode reason, String why) {
            Subscription wanted = verdicts.get(next).subscription();
            String words = "No subscription to " + Printable.quoted(wanted.filter()) + ": " + why;
            become(new Verdict(wanted, new Refused(reason, words, false)));
        }

        private void become(Verdict verdict) {
            verdicts.set(next++, verdict);
            authorized = false;
        }
    }

    private void subscribe(Subscribe subscribe, int identifier, List<Verdict> verdicts) {
        subscribing.subscribeAsync(session, session.attachedEpoch(), verdicts, identifier, result -> {
            if (result.outcome() == Outcome.APPLIED) {
                List<ReasonCode> reasons = // [MQTT-3.8.4-6], [MQTT-3.9.3-1], [MQTT3-3.8.4-5], [MQTT3-3.9.3-1]
                        result.verdicts().stream().map(Verdict::reason).toList();
                // [MQTT3-2.3.1-7], [MQTT3-3.8.4-1], [MQTT3-3.8.4-2], [MQTT-2.2.1-6], [MQTT-3.8.4-2]
                connection.send( // [MQTT-3.8.4-1], [MQTT-3.8.4-5]
                        firstRefusal(result.verdicts()),
                        properties -> new Suback(subscribe.packetId(), reasons, properties));
            }
        });
    }

    /** The subscription identifier, 0 for none. */
    private int identifier(Subscribe subscribe) {
        Integer identifier = subscribe.properties().subscriptionIdentifier();
        if (identifier == null) {
            return 0;
        }
        if (!settings.subscription().identifiers()) { // MQTT 5.0 §3.2.2.3.12, [MQTT-4.13.1-1]
            throw new Violation(
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "SUBSCRIBE has a subscription identifier, but CONNACK said that there are none here.");
        }
        return identifier;
    }

    /** What is wrong with the first filter that is refused, in words: there is room for one reason string. */
    private static @Nullable String firstRefusal(List<Verdict> verdicts) {
        for (Verdict verdict : verdicts) {
            Refused refused = verdict.refused();
            if (refused != null) {
                return refused.words();
            }
        }
        return null;
    }

    /** UNSUBSCRIBE [MQTT-3.10.4-5], [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT3-3.10.4-6]. */
    void unsubscribe(Unsubscribe received) {
        Unsubscribe unsubscribe = mount == null
                ? received
                : new Unsubscribe(
                        received.packetId(),
                        received.filters().stream().map(mount::fullFilter).toList(),
                        received.properties());
        if (hooks.onUnsubscribe.any()) {
            new Parting(unsubscribe).goOn();
        } else {
            unsubscribe(unsubscribe, Map.of());
        }
    }

    /** Asks hooks about the end of one subscription after the other. */
    private final class Parting {
        private final Unsubscribe unsubscribe;
        private final Map<Integer, Refused> refused = new LinkedHashMap<>();
        private int next;
        private boolean waiting;

        Parting(Unsubscribe unsubscribe) {
            this.unsubscribe = unsubscribe;
        }

        void goOn() {
            waiting = false;
            while (next < unsubscribe.filters().size() && !connection.over()) {
                Unsubscribing event = new Unsubscribing(
                        hooks.broker(), connection.peer(), unsubscribe.filters().get(next));
                if (!hooks.onUnsubscribe.decide(event, connection, this::answered)) {
                    waiting = true;
                    return;
                }
            }
            if (!connection.over()) {
                unsubscribe(unsubscribe, refused);
            }
        }

        private void answered(OnUnsubscribe.Answer answer) {
            if (answer instanceof OnUnsubscribe.Refuse refuse) {
                refused.put(next, new Refused(refuse.reason(), Printable.line(refuse.message()), false));
            }
            next++;
            if (waiting) {
                connection.goOnWith(this::goOn);
            }
        }
    }

    /** @param refused by index and in its order: filters that stay subscribed to */
    private void unsubscribe(Unsubscribe unsubscribe, Map<Integer, Refused> refused) {
        List<String> filters = new ArrayList<>(unsubscribe.filters().size());
        for (int i = 0; i < unsubscribe.filters().size(); i++) {
            if (!refused.containsKey(i)) {
                filters.add(unsubscribe.filters().get(i));
            }
        }
        subscribing.unsubscribeAsync(session, session.attachedEpoch(), filters, changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                List<ReasonCode> reasons =
                        connection.version() == MqttVersion.V5 ? reasons(unsubscribe, refused, changed) : List.of();
                connection.send( // [MQTT-3.10.4-4], [MQTT3-3.10.4-4], [MQTT3-3.10.4-5], [MQTT3-2.3.1-7]
                        refused.isEmpty()
                                ? null
                                : refused.values().iterator().next().words(),
                        properties -> new Unsuback(unsubscribe.packetId(), reasons, properties));
            }
        });
    }

    private static List<ReasonCode> reasons(Unsubscribe unsubscribe, Map<Integer, Refused> refused, Changed changed) {
        Iterator<ReasonCode> asked = Subscribing.reasons(changed).iterator();
        List<ReasonCode> reasons = new ArrayList<>(unsubscribe.filters().size());
        for (int i = 0; i < unsubscribe.filters().size(); i++) {
            Refused no = refused.get(i);
            reasons.add(no == null ? asked.next() : no.reason());
        }
        return reasons;
    }
}
