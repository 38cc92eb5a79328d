package io.aldis.acceptance.differential;

import io.aldis.acceptance.differential.Step.Acknowledges;
import io.aldis.acceptance.differential.Step.Breaks;
import io.aldis.acceptance.differential.Step.Connects;
import io.aldis.acceptance.differential.Step.Disconnects;
import io.aldis.acceptance.differential.Step.Publishes;
import io.aldis.acceptance.differential.Step.Subscribes;
import io.aldis.acceptance.differential.Step.Unsubscribes;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes programs of valid steps out of a seed. */
final class ProgramMaker {

    static final int CLIENTS = 4;

    private static final List<String> TOPICS = List.of("a", "a/b", "a/c", "a/b/c", "b", "/a", "a/", "$x/a");
    private static final List<String> FILTERS = List.of(
            "a", "a/b", "a/+", "a/#", "#", "+", "+/b", "+/+", "a/+/c", "/+", "+/", "$x/#", "$x/a", "b", "a/b/#");

    private final Random random;
    private final @Nullable MqttVersion[] connected = new @Nullable MqttVersion[CLIENTS];
    private final boolean[] holding = new boolean[CLIENTS];
    private final boolean[] willing = new boolean[CLIENTS];
    private int lastPacketId;
    private int lastPayload;

    /** By client: what it subscribes to. No topic matches two of them, see {@link Difference#OVERLAPPING_SUBSCRIPTIONS}. */
    private final List<List<String>> filters = new ArrayList<>();

    ProgramMaker(long seed) {
        random = new Random(seed);
        for (int client = 0; client < CLIENTS; client++) {
            filters.add(apart());
        }
    }

    private List<String> apart() {
        List<String> drawn = new ArrayList<>(FILTERS);
        Collections.shuffle(drawn, random);
        List<String> apart = new ArrayList<>();
        for (String filter : drawn) {
            if (apart.stream().noneMatch(other -> overlap(filter, other))) {
                apart.add(filter);
            }
        }
        return apart;
    }

    private static boolean overlap(String filter, String other) {
        return TOPICS.stream().anyMatch(topic -> Topics.matches(filter, topic) && Topics.matches(other, topic));
    }

    List<Step> program(int length) {
        List<Step> steps = new ArrayList<>();
        while (steps.size() < length) {
            steps.add(step());
        }
        return steps;
    }

    private Step step() {
        int client = random.nextInt(CLIENTS);
        MqttVersion version = connected[client];
        int draw = random.nextInt(100);
        if (version == null || (draw < 6 && !willing[client])) { // Difference.WILL_AT_TAKEOVER
            return connects(client);
        } else if (draw < 30) {
            return new Subscribes(client, subscribe(client, version));
        } else if (draw < 37) {
            return new Unsubscribes(client, Unsubscribe.of(packetId(), oneOf(filters.get(client)), oneOf(FILTERS)));
        } else if (draw < 84) {
            return new Publishes(client, publish(version));
        } else if (draw < 90) {
            holding[client] = !holding[client];
            return new Acknowledges(client, !holding[client]);
        }
        connected[client] = null;
        holding[client] = false;
        return draw < 95 ? new Breaks(client) : new Disconnects(client, disconnect(version));
    }

    private Step connects(int client) {
        MqttVersion version = usesOptions(client) ? MqttVersion.V5 : oneOf(List.of(MqttVersion.values()));
        connected[client] = version;
        holding[client] = false;
        Connect connect = Connect.of(version, "differential-" + client)
                .withCleanStart(random.nextInt(3) == 0)
                .withKeepAlive(0);
        if (version == MqttVersion.V5) {
            ConnectProperties properties = ConnectProperties.NONE;
            if (random.nextInt(4) != 0) {
                properties = properties.withSessionExpiryInterval(random.nextInt(4) == 0 ? 0 : 1000);
            }
            connect = connect.withProperties(properties);
        }
        willing[client] = random.nextInt(3) == 0;
        return new Connects(client, willing[client] ? connect.withWill(will(version)) : connect);
    }

    private Will will(MqttVersion version) {
        WillProperties properties = WillProperties.NONE;
        if (version == MqttVersion.V5 && random.nextBoolean()) {
            properties = properties
                    .withUserProperty("will", "true")
                    .withContentType("text")
                    .withResponseTopic("answers");
        }
        return new Will(oneOf(TOPICS), payload(), qos(), random.nextInt(4) == 0, properties);
    }

    /** Half of the clients subscribe with options, and never to the same filter with others: {@link Difference#OPTIONS_KEPT}. */
    private static boolean usesOptions(int client) {
        return client % 2 == 1;
    }

    private Subscribe subscribe(int client, MqttVersion version) {
        List<String> apart = filters.get(client);
        int first = random.nextInt(apart.size());
        Subscription[] subscriptions = new Subscription[Math.min(apart.size(), 1 + random.nextInt(2))];
        for (int i = 0; i < subscriptions.length; i++) {
            String filter = apart.get((first + i) % apart.size());
            boolean noLocal = usesOptions(client) && filter.hashCode() % 4 == 0;
            RetainHandling retainHandling = oneOf(List.of(RetainHandling.values()));
            subscriptions[i] = version == MqttVersion.V5
                    ? new Subscription(
                            filter,
                            qos(),
                            noLocal,
                            usesOptions(client) && filter.hashCode() % 3 == 0,
                            noLocal ? RetainHandling.DO_NOT_SEND : retainHandling) // Difference.OWN_RETAINED
                    : Subscription.of(filter, qos());
        }
        Subscribe subscribe = Subscribe.of(packetId(), subscriptions);
        return version == MqttVersion.V5 && random.nextBoolean()
                ? subscribe.withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(1 + random.nextInt(200)))
                : subscribe;
    }

    private Publish publish(MqttVersion version) {
        Qos qos = qos();
        boolean retain = random.nextInt(4) == 0;
        Binary payload = retain && random.nextInt(3) == 0 ? Binary.EMPTY : payload();
        PublishProperties properties = PublishProperties.NONE;
        if (version == MqttVersion.V5 && random.nextInt(3) == 0) {
            properties = properties
                    .withUserProperty("k", "1")
                    .withUserProperty("k", "2")
                    .withPayloadFormat(PayloadFormat.UTF_8)
                    .withContentType("text")
                    .withResponseTopic("answers/here")
                    .withCorrelationData(payload);
        }
        int id = qos == Qos.AT_MOST_ONCE ? 0 : packetId();
        return new Publish(oneOf(TOPICS), payload, qos, retain, false, id, properties);
    }

    private Disconnect disconnect(MqttVersion version) {
        if (version != MqttVersion.V5) {
            return new Disconnect();
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE);
            case 1 ->
                new Disconnect(ReasonCode.NORMAL_DISCONNECTION, DisconnectProperties.NONE.withSessionExpiryInterval(0));
            default -> new Disconnect();
        };
    }

    private Binary payload() {
        return Binary.utf8("message " + ++lastPayload);
    }

    private int packetId() {
        return ++lastPacketId;
    }

    private Qos qos() {
        return oneOf(List.of(Qos.values()));
    }

    private <T> T oneOf(List<T> many) {
        return many.get(random.nextInt(many.size()));
    }
}
