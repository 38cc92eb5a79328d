package io.aldis.broker.model;

import io.aldis.broker.model.Step.Answers;
import io.aldis.broker.model.Step.AnswersAll;
import io.aldis.broker.model.Step.Breaks;
import io.aldis.broker.model.Step.Connects;
import io.aldis.broker.model.Step.Passes;
import io.aldis.broker.model.Step.Releases;
import io.aldis.broker.model.Step.Repeats;
import io.aldis.broker.model.Step.Sends;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws programs. The few names make clients meet; each message has a payload of its own, and what comes through a shared subscription
 * is never empty and has identifiers of its own, so that it can be told which message it is.
 */
final class RandomProgram {

    private static final List<String> CLIENTS = List.of("ann", "bob", "cid", "dot");
    private static final List<String> TOPICS = List.of("a", "a/b", "a/c", "b");
    private static final List<String> SHARED_TOPICS = List.of("s/1", "s/2");
    private static final List<String> FILTERS =
            List.of("a", "a/b", "a/+", "a/#", "+/b", "#", "+", "b", "+/+", "s/#", "s/1", "a/#/b");
    private static final List<String> SHARED_FILTERS =
            List.of("$share/g/s/#", "$share/g/s/1", "$share/h/s/#", "$share/h/+/1");

    /** Smaller than the large messages, larger than any other packet. */
    private static final int SMALL_MAXIMUM = 80;

    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private int messages;

    private RandomProgram(long seed) {
        random = new Random(seed);
    }

    /** The program of that seed. */
    static List<Step> of(long seed) {
        RandomProgram program = new RandomProgram(seed);
        for (String client : CLIENTS) {
            program.steps.add(program.connect(client));
            program.steps.add(program.subscribe(client));
        }
        int more = 22 + program.random.nextInt(31);
        for (int i = 0; i < more; i++) {
            program.steps.add(program.step());
        }
        return program.steps;
    }

    private Step step() {
        String client = oneOf(CLIENTS);
        int kind = random.nextInt(100);
        if (kind < 10) {
            return connect(client);
        } else if (kind < 22) {
            return subscribe(client);
        } else if (kind < 26) {
            return new Sends(client, Unsubscribe.of(1, filter(), filter()));
        } else if (kind < 58) {
            return new Sends(client, publish());
        } else if (kind < 61) {
            return new Repeats(client, random.nextInt(2));
        } else if (kind < 66) {
            return new Releases(client, random.nextInt(2));
        } else if (kind < 73) {
            return new Answers(client, random.nextInt(3), random.nextInt(4) == 0);
        } else if (kind < 80) {
            return new AnswersAll(client);
        } else if (kind < 85) {
            return new Sends(client, disconnect());
        } else if (kind < 89) {
            return new Breaks(client);
        } else if (kind < 97) {
            return new Passes(500L * oneOf(List.of(1, 2, 4, 5, 7, 8, 12, 21, 30, 210, 2100)));
        } else {
            return new Sends(client, oddity(client));
        }
    }

    private Step connect(String client) {
        boolean v5 = random.nextInt(2) == 0;
        Connect connect = Connect.of(v5 ? MqttVersion.V5 : oneOf(List.of(MqttVersion.V3_1_1, MqttVersion.V3_1)), client)
                .withCleanStart(random.nextInt(3) == 0)
                .withKeepAlive(oneOf(List.of(0, 0, 0, 4, 20)));
        if (random.nextInt(5) < 2) {
            connect = connect.withWill(will(v5));
        }
        return new Connects(v5 ? connect.withProperties(connectProperties()) : connect);
    }

    private ConnectProperties connectProperties() {
        ConnectProperties properties = ConnectProperties.NONE;
        if (random.nextInt(6) > 0) {
            properties = properties.withSessionExpiryInterval(oneOf(List.of(0L, 5L, 5L, 100L, 100L, 0xFFFF_FFFFL)));
        }
        if (random.nextInt(2) == 0) {
            properties = properties.withReceiveMaximum(1 + random.nextInt(3));
        }
        return switch (random.nextInt(4)) { // Not both: an alias may make a packet small enough.
            case 0 -> properties.withMaximumPacketSize(SMALL_MAXIMUM);
            case 1 -> properties.withTopicAliasMaximum(1 + random.nextInt(2));
            default -> properties;
        };
    }

