package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.settings.QueueSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues: their bounds, what gives way, what waits, and what becomes of packet ids. */
class QueueTest {

    private static VirtualBroker broker(UnaryOperator<QueueSettings> change) {
        return new VirtualBroker(2, 1, Settings.defaults().withQueue(change));
    }

    private static Connect persistent(String clientId) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    /** A client that takes one message of QoS 1 or 2 at a time. */
    private static Connect narrow(boolean durable) {
        Connect connect = durable ? persistent("narrow") : Connect.v5("narrow").withKeepAlive(0);
        return connect.withProperties(connect.properties().withReceiveMaximum(1));
    }

    private static Client subscriber(VirtualBroker broker, Connect connect, String filter, Qos qos) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, filter, qos));
        client.expect(Suback.class);
        return client;
    }

    private static void away(VirtualBroker broker, String clientId) {
        subscriber(broker, persistent(clientId), "t", Qos.EXACTLY_ONCE).drop();
    }

    private static Client publisher(VirtualBroker broker) {
        return broker.connect(Connect.v5("publisher").withKeepAlive(0));
    }

    /** Publishes, also while the broker holds the publisher up for the sake of its receivers. */
    private static void publish(VirtualBroker broker, Client publisher, String... payloads) {
        for (String payload : payloads) {
            publisher.send(Publish.qos1("t", Binary.utf8(payload), 1));
            while (publisher.received().isEmpty()) {
                broker.pass(Duration.ofMillis(10));
            }
        }
    }

    private static void publishQos0(Client publisher, String... payloads) {
        for (String payload : payloads) {
            publisher.send(Publish.qos0("t", Binary.utf8(payload)));
            publisher.received();
        }
    }

    private static List<String> payloads(List<Publish> publishes) {
        return publishes.stream().map(publish -> publish.payload().toUtf8()).toList();
    }

    private static List<Integer> packetIds(List<Publish> publishes) {
        return publishes.stream().map(Publish::packetId).toList();
    }

    /** Takes messages one by one, acknowledging each, until none comes. */
    private static List<Publish> takeAll(Client client) {
        List<Publish> all = new ArrayList<>();
        List<Publish> news = client.received(Publish.class);
        while (!news.isEmpty()) {
            all.addAll(news);
            for (Publish publish : news) {
                if (publish.qos() != Qos.AT_MOST_ONCE) {
                    client.send(new Puback(publish.packetId()));
                }
            }
            news = client.received(Publish.class);
        }
        return all;
    }

    @Test
    void theOldestGivesWayAndLeavesNoGapInThePacketIds() {
        try (VirtualBroker broker =
                broker(queue -> queue.withMaximumMessages(3).withWhenFull(FullQueuePolicy.DROP_OLDEST))) {
            away(broker, "away");
            publish(broker, publisher(broker), "m1", "m2", "m3", "m4", "m5");
            assertThat(broker.drops())
                    .containsExactly(
                            new Drop(DropReason.QUEUE_FULL_MESSAGES, "t", Qos.AT_LEAST_ONCE, "publisher", "away"),
                            new Drop(DropReason.QUEUE_FULL_MESSAGES, "t", Qos.AT_LEAST_ONCE, "publisher", "away"));
            List<Publish> got = broker.connect(persistent("away")).received(Publish.class);
            assertThat(payloads(got)).containsExactly("m3", "m4", "m5");
            assertThat(packetIds(got)).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsInFlightDoesNotGiveWay(boolean durable) {
        try (VirtualBroker broker =
                broker(queue -> queue.withMaximumMessages(3).withWhenFull(FullQueuePolicy.DROP_OLDEST))) {
            Client narrow = subscriber(broker, narrow(durable), "t", Qos.AT_LEAST_ONCE);
            publish(broker, publisher(broker), "m1", "m2", "m3", "m4", "m5");
            List<Publish> got = takeAll(narrow);
            assertThat(payloads(got)).containsExactly("m1", "m4", "m5");
            assertThat(packetIds(got)).containsExactly(1, 2, 3);
            assertThat(broker.drops())
                    .extracting(Drop::receiver, Drop::reason)
                    .containsOnly(tuple("narrow", DropReason.QUEUE_FULL_MESSAGES))
                    .hasSize(2);
        }
    }

    @Test
    void aQueueThatIsAllInFlightTakesNothingNew() {
        try (VirtualBroker broker =
                broker(queue -> queue.withMaximumMessages(2).withWhenFull(FullQueuePolicy.DROP_OLDEST))) {
            Client client = subscriber(broker, persistent("client"), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            publish(broker, publisher, "m1", "m2", "m3");
            assertThat(payloads(client.received(Publish.class))).containsExactly("m1", "m2");
            client.drop();
            publish(broker, publisher, "m4");
            assertThat(broker.drops()).hasSize(2);
            List<Publish> again = broker.connect(persistent("client")).received(Publish.class);
            assertThat(payloads(again)).containsExactly("m1", "m2");
            assertThat(packetIds(again)).containsExactly(1, 2);
            assertThat(again).allMatch(Publish::dup);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asManyOfTheOldestGiveWayAsANewOneIsLongButNoneForOneThatDoesNotFitAnyway(boolean durable) {
        try (VirtualBroker broker =
                broker(queue -> queue.withMaximumBytes(3000).withWhenFull(FullQueuePolicy.DROP_OLDEST))) {
            Client narrow = subscriber(broker, narrow(durable), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            publish(broker, publisher, "1", "2" + "x".repeat(600), "3" + "x".repeat(600), "4" + "x".repeat(600));
            publish(broker, publisher, "5" + "x".repeat(1500));
            publish(broker, publisher, "6" + "x".repeat(3000));
            assertThat(broker.drops()).extracting(Drop::reason).hasSize(3).containsOnly(DropReason.QUEUE_FULL_BYTES);
            assertThat(takeAll(narrow))
                    .extracting(publish -> publish.payload().toUtf8().charAt(0))
                    .containsExactly('1', '4', '5');
        }
    }

    @Test
    void allQueuesTogetherAreBounded() {
        try (VirtualBroker broker = broker(queue -> queue.withTotalMessages(5))) {
            away(broker, "away");
            subscriber(broker, narrow(false), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            publish(broker, publisher, "m1", "m2", "m3", "m4");
            assertThat(broker.drops()).hasSize(3).allMatch(drop -> drop.reason() == DropReason.QUEUES_FULL_MESSAGES);
            assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.QUEUES_FULL_MESSAGES, 3L);

            broker.connect(Connect.v5("narrow")); // Ends the transient session, and gives back what its queue held.
            assertThat(broker.drops()).allMatch(drop -> drop.reason() == DropReason.SESSION_ENDED);
            publish(broker, publisher, "m5", "m6", "m7");
            assertThat(broker.drops())
                    .hasSize(1)
                    .allMatch(drop -> drop.receiver().equals("away"));
            assertThat(takeAll(broker.connect(persistent("away")))).hasSize(5);
            broker.connect(Connect.v5("away"));
            publish(broker, publisher, "m8");
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void allQueuesTogetherAreBoundedInBytesToo() {
        try (VirtualBroker broker = broker(queue -> queue.withTotalBytes(5000))) {
            away(broker, "away");
            subscriber(broker, narrow(false), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            publish(broker, publisher, "1" + "x".repeat(1900));
            publish(broker, publisher, "2" + "x".repeat(1900));
            assertThat(broker.drops())
                    .extracting(Drop::reason)
                    .containsExactly(DropReason.QUEUES_FULL_BYTES, DropReason.QUEUES_FULL_BYTES);
            publish(broker, publisher, "3");
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void roomThatLoopsTakeByTheChunkIsGivenBackAndHardlyAnyOfItIsWasted() {
        try (VirtualBroker broker = broker(queue -> queue.withTotalMessages(1000))) {
            Client publisher = publisher(broker);
            for (int round = 0; round < 10; round++) {
                List<Client> clients = takersOfOne(broker, 4);
                publishQos1(publisher, 100);
                clients.forEach(Client::drop);
            }
            assertThat(broker.drops())
                    .hasSize(4 * 100 * 10)
                    .allMatch(drop -> drop.reason() == DropReason.SESSION_ENDED);
            takersOfOne(broker, 10);
            publishQos1(publisher, 200);
            assertThat(broker.drops())
                    .hasSizeBetween(2000 - 1000, 2000 - 1000 + 1000 / 32)
                    .allMatch(drop -> drop.reason() == DropReason.QUEUES_FULL_MESSAGES);
        }
    }

    private static List<Client> takersOfOne(VirtualBroker broker, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> subscriber(
                        broker,
                        Connect.v5("taker" + i).withProperties(ConnectProperties.NONE.withReceiveMaximum(1)),
                        "t",
                        Qos.AT_LEAST_ONCE))
                .toList();
    }

    private static void publishQos1(Client publisher, int count) {
        for (int i = 0; i < count; i++) {
            publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
        }
        assertThat(publisher.received()).hasSize(count);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inFullQueuesTheOldestOfTheSameSessionGivesWay(boolean durable) {
        try (VirtualBroker broker =
                broker(queue -> queue.withTotalMessages(6).withWhenFull(FullQueuePolicy.DROP_OLDEST))) {
            subscriber(broker, persistent("other"), "other", Qos.AT_LEAST_ONCE).drop();
            Client publisher = publisher(broker);
            for (int i = 0; i < 3; i++) {
                publisher.send(Publish.qos1("other", Binary.EMPTY, 1));
            }
            Client narrow = subscriber(broker, narrow(durable), "t", Qos.AT_LEAST_ONCE);
            publish(broker, publisher, "m1", "m2", "m3", "m4", "m5");
            assertThat(broker.drops())
                    .hasSize(2)
                    .allMatch(drop -> drop.reason() == DropReason.QUEUES_FULL_MESSAGES
                            && drop.receiver().equals("narrow"));
            assertThat(payloads(takeAll(narrow))).containsExactly("m1", "m4", "m5");
        }
    }

    @Test
    void qos0IsNotKeptForAnAbsentClientUnlessAskedFor() {
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            away(broker, "away");
            publishQos0(publisher(broker), "lost");
            assertThat(broker.drops())
                    .containsExactly(new Drop(DropReason.NOT_CONNECTED, "t", Qos.AT_MOST_ONCE, "publisher", "away"));
            assertThat(broker.connect(persistent("away")).received()).isEmpty();
        }
    }

    @Test
    void keptQos0ComesInOrderWithTheOthersAndWithoutAPacketId() {
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true))) {
            away(broker, "away");
            Client publisher = publisher(broker);
            publishQos0(publisher, "a");
            publish(broker, publisher, "b");
            publishQos0(publisher, "c", "d");
            publish(broker, publisher, "e");
            Client back = broker.connect(persistent("away"));
            List<Publish> got = back.received(Publish.class);
            assertThat(payloads(got)).containsExactly("a", "b", "c", "d", "e");
            assertThat(got)
                    .extracting(Publish::qos)
                    .containsExactly(
                            Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE, Qos.AT_MOST_ONCE, Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE);
            assertThat(packetIds(got)).containsExactly(0, 1, 0, 0, 2);
            back.drop();
            assertThat(payloads(broker.connect(persistent("away")).received(Publish.class)))
                    .containsExactly("b", "e");
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void keptQos0CountsTowardsTheBounds() {
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true).withMaximumMessages(3))) {
            away(broker, "away");
            Client publisher = publisher(broker);
            publishQos0(publisher, "a", "b");
            publish(broker, publisher, "c", "d");
            assertThat(broker.drops())
                    .containsExactly(
                            new Drop(DropReason.QUEUE_FULL_MESSAGES, "t", Qos.AT_LEAST_ONCE, "publisher", "away"));
            assertThat(payloads(takeAll(broker.connect(persistent("away"))))).containsExactly("a", "b", "c");
            publishQos0(publisher, "e", "f", "g");
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void keptQos0IsNotHeldBackByWhatIsUnacknowledgedBeforeIt() { // [MQTT-4.9.0-2]
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true))) {
            subscriber(broker, narrow(true), "t", Qos.AT_LEAST_ONCE).drop();
            Client publisher = publisher(broker);
            publish(broker, publisher, "a");
            publishQos0(publisher, "b");
            publish(broker, publisher, "c");
            publishQos0(publisher, "d");
            Client back = broker.connect(narrow(true));
            List<Publish> first = back.received(Publish.class);
            assertThat(payloads(first)).containsExactly("a", "b");
            back.send(new Puback(first.get(0).packetId()));
            assertThat(payloads(back.received(Publish.class))).containsExactly("c", "d");
        }
    }

    @Test
    void manyKeptMessagesOfQos0AllCome() {
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true).withMaximumMessages(5000))) {
            away(broker, "away");
            Client publisher = publisher(broker);
            for (int i = 0; i < 3000; i++) {
                publisher.send(Publish.qos0("t", Binary.utf8("" + i)));
            }
            publish(broker, publisher, "last");
            List<String> expected = new ArrayList<>(
                    IntStream.range(0, 3000).mapToObj(Integer::toString).toList());
            expected.add("last");
            assertThat(payloads(broker.connect(persistent("away")).received(Publish.class)))
                    .isEqualTo(expected);
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void aMessageOfQos1ForASubscriptionAtQos0IsKeptAtQos0() { // [MQTT-3.8.4-8]
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true))) {
            subscriber(broker, persistent("away"), "t", Qos.AT_MOST_ONCE).drop();
            publish(broker, publisher(broker), "kept");
            assertThat(broker.connect(persistent("away")).expect(Publish.class).qos())
                    .isEqualTo(Qos.AT_MOST_ONCE);
        }
    }

    @Test
    void qos0OfASharedSubscriptionIsKeptByAMemberThatIsAwayIfAllAre() {
        try (VirtualBroker broker = broker(queue -> queue.withKeepQos0(true))) {
            subscriber(broker, persistent("member"), "$share/g/t", Qos.AT_MOST_ONCE)
                    .drop();
            publishQos0(publisher(broker), "kept");
            assertThat(payloads(broker.connect(persistent("member")).received(Publish.class)))
                    .containsExactly("kept");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExpiredMessageIsNotSentIsCountedAndTakesNoPacketId(boolean durable) { // [MQTT-3.3.2-5]
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            Client narrow = subscriber(broker, narrow(durable), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            publish(broker, publisher, "first");
            publisher.send(Publish.qos1("t", Binary.utf8("short"), 1)
                    .withProperties(PublishProperties.NONE.withMessageExpiryInterval(5)));
            publisher.send(Publish.qos1("t", Binary.utf8("long"), 1)
                    .withProperties(PublishProperties.NONE.withMessageExpiryInterval(30)));
            publisher.received();
            broker.pass(Duration.ofSeconds(10));
            if (durable) {
                narrow.drop();
                narrow = broker.connect(narrow(true));
            }
            List<Publish> got = takeAll(narrow);
            assertThat(payloads(got)).containsExactly("first", "long");
            assertThat(packetIds(got)).containsExactly(1, 2);
            assertThat(got.get(1).properties().messageExpiryInterval()).isEqualTo(20L); // [MQTT-3.3.2-6]
            assertThat(broker.drops())
                    .containsExactly(new Drop(DropReason.EXPIRED, "t", Qos.AT_LEAST_ONCE, "publisher", "narrow"));
        }
    }

    @Test
    void aMessageThatIsTooLargeForItsReceiverTakesNoPacketId() { // [MQTT-3.1.2-25]
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            Client client = subscriber(
                    broker,
                    Connect.v5("small").withProperties(ConnectProperties.NONE.withMaximumPacketSize(100)),
                    "t",
                    Qos.AT_LEAST_ONCE);
            publish(broker, publisher(broker), "a", "x".repeat(200), "b");
            List<Publish> got = client.received(Publish.class);
            assertThat(payloads(got)).containsExactly("a", "b");
            assertThat(packetIds(got)).containsExactly(1, 2);
            assertThat(broker.drops())
                    .containsExactly(
                            new Drop(DropReason.PACKET_TOO_LARGE, "t", Qos.AT_LEAST_ONCE, "publisher", "small"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asManyMessagesAreInFlightAsThereArePacketIdsAndThenOneWaits(boolean durable) { // [MQTT-2.2.1-3]
        Settings settings = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(200_000).withKeepQos0(true))
                .withSession(session -> session.withMaximumInFlight(65_535));
        try (VirtualBroker broker = new VirtualBroker(1, 1, settings)) {
            Client client =
                    subscriber(broker, durable ? persistent("client") : Connect.v5("client"), "t", Qos.AT_LEAST_ONCE);
            Client publisher = publisher(broker);
            for (int i = 1; i <= 65_537; i++) {
                publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
            }
            List<Publish> got = client.received(Publish.class);
            assertThat(packetIds(got))
                    .isEqualTo(IntStream.rangeClosed(1, 65_535).boxed().toList());
            client.send(new Puback(2)); // Its place is free, but the next packet id in order is 1.
            assertThat(client.received()).isEmpty();
            client.send(new Puback(1));
            assertThat(packetIds(client.received(Publish.class))).containsExactly(1, 2);
        }
    }

    @Test
    void retainedQos0IsNotHeldBackByUnacknowledgedMessages() { // [MQTT-4.9.0-2]
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            Client publisher = publisher(broker);
            publisher.send(Publish.qos0("retained", Binary.utf8("now")).withRetain(true));
            Client narrow = subscriber(broker, narrow(false), "t", Qos.AT_LEAST_ONCE);
            publish(broker, publisher, "m1");
            narrow.expect(Publish.class);
            narrow.send(Subscribe.of(2, "retained", Qos.AT_LEAST_ONCE));
            assertThat(payloads(narrow.received(Publish.class))).containsExactly("now");
        }
    }

    @Test
    void everyMessageOfASessionThatEndsIsReported() {
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            Client client = subscriber(broker, narrow(false), "t", Qos.AT_LEAST_ONCE);
            away(broker, "away");
            publish(broker, publisher(broker), "m1", "m2");
            client.drop();
            broker.connect(Connect.v5("away"));
            assertThat(broker.drops())
                    .hasSize(4)
                    .allMatch(drop -> drop.reason() == DropReason.SESSION_ENDED
                            && drop.publisher().equals("publisher"))
                    .extracting(Drop::receiver)
                    .containsOnly("narrow", "away");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheClientHasReceivedIsNotLostWhenItsSessionEndsBeforePubcomp(boolean durable) {
        try (VirtualBroker broker = broker(UnaryOperator.identity())) {
            Connect connect = durable ? persistent("client") : Connect.v5("client");
            Client client = subscriber(broker, connect, "t", Qos.EXACTLY_ONCE);
            publisher(broker).send(Publish.qos2("t", Binary.utf8("got"), 1));
            client.send(new Pubrec(client.expect(Publish.class).packetId()));
            client.expect(Pubrel.class);
            broker.connect(Connect.v5("client"));
            assertThat(broker.drops()).isEmpty();
        }
    }

    @Test
    void keptQos0ThatWasSentWhileItsSessionWasTakenOverLeavesTheQueue() {
        for (long seed = 1; seed <= 200; seed++) {
            Settings settings = Settings.defaults()
                    .withQueue(queue -> queue.withKeepQos0(true).withMaximumMessages(1));
            try (VirtualBroker broker = VirtualBroker.ofLateAnswers(2, seed, settings)) {
                Client former = subscriber(broker, persistent("client"), "t", Qos.AT_LEAST_ONCE);
                Client publisher = publisher(broker);
                Client latter = broker.open(MqttVersion.V5, 1);
                latter.send(persistent("client"));
                publisher.send(Publish.qos0("t", Binary.utf8("m1")));
                broker.settle();
                former.received();
                latter.drop();
                broker.drops();
                publish(broker, publisher, "m2");
                assertThat(broker.drops()).as("drops with seed %s", seed).isEmpty();
            }
        }
    }

    /** Publishes through a session that is taken over, lost and found, and sees that each message is delivered or dropped. */
    @ParameterizedTest
    @EnumSource(FullQueuePolicy.class)
    void whateverHappensAMessageIsEitherDeliveredOrDropped(FullQueuePolicy policy) {
        for (long seed = 1; seed <= 40; seed++) {
            Settings settings = Settings.defaults()
                    .withQueue(queue -> queue.withMaximumMessages(12).withWhenFull(policy));
            try (VirtualBroker broker = new VirtualBroker(2, seed, settings)) {
                accountsForAll(broker, new Random(seed));
            }
            try (VirtualBroker broker = VirtualBroker.ofLateAnswers(2, seed, settings)) {
                accountsForAll(broker, new Random(seed));
            }
        }
    }

    private static void accountsForAll(VirtualBroker broker, Random random) {
        Client client = subscriber(broker, persistent("client"), "t/#", Qos.AT_LEAST_ONCE);
        Client publisher = publisher(broker);
        Map<String, Integer> packetIds = new HashMap<>();
        List<String> order = new ArrayList<>();
        int published = 0;
        for (int round = 0; round < 300; round++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    client.breakSoon();
                    client = reconnect(broker, random);
                }
                case 1 -> client = reconnect(broker, random);
                case 2, 3 -> acknowledgeSome(client, random, packetIds, order);
                default -> publisher.send(Publish.qos1("t/" + published, Binary.EMPTY, 1 + published++ % 60_000));
            }
            for (int turns = random.nextInt(6); turns > 0; turns--) {
                broker.turn();
            }
        }
        broker.pass(Duration.ofSeconds(1));
        client.drop();
        client = broker.connect(persistent("client"));
        for (int i = 0; i < 40; i++) {
            acknowledgeSome(
                    client,
                    new Random() {
                        @Override
                        public int nextInt(int bound) {
                            return 1;
                        }
                    },
                    packetIds,
                    order);
            broker.settle();
        }
        Set<String> dropped =
                new HashSet<>(broker.drops().stream().map(Drop::topic).toList());
        Set<String> all = new TreeSet<>(
                IntStream.range(0, published).mapToObj(i -> "t/" + i).toList());
        Set<String> accounted = new TreeSet<>(packetIds.keySet());
        assertThat(accounted).as("delivered, though reported as dropped").noneMatch(dropped::contains);
        accounted.addAll(dropped);
        assertThat(accounted).isEqualTo(all);
        assertThat(order)
                .extracting(topic -> Integer.parseInt(topic.substring(2)))
                .isSorted();
        assertThat(order.stream().map(packetIds::get).toList())
                .isEqualTo(IntStream.rangeClosed(1, order.size()).boxed().toList());
    }

    private static Client reconnect(VirtualBroker broker, Random random) {
        Client client = broker.openSoon(persistent("client").version());
        client.send(persistent("client")
                .withProperties(ConnectProperties.NONE
                        .withSessionExpiryInterval(1000)
                        .withReceiveMaximum(1 + random.nextInt(5))));
        return client;
    }

    private static void acknowledgeSome(
            Client client, Random random, Map<String, Integer> packetIds, List<String> order) {
        for (Packet packet : client.receivedSoFar()) {
            if (packet instanceof Publish publish) {
                Integer before = packetIds.put(publish.topic(), publish.packetId());
                if (before == null) {
                    order.add(publish.topic());
                } else {
                    assertThat(publish.packetId()).as("sent again").isEqualTo(before);
                }
                if (random.nextInt(3) > 0) {
                    client.send(new Puback(publish.packetId()));
                }
            }
        }
    }
}
