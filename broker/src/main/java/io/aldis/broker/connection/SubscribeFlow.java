package io.aldis.broker.connection;

import io.aldis.broker.message.Message;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Delivery;
import io.aldis.broker.session.Session;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.AckProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.util.ArrayList;
import java.util.List;

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

    SubscribeFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        retained = parts.retained();
    }

    /** SUBSCRIBE [MQTT-3.8.4-5], [MQTT-3.9.3-1]. */
    void subscribe(Subscribe subscribe) {
        Integer identifier = subscribe.properties().subscriptionIdentifier();
        List<StoredSubscription> granted =
                new ArrayList<>(subscribe.subscriptions().size());
        List<ReasonCode> reasons = new ArrayList<>(subscribe.subscriptions().size());
        for (Subscription wanted : subscribe.subscriptions()) { // [MQTT3-3.8.4-4], [MQTT3-3.8.4-5], [MQTT3-3.9.3-1]
            if (Topics.isValidFilter(wanted.filter())) {
                granted.add(new StoredSubscription(wanted, identifier == null ? 0 : identifier));
                reasons.add(granted(wanted.qos()));
            } else {
                reasons.add(ReasonCode.TOPIC_FILTER_INVALID);
            }
        }
        session.subscribeAsync(granted, changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                // [MQTT3-2.3.1-7], [MQTT3-3.8.4-1], [MQTT3-3.8.4-2]
                // [MQTT-2.2.1-6], [MQTT-3.8.4-2]
                connection.send(new Suback(subscribe.packetId(), reasons, AckProperties.NONE)); // [MQTT-3.8.4-1]
                sendRetained(granted, changed);
            }
        });
    }

    private static ReasonCode granted(Qos qos) { // [MQTT-3.2.2-10]
        return switch (qos) {
            case AT_MOST_ONCE -> ReasonCode.SUCCESS; // [MQTT-3.8.4-7]
            case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
            case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
        };
    }

    private void sendRetained(List<StoredSubscription> granted, Changed changed) {
        List<Delivery> now = new ArrayList<>();
        List<Delivery> kept = new ArrayList<>();
        for (int i = 0; i < granted.size(); i++) {
            StoredSubscription stored = granted.get(i);
            if (wantsRetained(stored.subscription(), changed.existed().get(i))) {
                collectRetained(stored, now, kept);
            }
        }
        if (!kept.isEmpty()) {
            session.keep(kept);
        }
        if (!now.isEmpty()) {
            session.replay(now.iterator());
        }
    }

    // [MQTT-3.3.1-11], [MQTT-3.8.4-4]
    private static boolean wantsRetained(Subscription subscription, boolean existed) {
        if (Topics.isShared(subscription.filter())) {
            return false; // MQTT 5.0 §4.8.2: a shared subscription gets no retained messages when it begins.
        }
        return subscription.retainHandling() == RetainHandling.SEND // [MQTT-3.3.1-9], [MQTT3-3.3.1-6]
                || (subscription.retainHandling() == RetainHandling.SEND_IF_NEW && !existed); // [MQTT-3.3.1-10]
    }

    private void collectRetained(StoredSubscription stored, List<Delivery> now, List<Delivery> kept) {
        List<Integer> identifiers = stored.identifier() == 0 ? List.of() : List.of(stored.identifier());
        long time = session.loop().currentTimeMillis();
        for (Message message : retained.matching(stored.subscription().filter(), time)) {
            Qos qos = stored.subscription().qos().min(message.qos());
            Delivery delivery = new Delivery(message, qos, true, identifiers, false); // [MQTT3-3.3.1-8]
            (qos != Qos.AT_MOST_ONCE && session.durable() ? kept : now).add(delivery);
        }
    }

    /** UNSUBSCRIBE [MQTT-3.10.4-5], [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT3-3.10.4-6]. */
    void unsubscribe(Unsubscribe unsubscribe) {
        session.unsubscribeAsync(unsubscribe.filters(), changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
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
        return changed.existed().stream()
                .map(existed -> existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED)
                .toList();
    }
}