    private Will will(boolean v5) {
        Will will = Will.of(topic(), payload(), qos()).withRetain(random.nextInt(3) == 0);
        if (!v5) {
            return will;
        }
        WillProperties properties = WillProperties.NONE;
        if (random.nextInt(2) == 0) {
            properties = properties.withDelayInterval(oneOf(List.of(0L, 3L, 10L, 200L)));
        }
        if (random.nextInt(3) == 0) {
            properties = properties.withMessageExpiryInterval(oneOf(List.of(0L, 2L, 8L)));
        }
        return will.withProperties(properties);
    }

    private Step subscribe(String client) {
        SubscribeProperties properties = SubscribeProperties.NONE;
        if (random.nextInt(5) == 0) {
            return new Sends(
                    client,
                    Subscribe.of(1, subscription(oneOf(SHARED_FILTERS)))
                            .withProperties(properties.withSubscriptionIdentifier(101 + random.nextInt(2))));
        }
        Subscription[] subscriptions = new Subscription[1 + random.nextInt(2)];
        for (int i = 0; i < subscriptions.length; i++) {
            subscriptions[i] = subscription(oneOf(FILTERS)).withNoLocal(random.nextInt(4) == 0);
        }
        if (random.nextInt(3) == 0) {
            properties = properties.withSubscriptionIdentifier(1 + random.nextInt(3));
        }
        return new Sends(client, Subscribe.of(1, subscriptions).withProperties(properties));
    }

    private Subscription subscription(String filter) {
        return Subscription.of(filter, qos())
                .withRetainAsPublished(random.nextInt(3) == 0)
                .withRetainHandling(oneOf(List.of(RetainHandling.values())));
    }

    private Packet publish() {
        String topic = topic();
        boolean empty = random.nextInt(10) == 0 && TOPICS.contains(topic);
        Binary payload = empty ? Binary.EMPTY : payload();
        Publish publish = switch (qos()) {
            case AT_MOST_ONCE -> Publish.qos0(topic, payload);
            case AT_LEAST_ONCE -> Publish.qos1(topic, payload, 1);
            case EXACTLY_ONCE -> Publish.qos2(topic, payload, 1);
        };
        PublishProperties properties = PublishProperties.NONE;
        if (random.nextInt(4) == 0) {
            properties = properties.withMessageExpiryInterval(oneOf(List.of(0L, 1L, 3L, 10L, 100L)));
        }
        if (random.nextInt(5) == 0) {
            properties = properties.withTopicAlias(1 + random.nextInt(2));
        }
        if (random.nextInt(10) == 0) {
            properties = properties
                    .withUserProperty("one", "1")
                    .withUserProperty("one", "2")
                    .withContentType("text")
                    .withResponseTopic("answers")
                    .withPayloadFormat(PayloadFormat.UTF_8)
                    .withCorrelationData(Binary.utf8("7"));
        }
        return publish.withRetain(random.nextInt(4) == 0).withProperties(properties);
    }

    /** Its number, and now and then much more than that. */
    private Binary payload() {
        String number = Integer.toString(++messages);
        return Binary.utf8(random.nextInt(8) == 0 ? number + " " + "-".repeat(SMALL_MAXIMUM) : number);
    }

    private Packet disconnect() {
        ReasonCode reason = oneOf(List.of(
                ReasonCode.NORMAL_DISCONNECTION,
                ReasonCode.NORMAL_DISCONNECTION,
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                ReasonCode.UNSPECIFIED_ERROR));
        return random.nextInt(3) == 0
                ? new Disconnect(
                        reason, DisconnectProperties.NONE.withSessionExpiryInterval(oneOf(List.of(0L, 4L, 50L))))
                : new Disconnect(reason);
    }

    private Packet oddity(String client) {
        return oneOf(List.of(
                new Pingreq(),
                new Puback(999),
                new Pubrec(999),
                new Pubrel(999),
                new Pubcomp(999),
                Connect.of(MqttVersion.V5, client)));
    }

    private String filter() {
        return oneOf(random.nextInt(5) == 0 ? SHARED_FILTERS : FILTERS.subList(0, FILTERS.size() - 1));
    }

    private String topic() {
        return oneOf(random.nextInt(4) == 0 ? SHARED_TOPICS : TOPICS);
    }

    private Qos qos() {
        return oneOf(List.of(Qos.values()));
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
