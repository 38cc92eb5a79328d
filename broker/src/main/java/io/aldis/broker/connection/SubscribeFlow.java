package io.aldis.broker.connection;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.FilterRules.Refusal;
import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.Authorizer.Access;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnSubscribe.Subscribing;
import io.aldis.broker.hook.OnSubscribed.Subscribed;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnUnsubscribe.Unsubscribing;
import io.aldis.broker.hook.OnUnsubscribed.Unsubscribed;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Effect;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.util.ArrayList;
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
    private final RetainedMessages retained;
    private final Hooks hooks;
    private final Settings settings;
    private final FilterRules rules;

    SubscribeFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        retained = parts.retained();
        hooks = parts.hooks();
        settings = connection.settings();
        rules = new FilterRules(settings.subscription());
    }

    /** SUBSCRIBE [MQTT-3.8.4-5], [MQTT-3.9.3-1]. */
    void subscribe(Subscribe subscribe) {
        int identifier = identifier(subscribe);
        List<Verdict> verdicts = new ArrayList<>(subscribe.subscriptions().size());
        for (Subscription wanted : subscribe.subscriptions()) { // [MQTT3-3.8.4-4]
            Refusal refusal = rules.refusal(wanted.filter());
            if (refusal != null && refusal.announced() && connection.version() == MqttVersion.V5) {
                throw new Violation(refusal.reason(), refusal.words(wanted.filter()));
            }
            verdicts.add(new Verdict(capped(wanted), refusal == null ? null : refused(refusal, wanted.filter())));
        }
        if (hooks.authorizers.any() || hooks.onSubscribe.any()) {
            new Asking(subscribe, identifier, verdicts).goOn();
        } else {
            subscribe(subscribe, identifier, verdicts);
        }
    }

    private static Refused refused(Refusal refusal, String filter) {
        return new Refused(refusal.reason(), refusal.words(filter));
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
            if (verdict.refused != null) {
                next++;
                return true;
            }
            if (!authorized && hooks.authorizers.any()) {
                Subscription wanted = verdict.subscription;
                Access event = new Access(
                        hooks.broker(), connection.peer(), Action.SUBSCRIBE, wanted.filter(), wanted.qos(), false);
                return hooks.authorizers.decide(event, connection, answer -> answered(() -> authorized(answer)));
            }
            if (!hooks.onSubscribe.any()) {
                become(verdict);
                return true;
            }
            Subscribing event = new Subscribing(hooks.broker(), connection.peer(), verdict.subscription);
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
                become(new Verdict(capped(grant.subscription()), null));
            } else if (answer instanceof OnSubscribe.Refuse refuse) {
                refuse(refuse.reason(), Printable.line(refuse.message()));
            }
        }

        private void refuse(ReasonCode reason, String why) {
            Subscription wanted = verdicts.get(next).subscription;
            String words = "No subscription to " + Printable.quoted(wanted.filter()) + ": " + why;
            become(new Verdict(wanted, new Refused(reason, words)));
        }

        private void become(Verdict verdict) {
            verdicts.set(next++, verdict);
            authorized = false;
        }
    }

    private void subscribe(Subscribe subscribe, int identifier, List<Verdict> verdicts) {
        List<StoredSubscription> granted = new ArrayList<>(verdicts.size());
        for (Verdict verdict : verdicts) {
            if (verdict.refused == null) {
                granted.add(new StoredSubscription(verdict.subscription, identifier));
            }
        }
        int maximum = settings.subscription().maximumPerSession();
        session.subscribeAsync(granted, maximum, changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                List<Verdict> settled = settled(verdicts, changed);
                List<ReasonCode> reasons = // [MQTT-3.8.4-6], [MQTT-3.9.3-1], [MQTT3-3.8.4-5], [MQTT3-3.9.3-1]
                        settled.stream().map(Verdict::reason).toList();
                // [MQTT3-2.3.1-7], [MQTT3-3.8.4-1], [MQTT3-3.8.4-2], [MQTT-2.2.1-6], [MQTT-3.8.4-2]
                connection.send( // [MQTT-3.8.4-1], [MQTT-3.8.4-5]
                        firstRefusal(settled), properties -> new Suback(subscribe.packetId(), reasons, properties));
                sendRetained(granted, changed);
                tellSubscribed(settled);
            }
        });
    }

    private void tellSubscribed(List<Verdict> settled) {
        if (!hooks.onSubscribed.any()) {
            return;
        }
        for (Verdict verdict : settled) {
            if (verdict.refused == null) {
                Subscribed event = new Subscribed(hooks.broker(), session.clientId(), verdict.subscription);
                hooks.onSubscribed.tell(event, session.clientId());
            }
        }
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

    /** At the highest QoS that messages have here at all, whatever is asked for [MQTT-3.2.2-10]. */
    private Subscription capped(Subscription wanted) {
        Qos qos = wanted.qos().min(settings.publish().maximumQos());
        return qos == wanted.qos()
                ? wanted
                : new Subscription(
                        wanted.filter(), qos, wanted.noLocal(), wanted.retainAsPublished(), wanted.retainHandling());
    }

    /** Why a filter is not granted: for SUBACK, and in words. */
    private record Refused(ReasonCode reason, String words) {}

    /** What becomes of one filter of a SUBSCRIBE. */
    private record Verdict(
            Subscription subscription, @Nullable Refused refused) {

        ReasonCode reason() {
            if (refused != null) {
                return refused.reason;
            }
            return switch (subscription.qos()) { // [MQTT-3.8.4-7]
                case AT_MOST_ONCE -> ReasonCode.SUCCESS;
                case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
                case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
            };
        }
    }

    /** The verdicts, after it was seen which subscriptions would have been one too many. */
    private static List<Verdict> settled(List<Verdict> verdicts, Changed changed) {
        if (!changed.effects().contains(Effect.ONE_TOO_MANY)) {
            return verdicts;
        }
        List<Verdict> settled = new ArrayList<>(verdicts.size());
        int next = 0;
        for (Verdict verdict : verdicts) {
            boolean tooMany = verdict.refused == null && changed.effects().get(next++) == Effect.ONE_TOO_MANY;
            Subscription wanted = verdict.subscription;
            settled.add(tooMany ? new Verdict(wanted, refused(Refusal.ONE_TOO_MANY, wanted.filter())) : verdict);
        }
        return settled;
    }

    /** What is wrong with the first filter that is refused, in words: there is room for one reason string. */
    private static @Nullable String firstRefusal(List<Verdict> verdicts) {
        for (Verdict verdict : verdicts) {
            Refused refused = verdict.refused;
            if (refused != null) {
                return refused.words;
            }
        }
        return null;
    }

    private void sendRetained(List<StoredSubscription> granted, Changed changed) {
        if (!settings.retained().available()) {
            return;
        }
        List<StoredSubscription> wanting = new ArrayList<>(granted.size());
        for (int i = 0; i < granted.size(); i++) {
            Subscription subscription = granted.get(i).subscription();
            if (wantsRetained(subscription, changed.effects().get(i)) && mayBeRetained(subscription.filter())) {
                wanting.add(granted.get(i));
            }
        }
        if (!wanting.isEmpty()) {
            session.replay(new RetainedReplay(session, retained, wanting));
        }
    }

    /** Most subscriptions are to one topic, and nothing is retained there: then nothing needs to be looked for. */
    private boolean mayBeRetained(String filter) {
        return !Topics.isValidName(filter) || retained.has(filter);
    }

    private static boolean wantsRetained(Subscription subscription, Effect effect) {
        if (effect == Effect.ONE_TOO_MANY || Topics.isShared(subscription.filter())) {
            return false; // MQTT 5.0 §4.8.2: a shared subscription gets no retained messages when it begins.
        }
        return switch (subscription.retainHandling()) {
            case SEND -> true; // [MQTT-3.3.1-9], [MQTT-3.8.4-4], [MQTT3-3.3.1-6]
            case SEND_IF_NEW -> effect == Effect.BEGUN; // [MQTT-3.3.1-10]
            case DO_NOT_SEND -> false; // [MQTT-3.3.1-11]
        };
    }

    /** UNSUBSCRIBE [MQTT-3.10.4-5], [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT3-3.10.4-6]. */
    void unsubscribe(Unsubscribe unsubscribe) {
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
                refused.put(next, new Refused(refuse.reason(), Printable.line(refuse.message())));
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
        session.unsubscribeAsync(filters, changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                session.forgetReplays(filters); // [MQTT-3.10.4-3]
                List<ReasonCode> reasons = reasons(unsubscribe, refused, changed);
                connection.send( // [MQTT-3.10.4-4], [MQTT3-3.10.4-4], [MQTT3-3.10.4-5], [MQTT3-2.3.1-7]
                        refused.isEmpty() ? null : refused.values().iterator().next().words,
                        properties -> new Unsuback(unsubscribe.packetId(), reasons, properties));
                tellUnsubscribed(filters, changed);
            }
        });
    }

    private List<ReasonCode> reasons(Unsubscribe unsubscribe, Map<Integer, Refused> refused, Changed changed) {
        if (connection.version() != MqttVersion.V5) {
            return List.of();
        }
        List<ReasonCode> reasons = new ArrayList<>(unsubscribe.filters().size());
        int next = 0;
        for (int i = 0; i < unsubscribe.filters().size(); i++) {
            Refused no = refused.get(i);
            if (no != null) {
                reasons.add(no.reason);
            } else {
                boolean ended = changed.effects().get(next++) == Effect.ENDED;
                reasons.add(ended ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
            }
        }
        return reasons;
    }

    private void tellUnsubscribed(List<String> filters, Changed changed) {
        if (!hooks.onUnsubscribed.any()) {
            return;
        }
        for (int i = 0; i < filters.size(); i++) {
            if (changed.effects().get(i) == Effect.ENDED) {
                Unsubscribed event = new Unsubscribed(hooks.broker(), session.clientId(), filters.get(i));
                hooks.onUnsubscribed.tell(event, session.clientId());
            }
        }
    }
}
