package io.aldis.broker.connection;

import io.aldis.broker.connection.FilterRules.Refusal;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Effect;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.AckProperties;
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
import java.util.List;
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
    private final Settings settings;
    private final FilterRules rules;

    SubscribeFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        retained = parts.retained();
        settings = parts.settings();
        rules = new FilterRules(settings.subscription());
    }

    /** SUBSCRIBE [MQTT-3.8.4-5], [MQTT-3.9.3-1]. */
    void subscribe(Subscribe subscribe) {
        int identifier = identifier(subscribe);
        List<Verdict> verdicts = new ArrayList<>(subscribe.subscriptions().size());
        List<StoredSubscription> granted =
                new ArrayList<>(subscribe.subscriptions().size());
        for (Subscription wanted : subscribe.subscriptions()) { // [MQTT3-3.8.4-4]
            Refusal refusal = rules.refusal(wanted.filter());
            if (refusal != null && refusal.announced() && connection.version() == MqttVersion.V5) {
                throw new Violation(refusal.reason(), refusal.words(wanted.filter()));
            }
            Subscription most = capped(wanted);
            verdicts.add(new Verdict(most, refusal));
            if (refusal == null) {
                granted.add(new StoredSubscription(most, identifier));
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

    /** At the highest QoS that messages have here at all, whatever is asked for [MQTT-3.2.2-10]. */
    private Subscription capped(Subscription wanted) {
        Qos qos = wanted.qos().min(settings.publish().maximumQos());
        return qos == wanted.qos()
                ? wanted
                : new Subscription(
                        wanted.filter(), qos, wanted.noLocal(), wanted.retainAsPublished(), wanted.retainHandling());
    }

    /** What becomes of one filter of a SUBSCRIBE. */
    private record Verdict(
            Subscription subscription, @Nullable Refusal refusal) {

        ReasonCode reason() {
            if (refusal != null) {
                return refusal.reason();
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
            boolean tooMany = verdict.refusal == null && changed.effects().get(next++) == Effect.ONE_TOO_MANY;
            settled.add(tooMany ? new Verdict(verdict.subscription, Refusal.ONE_TOO_MANY) : verdict);
        }
        return settled;
    }

    /** What is wrong with the first filter that is refused, in words: there is room for one reason string. */
    private static @Nullable String firstRefusal(List<Verdict> verdicts) {
        for (Verdict verdict : verdicts) {
            Refusal refusal = verdict.refusal;
            if (refusal != null) {
                return refusal.words(verdict.subscription.filter());
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
        session.unsubscribeAsync(unsubscribe.filters(), changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                session.forgetReplays(unsubscribe.filters()); // [MQTT-3.10.4-3]
                connection.send(
                        new Unsuback( // [MQTT-3.10.4-4], [MQTT3-3.10.4-4], [MQTT3-3.10.4-5], [MQTT3-2.3.1-7]
                                unsubscribe.packetId(), reasons(changed), AckProperties.NONE));
            }
        });
    }

    private List<ReasonCode> reasons(Changed changed) {
        if (connection.version() != MqttVersion.V5) {
            return List.of();
        }
        return changed.effects().stream()
                .map(effect -> effect == Effect.ENDED ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED)
                .toList();
    }
}
