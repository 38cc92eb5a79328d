package io.aldis.broker.routing;

import io.aldis.broker.session.Session;
import io.aldis.broker.settings.DeliveryMode;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.DurabilitySettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.SubscriptionSettings;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the messages of one topic, as one loop found it in one generation of the tree; sorted so that a message needs no
 * further look. Confined to that loop.
 */
final class Match {

    private static final Receiver[] NONE = {};
    private static final SharedGroup[] NO_GROUPS = {};

    final long generation;

    /** Receivers by the index of their loop. */
    final Receiver[][] byLoop;

    /** Those among them that are reached through the ledger at some QoS. */
    final Receiver[] durable;

    /** Whether some of them are so at QoS 0. */
    private final boolean queuesQos0;

    final SharedGroup[] groups;

    /** What acknowledgements of its messages promise; null for what the listener says. */
    final @Nullable Durability durability;

    private Match(
            long generation,
            Receiver[][] byLoop,
            Receiver[] durable,
            SharedGroup[] groups,
            @Nullable Durability durability) {
        this.durability = durability;
        this.generation = generation;
        this.byLoop = byLoop;
        this.durable = durable;
        queuesQos0 = durable.length > 0 && durable[0].session().queues(Qos.AT_MOST_ONCE);
        this.groups = groups;
    }

    /** Whether a message of that QoS has receivers that are reached through the ledger, groups aside. */
    boolean queues(Qos qos) {
        return qos == Qos.AT_MOST_ONCE ? queuesQos0 : durable.length > 0;
    }

    /** Whether nobody wants the topic. */
    boolean isEmpty() {
        if (groups.length > 0) {
            return false;
        }
        for (Receiver[] receivers : byLoop) {
            if (receivers.length > 0) {
                return false;
            }
        }
        return true;
    }

    /** A receiver that publishers of QoS 1 and 2 should wait for, or null. */
    @Nullable
    Session pressed() {
        for (Receiver[] receivers : byLoop) {
            for (Receiver receiver : receivers) {
                if (receiver.session().pressed()) {
                    return receiver.session();
                }
            }
        }
        for (SharedGroup group : groups) {
            Session pressed = group.pressed();
            if (pressed != null) {
                return pressed;
            }
        }
        return null;
    }

    /** Looks a topic up for a broker of {@code loops} loops; {@code turn} spreads the first choices of shared groups. */
    static Match find(SubscriptionTree tree, String topic, Settings all, int loops, int turn) {
        SubscriptionSettings settings = all.subscription();
        Map<Session, Receiver> together = new LinkedHashMap<>();
        List<Receiver> receivers = new ArrayList<>();
        boolean once = settings.deliveryMode() == DeliveryMode.ONLY_ONCE;
        List<SharedGroup> groups = new ArrayList<>();
        long generation = tree.match(topic, interest -> {
            interest.own().forEach((session, subscription) -> {
                if (once) {
                    add(together, session, subscription);
                } else {
                    receivers.add(Receiver.of(session, subscription)); // [MQTT-3.3.4-5]
                }
            });
            interest.groups().forEach((group, members) -> {
                List<Receiver> list = new ArrayList<>(members.size());
                members.forEach((session, subscription) -> list.add(Receiver.of(session, subscription)));
                groups.add(new SharedGroup(settings.sharedStrategy(), list, topic, turn));
            });
        });
        receivers.addAll(together.values());
        List<List<Receiver>> lists = new ArrayList<>(loops);
        for (int i = 0; i < loops; i++) {
            lists.add(new ArrayList<>());
        }
        List<Receiver> durable = new ArrayList<>();
        for (Receiver receiver : receivers) {
            lists.get(receiver.session().loop().index()).add(receiver);
            if (receiver.session().queues(receiver.qos())) {
                durable.add(receiver);
            }
        }
        Receiver[][] byLoop = new Receiver[loops][];
        for (int i = 0; i < loops; i++) {
            byLoop[i] = lists.get(i).toArray(NONE);
        }
        return new Match(
                generation,
                byLoop,
                durable.toArray(NONE),
                groups.toArray(NO_GROUPS),
                durability(all.durability(), topic));
    }

    /** What the settings say that acknowledgements of a topic's messages promise; null for nothing. */
    static @Nullable Durability durability(DurabilitySettings settings, String topic) {
        for (Map.Entry<String, Durability> rule : settings.topics().entrySet()) {
            if (Topics.matches(rule.getKey(), topic)) {
                return rule.getValue();
            }
        }
        return null;
    }

    private static void add(Map<Session, Receiver> receivers, Session session, StoredSubscription subscription) {
        Receiver before = receivers.get(session);
        receivers.put(session, before == null ? Receiver.of(session, subscription) : before.and(subscription));
    }
}
