package io.aldis.broker.connection;

import io.aldis.broker.connection.FilterRules.Refusal;
import io.aldis.broker.connection.Subscribing.Verdict;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.codec.AckProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
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
    private final Settings settings;
    private final Subscribing subscribing;

    SubscribeFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        settings = parts.settings();
        subscribing = new Subscribing(settings, parts.retained());
    }

    /** SUBSCRIBE [MQTT-3.8.4-5], [MQTT-3.9.3-1]. */
    void subscribe(Subscribe subscribe) {
        int identifier = identifier(subscribe);
        List<Verdict> verdicts = new ArrayList<>(subscribe.subscriptions().size());
        for (Subscription wanted : subscribe.subscriptions()) { // [MQTT3-3.8.4-4]
            Verdict verdict = subscribing.judge(wanted);
            Refusal refusal = verdict.refusal();
            if (refusal != null && refusal.announced() && connection.version() == MqttVersion.V5) {
                throw new Violation(refusal.reason(), refusal.words(wanted.filter()));
            }
            verdicts.add(verdict);
        }
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
            Refusal refusal = verdict.refusal();
            if (refusal != null) {
                return refusal.words(verdict.subscription().filter());
            }
        }
        return null;
    }

    /** UNSUBSCRIBE [MQTT-3.10.4-5], [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT3-3.10.4-6]. */
    void unsubscribe(Unsubscribe unsubscribe) {
        subscribing.unsubscribeAsync(session, session.attachedEpoch(), unsubscribe.filters(), changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                List<ReasonCode> reasons =
                        connection.version() == MqttVersion.V5 ? Subscribing.reasons(changed) : List.of();
                connection.send( // [MQTT-3.10.4-4], [MQTT3-3.10.4-4], [MQTT3-3.10.4-5], [MQTT3-2.3.1-7]
                        new Unsuback(unsubscribe.packetId(), reasons, AckProperties.NONE));
            }
        });
    }
}
