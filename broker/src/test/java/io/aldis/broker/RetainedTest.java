package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.RetainedSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept for later subscribers, how much of it, and how they get it (MQTT 5.0 §3.3.1.3). */
class RetainedTest {

    private static VirtualBroker broker(UnaryOperator<RetainedSettings> settings) {
        return new VirtualBroker(2, 1, Settings.defaults().withRetained(settings));
    }

    private static Connect durable(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private static void retain(Client publisher, String topic, String payload) {
        publisher.send(Publish.qos1(topic, Binary.utf8(payload), 1).withRetain(true));
        publisher.received();
    }

    private static void retainMany(Client publisher, int count) {
        for (int i = 0; i < count; i++) {
            publisher.send(Publish.qos1("many/" + i, Binary.utf8("old"), 1).withRetain(true));
        }
        publisher.received();
    }

    private static Client subscribed(VirtualBroker broker, Connect connect, String filter, Qos qos) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, filter, qos));
        return client;
    }

    private static List<String> topics(Client client) {
        return client.received(Publish.class).stream().map(Publish::topic).toList();
    }

    /** Takes and acknowledges until nothing more comes; answers the topics. */
    private static List<String> takeAll(Client client) {
        List<String> topics = new ArrayList<>();
        for (List<Publish> some = client.received(Publish.class);
                !some.isEmpty();
                some = client.received(Publish.class)) {
            for (Publish publish : some) {
                topics.add(publish.topic());
                if (publish.qos() != Qos.AT_MOST_ONCE) {
                    client.send(new Puback(publish.packetId()));
                }
            }
        }
        return topics;
    }

    private static long dropped(VirtualBroker broker, DropReason reason) {
        return broker.admin().statistics().dropped().getOrDefault(reason, 0L);
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V3_1", "V3_1_1"})
    void whereNothingIsRetainedTheFlagIsIgnored(MqttVersion version) {
        try (VirtualBroker broker = broker(settings -> settings.withAvailable(false))) {
            Client publisher = broker.connect(Connect.of(version, "publisher"));
            Client live = subscribed(broker, Connect.v5("live"), "r", Qos.AT_LEAST_ONCE);
            live.received();
            publisher.send(Publish.qos1("r", Binary.utf8("x"), 1).withRetain(true));
            assertThat(publisher.expect(Puback.class).packetId()).isEqualTo(1);
            assertThat(topics(live)).containsExactly("r");
            assertThat(broker.admin().statistics().retained()).isZero();
            assertThat(topics(subscribed(broker, Connect.v5("late"), "r", Qos.AT_LEAST_ONCE)))
                    .isEmpty();
        }
    }

    @Test
    void onlySoManyTopicsHaveARetainedMessage() { // [MQTT-3.3.1-5], [MQTT-3.3.1-6], [MQTT-3.3.1-7]
        try (VirtualBroker broker = broker(settings -> settings.withMaximumMessages(2))) {
            Client publisher = broker.connect(Connect.v311("publisher"));
            Client live = subscribed(broker, Connect.v5("live"), "#", Qos.AT_MOST_ONCE);
            live.received();
            retain(publisher, "r/1", "one");
            retain(publisher, "r/2", "two");
            retain(publisher, "r/3", "three");
            retain(publisher, "r/2", "another");
            retain(publisher, "r/none", "");
            assertThat(topics(live)).containsExactly("r/1", "r/2", "r/3", "r/2", "r/none");
            assertThat(dropped(broker, DropReason.RETAINED_FULL)).isEqualTo(1);
            assertThat(subscribed(broker, Connect.v5("late"), "r/+", Qos.AT_MOST_ONCE)
                            .received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactlyInAnyOrder("one", "another");
            retain(publisher, "r/1", "");
            retain(publisher, "r/3", "three");
            assertThat(topics(subscribed(broker, Connect.v5("later"), "r/+", Qos.AT_MOST_ONCE)))
                    .containsExactlyInAnyOrder("r/2", "r/3");
            assertThat(dropped(broker, DropReason.RETAINED_FULL)).isEqualTo(1);
        }
    }

    @Test
    void aLargePayloadIsDeliveredButNotRetainedAndNeitherIsWhatItReplaces() { // [MQTT-3.3.1-5]
        try (VirtualBroker broker = broker(settings -> settings.withMaximumPayloadBytes(3))) {
            Client publisher = broker.connect(Connect.v311("publisher"));
            Client live = subscribed(broker, Connect.v5("live"), "#", Qos.AT_MOST_ONCE);
            live.received();
            retain(publisher, "r", "one");
            assertThat(broker.admin().statistics().retained()).isEqualTo(1);
            retain(publisher, "r", "four");
            assertThat(live.received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactly("one", "four");
            assertThat(dropped(broker, DropReason.RETAINED_TOO_LARGE)).isEqualTo(1);
            assertThat(broker.admin().statistics().retained()).isZero();
            assertThat(topics(subscribed(broker, Connect.v5("late"), "#", Qos.AT_MOST_ONCE)))
                    .isEmpty();
        }
    }

    @Test
    void anExpiredMessageLeavesTheMemoryAndOneThatReplacedItStays() { // [MQTT-3.3.2-5]
        try (VirtualBroker broker = broker(settings -> settings.withMaximumMessages(5000))) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            PublishProperties expiry = PublishProperties.NONE.withMessageExpiryInterval(60);
            for (int i = 0; i < 2500; i++) {
                publisher.send(Publish.qos0("r/" + i, Binary.utf8("x"))
                        .withRetain(true)
                        .withProperties(expiry));
            }
            retain(publisher, "r/0", "stays");
            retain(publisher, "r/1", "");
            broker.settle();
            assertThat(broker.admin().statistics().retained()).isEqualTo(2499);
            broker.pass(Duration.ofSeconds(59));
            assertThat(broker.admin().statistics().retained()).isEqualTo(2499);
            broker.pass(Duration.ofSeconds(2));
            assertThat(broker.admin().statistics().retained()).isEqualTo(1);
            for (int i = 0; i < 4999; i++) {
                publisher.send(Publish.qos0("s/" + i, Binary.utf8("x")).withRetain(true));
            }
            broker.settle();
            assertThat(dropped(broker, DropReason.RETAINED_FULL)).isZero();
            assertThat(broker.admin().statistics().retained()).isEqualTo(5000);
            assertThat(subscribed(broker, Connect.v5("late"), "r/+", Qos.AT_MOST_ONCE)
                            .received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactly("stays");
        }
    }

    @Test
    void anEarlierExpiryAndALaterOneAreBothKept() { // [MQTT-3.3.2-5]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (long seconds : List.of(50L, 20L, 90L)) {
                publisher.send(Publish.qos0("r/" + seconds, Binary.utf8("x"))
                        .withRetain(true)
                        .withProperties(PublishProperties.NONE.withMessageExpiryInterval(seconds)));
            }
            broker.pass(Duration.ofSeconds(21));
            assertThat(broker.admin().statistics().retained()).isEqualTo(2);
            broker.pass(Duration.ofSeconds(30));
            assertThat(broker.admin().statistics().retained()).isEqualTo(1);
            broker.pass(Duration.ofSeconds(40));
            assertThat(broker.admin().statistics().retained()).isZero();
        }
    }

    @Test
    void aWildcardFindsNoTopicThatBeginsWithDollar() { // [MQTT-4.7.2-1]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            retain(publisher, "$hidden/r", "x");
            retain(publisher, "seen/r", "x");
            Client client = broker.connect(Connect.v5("client"));
            client.send(
                    Subscribe.of(1, Subscription.of("#", Qos.AT_MOST_ONCE), Subscription.of("+/r", Qos.AT_MOST_ONCE)));
            assertThat(topics(client)).containsExactly("seen/r", "seen/r");
            client.send(Subscribe.of(2, "$hidden/+", Qos.AT_MOST_ONCE));
            assertThat(topics(client)).containsExactly("$hidden/r");
        }
    }

    @Test
    void noLocalLeavesOutTheRetainedMessagesThatTheClientPublished() { // [MQTT-3.8.3-3]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(Connect.v5("client"));
            Client other = broker.connect(Connect.v5("other"));
            retain(client, "r/mine", "x");
            retain(other, "r/others", "x");
            client.send(Subscribe.of(1, Subscription.of("r/+", Qos.AT_MOST_ONCE).withNoLocal(true)));
            assertThat(topics(client)).containsExactly("r/others");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aQueueOfTenBringsAPersistentClientAHundredRetainedMessages(long seed) { // [MQTT-3.3.1-9]
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumMessages(10));
        for (VirtualBroker broker :
                List.of(new VirtualBroker(2, seed, settings), VirtualBroker.ofLateAnswers(2, seed, settings))) {
            try (broker) {
                retainMany(broker.connect(Connect.v5("publisher")), 100);
                Client client = subscribed(broker, durable("client"), "many/+", Qos.AT_LEAST_ONCE);
                assertThat(takeAll(client)).hasSize(100).doesNotHaveDuplicates();
                assertThat(broker.admin().statistics().droppedInTotal()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatAPersistentClientHasNotGotWhenItsConnectionBreaksFollowsOnTheNext(long seed) { // [MQTT-4.4.0-1]
        for (VirtualBroker broker : List.of(
                new VirtualBroker(2, seed, Settings.defaults()),
                VirtualBroker.ofLateAnswers(2, seed, Settings.defaults()))) {
            try (broker) {
                retainMany(broker.connect(Connect.v5("publisher")), 1000);
                Client client = subscribed(broker, durable("client"), "many/+", Qos.AT_LEAST_ONCE);
                Set<String> got = new TreeSet<>();
                for (int round = 0; round < 20; round++) {
                    for (int i = 0; i < 10 * seed; i++) {
                        broker.turn();
                        for (Packet packet : client.receivedSoFar()) {
                            if (packet instanceof Publish publish) {
                                got.add(publish.topic());
                                client.send(new Puback(publish.packetId()));
                            }
                        }
                    }
                    client.drop();
                    client = broker.connect(durable("client"));
                }
                got.addAll(takeAll(client));
                assertThat(got).hasSize(1000);
                assertThat(broker.admin().statistics().droppedInTotal()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewerMessageIsNotFollowedByTheRetainedOneItReplaced(boolean durable) {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            retainMany(publisher, 300);
            Client client =
                    subscribed(broker, durable ? durable("client") : Connect.v5("client"), "many/+", Qos.AT_LEAST_ONCE);
            broker.settle();
            IntStream.range(0, 300).forEach(i -> retain(publisher, "many/" + i, "new"));
            List<String> payloads = new ArrayList<>();
            for (List<Publish> some = client.received(Publish.class);
                    !some.isEmpty();
                    some = client.received(Publish.class)) {
                for (Publish publish : some) {
                    payloads.add(publish.payload().toUtf8());
                    client.send(new Puback(publish.packetId()));
                }
            }
            assertThat(payloads.subList(payloads.indexOf("new"), payloads.size()))
                    .hasSize(300)
                    .containsOnly("new");
        }
    }

    @Test
    void afterUnsubackNoMoreRetainedMessagesCome() { // [MQTT-3.10.4-3]
        try (VirtualBroker broker = new VirtualBroker()) {
            retainMany(broker.connect(Connect.v5("publisher")), 300);
            Client client = subscribed(broker, Connect.v5("client"), "many/+", Qos.AT_LEAST_ONCE);
            assertThat(client.received(Publish.class)).hasSize(32);
            client.send(Unsubscribe.of(2, "many/+"));
            client.expect(Unsuback.class);
            IntStream.rangeClosed(1, 32).forEach(id -> client.send(new Puback(id)));
            assertThat(client.received()).isEmpty();
        }
    }

    @Test
    void whoeverSubscribesAgainGetsTheRestAndThenEverythingOnceMore() { // [MQTT-3.8.4-4]
        try (VirtualBroker broker = new VirtualBroker()) {
            retainMany(broker.connect(Connect.v5("publisher")), 100);
            Client client = subscribed(broker, Connect.v5("client"), "many/+", Qos.AT_LEAST_ONCE);
            assertThat(client.received(Publish.class)).hasSize(32);
            client.send(Subscribe.of(2, "many/+", Qos.AT_LEAST_ONCE));
            client.expect(Suback.class);
            IntStream.rangeClosed(1, 32).forEach(id -> client.send(new Puback(id)));
            assertThat(takeAll(client)).hasSize(68 + 100);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsRetainedAfterASubscriptionBeganComesOnce(boolean durable) { // [MQTT-3.3.1-9]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            retainMany(publisher, 300);
            Client client = broker.connect(durable ? durable("client") : Connect.v5("client"));
            client.send(Subscribe.of(
                    1, Subscription.of("many/+", Qos.AT_LEAST_ONCE), Subscription.of("later", Qos.AT_LEAST_ONCE)));
            broker.settle();
            retain(publisher, "later", "new");
            assertThat(takeAll(client)).hasSize(301).doesNotHaveDuplicates();
        }
    }

    @Test
    void aFullWindowDoesNotHoldRetainedMessagesOfQos0Back() { // [MQTT-3.3.4-10]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            retainMany(publisher, 100);
            retain(publisher, "other", "x");
            Client client = subscribed(broker, Connect.v5("client"), "live", Qos.AT_LEAST_ONCE);
            IntStream.range(0, 40).forEach(i -> publisher.send(Publish.qos1("live", Binary.utf8("x"), 1)));
            assertThat(client.received(Publish.class)).hasSize(32);
            client.send(Subscribe.of(2, "other", Qos.AT_MOST_ONCE));
            assertThat(topics(client)).containsExactly("other");
        }
    }

    @Test
    void othersHaveTheirTurnWhileAClientGetsFiftyThousandRetainedMessages() {
        try (VirtualBroker broker = new VirtualBroker(1, 1, Settings.defaults())) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (int i = 0; i < 50_000; i++) {
                publisher.send(Publish.qos0("many/" + i, Binary.utf8("x")).withRetain(true));
            }
            Client greedy = broker.connect(Connect.v5("greedy"));
            Client other = broker.connect(Connect.v5("other"));
            greedy.send(Subscribe.of(1, "#", Qos.AT_MOST_ONCE));
            other.send(new Pingreq());
            int before = 0;
            boolean answered = false;
            while (!answered) {
                assertThat(broker.turn()).isTrue();
                before += greedy.receivedSoFar().size();
                answered = other.receivedSoFar().contains(new Pingresp());
            }
            assertThat(before).isLessThan(5000);
            assertThat(before + greedy.received().size()).isEqualTo(50_001);
        }
    }

    @Test
    void othersHaveTheirTurnWhileAClientSubscribesToTheSameMessagesAHundredTimes() {
        try (VirtualBroker broker = new VirtualBroker(1, 1, Settings.defaults())) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (int i = 0; i < 200; i++) {
                publisher.send(
                        Publish.qos0("a/a/a/a/a/a/a/" + i, Binary.utf8("x")).withRetain(true));
            }
            Client greedy = broker.connect(Connect.v5("greedy"));
            Client other = broker.connect(Connect.v5("other"));
            greedy.send(IntStream.range(0, 100)
                    .mapToObj(i -> Subscribe.of(i + 1, filter(i), Qos.AT_MOST_ONCE))
                    .toArray(Packet[]::new));
            other.send(new Pingreq());
            int before = 0;
            boolean answered = false;
            while (!answered) {
                assertThat(broker.turn()).isTrue();
                before += greedy.receivedSoFar().size();
                answered = other.receivedSoFar().contains(new Pingresp());
            }
            assertThat(before).isLessThan(5000);
            assertThat(before + greedy.received().size()).isEqualTo(20_100);
        }
    }

    /** One of many that match the same topics. */
    private static String filter(int number) {
        StringBuilder filter = new StringBuilder();
        for (int level = 0; level < 7; level++) {
            filter.append((number >> level & 1) == 0 ? "a/" : "+/");
        }
        return filter.append('+').toString();
    }

    @Test
    void whoeverSubscribesTwiceAtOnceGetsEverythingTwice() { // [MQTT-3.8.4-4], [MQTT-3.8.4-5]
        try (VirtualBroker broker = broker(settings -> settings)) {
            retain(broker.connect(Connect.v5("publisher")), "a/b", "x");
            Client client = broker.connect(Connect.v5("client"));
            client.send(Subscribe.of(1, "a/+", Qos.AT_MOST_ONCE), Subscribe.of(2, "a/+", Qos.AT_MOST_ONCE));
            assertThat(topics(client)).containsExactly("a/b", "a/b");
        }
    }

    @Test
    void eachOfTwoSubscriptionsAtOnceBringsWhatItsOwnOptionsSay() { // [MQTT-3.8.4-5], [MQTT-3.8.3-3]
        try (VirtualBroker broker = broker(settings -> settings)) {
            Client client = broker.connect(Connect.v5("client"));
            retain(client, "a/b", "own");
            client.send(Subscribe.of(
                    1,
                    Subscription.of("a/+", Qos.AT_LEAST_ONCE),
                    Subscription.of("a/+", Qos.AT_MOST_ONCE).withNoLocal(true)));
            assertThat(client.received(Publish.class))
                    .singleElement()
                    .satisfies(publish -> assertThat(publish.qos()).isEqualTo(Qos.AT_LEAST_ONCE));
        }
    }

    @Test
    void aFloodOfSubscriptionsWaitsInAHandfulOfTurns() {
        try (VirtualBroker broker = broker(settings -> settings)) {
            retain(broker.connect(Connect.v5("publisher")), "last/one", "x");
            Client client = broker.connect(Connect.v5("client"));
            for (int i = 0; i < 2000; i++) {
                client.send(Subscribe.of(1, "new/+/" + i, Qos.AT_MOST_ONCE));
            }
            client.send(Subscribe.of(2, "last/+", Qos.AT_MOST_ONCE));
            int turns = 0;
            while (broker.turn()) {
                turns++;
            }
            assertThat(turns).isLessThan(2 * 2000); // One for each packet that comes, and few more.
            assertThat(topics(client)).containsExactly("last/one");
        }
    }
}
