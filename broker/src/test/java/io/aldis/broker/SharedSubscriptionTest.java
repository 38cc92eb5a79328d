package io.aldis.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.SharedStrategy;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which member of a shared subscription gets a message, and what happens when that member goes (MQTT 5.0 §4.8.2). */
class SharedSubscriptionTest {

    private static final String SHARE = "$share/g/s/#";

    private static Settings settings(SharedStrategy strategy) {
        return Settings.defaults().withSubscription(subscription -> subscription.withSharedStrategy(strategy));
    }

    private static Connect durable(String clientId, int expirySeconds) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private static Client member(VirtualBroker broker, String clientId) {
        return member(broker, Connect.v5(clientId), Qos.EXACTLY_ONCE);
    }

    private static Client member(VirtualBroker broker, Connect connect, Qos qos) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, SHARE, qos));
        client.expect(Suback.class);
        return client;
    }

    private static List<Client> members(VirtualBroker broker, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> member(broker, "member" + i))
                .toList();
    }

    private static void publish(Client publisher, String topic, Qos qos, String... payloads) {
        for (String payload : payloads) {
            publisher.send(
                    switch (qos) {
                        case AT_MOST_ONCE -> Publish.qos0(topic, Binary.utf8(payload));
                        case AT_LEAST_ONCE -> Publish.qos1(topic, Binary.utf8(payload), 1);
                        case EXACTLY_ONCE -> Publish.qos2(topic, Binary.utf8(payload), 2);
                    });
            if (qos == Qos.EXACTLY_ONCE) {
                publisher.received();
                publisher.send(new Pubrel(2));
                publisher.received();
            }
        }
        publisher.received();
    }

    private static List<String> payloads(Client client) {
        return payloads(client.received(Publish.class));
    }

    private static List<String> payloads(List<Publish> publishes) {
        return publishes.stream().map(publish -> publish.payload().toUtf8()).toList();
    }

    private static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new);
    }

    private static long dropped(VirtualBroker broker, DropReason reason) {
        return broker.admin().statistics().dropped().getOrDefault(reason, 0L);
    }

    // Strategies.

    @ParameterizedTest
    @EnumSource(SharedStrategy.class)
    void eachMessageGoesToOneMember(SharedStrategy strategy) { // MQTT 5.0 §4.8.2
        try (VirtualBroker broker = new VirtualBroker(3, 1, settings(strategy))) {
            List<Client> members = members(broker, 4);
            for (Qos qos : Qos.values()) {
                publish(broker.connect(Connect.v5("publisher")), "s/x", qos, numbered(12));
                List<String> all = new ArrayList<>();
                members.forEach(member -> all.addAll(payloads(member)));
                assertThat(all).containsExactlyInAnyOrder(numbered(12));
            }
        }
    }

    @Test
    void byChanceEveryMemberGetsSomeAndTheSameChanceDividesAlike() {
        List<List<List<String>>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (VirtualBroker broker = new VirtualBroker(2, 7, settings(SharedStrategy.RANDOM))) {
                List<Client> members = members(broker, 3);
                members.get(1).drop();
                publish(broker.connect(Connect.v5("publisher")), "s/x", Qos.AT_MOST_ONCE, numbered(100));
                runs.add(List.of(payloads(members.get(0)), payloads(members.get(2))));
            }
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
        assertThat(runs.get(0)).allSatisfy(got -> assertThat(got).hasSizeBetween(30, 70));
        String alternating = String.join(
                ",", IntStream.range(0, 50).mapToObj(i -> "m" + 2 * i).toList());
        assertThat(String.join(",", runs.get(0).get(0))).isNotEqualTo(alternating);
    }

    @Test
    void theMemberWithTheFewestUnacknowledgedMessagesIsNext() {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(SharedStrategy.LEAST_IN_FLIGHT))) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            Client slow = member(broker, "slow");
            Client quick = member(broker, "quick");
            for (int i = 0; i < 20; i++) {
                publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "m" + i);
                quick.received(Publish.class).forEach(publish -> quick.send(new Puback(publish.packetId())));
                broker.settle();
            }
            assertThat(slow.received(Publish.class)).hasSizeLessThan(2);
        }
    }

    @Test
    void amongMembersThatAreAwayTheOneWithTheFewestWaitingMessagesIsNext() {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(SharedStrategy.LEAST_IN_FLIGHT))) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            Client one = member(broker, durable("one", 1000), Qos.AT_LEAST_ONCE);
            publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "before"); // Is unacknowledged when its member goes.
            one.drop();
            member(broker, durable("other", 1000), Qos.AT_LEAST_ONCE).drop();
            for (String payload : numbered(21)) {
                publish(publisher, "s/x", Qos.AT_LEAST_ONCE, payload);
            }
            assertThat(broker.connect(durable("one", 1000)).received(Publish.class))
                    .hasSize(11);
        }
    }

    @Test
    void aBurstIsDividedEvenBeforeTheMembersCouldSayWhatTheyHave() {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(SharedStrategy.LEAST_IN_FLIGHT))) {
            List<Client> members = members(broker, 2);
            Client publisher = broker.connect(Connect.v5("publisher"));
            Publish[] burst = IntStream.range(0, 30)
                    .mapToObj(i -> Publish.qos1("s/x", Binary.utf8("m" + i), i + 1))
                    .toArray(Publish[]::new);
            publisher.send(burst);
            assertThat(payloads(members.get(0))).hasSize(15);
            assertThat(payloads(members.get(1))).hasSize(15);
        }
    }

    @Test
    void theStickyMemberIsTheSameForAllLoopsUntilItGoesAndWhenItIsBack() {
        try (VirtualBroker broker = new VirtualBroker(3, 1, settings(SharedStrategy.STICKY))) {
            Map<String, Client> members = new HashMap<>();
            IntStream.range(0, 5).forEach(i -> members.put("member" + i, member(broker, "member" + i)));
            List<Client> publishers = IntStream.range(0, 6)
                    .mapToObj(i -> broker.connect(Connect.v5("publisher" + i)))
                    .toList();
            String first = theOne(members, publishers);
            requireNonNull(members.remove(first)).send(new Disconnect());
            broker.settle();
            String second = theOne(members, publishers);
            members.put(first, member(broker, first));
            assertThat(theOne(members, publishers)).isEqualTo(first).isNotEqualTo(second);
        }
    }

    /** The one member that gets what these publish on several topics. */
    private static String theOne(Map<String, Client> members, List<Client> publishers) {
        for (int i = 0; i < publishers.size(); i++) {
            publish(publishers.get(i), "s/" + i, Qos.AT_MOST_ONCE, "x");
        }
        List<String> takers = new ArrayList<>();
        members.forEach((clientId, client) -> {
            if (client.received(Publish.class).size() == publishers.size()) {
                takers.add(clientId);
            }
        });
        assertThat(takers).hasSize(1);
        return takers.get(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = SharedStrategy.class,
            names = {"HASH_CLIENT", "HASH_TOPIC"})
    void aHashKeepsEachKeyWithItsMemberAndOnlyALeavingOnesKeysMove(SharedStrategy strategy) {
        try (VirtualBroker broker = new VirtualBroker(3, 1, settings(strategy))) {
            Map<String, Client> members = new HashMap<>();
            IntStream.range(0, 5).forEach(i -> members.put("member" + i, member(broker, "member" + i)));
            List<Client> publishers = IntStream.range(0, 30)
                    .mapToObj(i -> broker.connect(Connect.v5("publisher" + i)))
                    .toList();
            Map<String, String> before = memberByKey(strategy, members, publishers);
            assertThat(before.values()).contains("member0", "member1", "member2", "member3", "member4");
            assertThat(memberByKey(strategy, members, publishers)).isEqualTo(before);
            requireNonNull(members.remove("member3")).drop();
            Map<String, String> after = memberByKey(strategy, members, publishers);
            before.forEach((key, member) -> {
                if (!member.equals("member3")) {
                    assertThat(after).containsEntry(key, member);
                }
            });
            assertThat(after.values()).doesNotContain("member3");
        }
    }

    /** Who gets each key, which is the publisher or the topic; the other of these two changes under it. */
    private static Map<String, String> memberByKey(
            SharedStrategy strategy, Map<String, Client> members, List<Client> publishers) {
        for (int i = 0; i < publishers.size(); i++) {
            for (int j = 0; j < 3; j++) {
                boolean byClient = strategy == SharedStrategy.HASH_CLIENT;
                Client from = publishers.get(byClient ? i : (i + j) % publishers.size());
                publish(from, "s/" + (byClient ? i + j : i), Qos.AT_MOST_ONCE, "key" + i);
            }
        }
        Map<String, String> byKey = new HashMap<>();
        members.forEach((clientId, client) -> {
            for (String key : payloads(client)) {
                assertThat(byKey.getOrDefault(key, clientId)).as(key).isEqualTo(clientId);
                byKey.put(key, clientId);
            }
        });
        assertThat(byKey).hasSize(publishers.size());
        return byKey;
    }

    // Who can take a message.

    @ParameterizedTest
    @EnumSource(SharedStrategy.class)
    void nothingGoesToAnOfflineMemberWhileOneIsOnline(SharedStrategy strategy) {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(strategy))) {
            List<Client> away = IntStream.range(0, 4)
                    .mapToObj(i -> member(broker, durable("away" + i, 1000), Qos.AT_LEAST_ONCE))
                    .toList();
            Client here = member(broker, "here");
            away.forEach(Client::drop);
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (Qos qos : Qos.values()) {
                publish(publisher, "s/x", qos, numbered(10));
                assertThat(payloads(here)).containsExactly(numbered(10));
            }
            here.drop();
            publish(publisher, "s/x", Qos.AT_MOST_ONCE, "cannot wait");
            assertThat(dropped(broker, DropReason.NO_SHARED_MEMBER)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(SharedStrategy.class)
    void aMemberThatDoesNotReadIsPassedOver(SharedStrategy strategy) {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(strategy))) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            List<Client> members = members(broker, 3);
            members.get(0).readNothing();
            members.get(1).readNothing();
            for (int i = 0; i < 50; i++) {
                publish(publisher, "s/" + i, Qos.AT_MOST_ONCE, "m" + i);
            }
            assertThat(payloads(members.get(2))).hasSizeGreaterThanOrEqualTo(48);
            members.get(0).readAgain();
            members.get(1).readAgain();
            members.get(2).readNothing();
            for (int i = 0; i < 50; i++) {
                publish(publisher, "s/" + i, Qos.AT_MOST_ONCE, "m" + i);
            }
            assertThat(payloads(members.get(0)).size()
                            + payloads(members.get(1)).size())
                    .isGreaterThanOrEqualTo(49);
        }
    }

    @Test
    void aMemberThatNeverAcknowledgesIsPassedOverWhenItsQueueFills() {
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumMessages(20));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            Client mute = member(broker, "mute");
            Client quick = member(broker, "quick");
            for (int i = 0; i < 100; i++) {
                publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "m" + i);
                quick.received(Publish.class).forEach(publish -> quick.send(new Puback(publish.packetId())));
                broker.pass(Duration.ofMillis(50));
            }
            assertThat(mute.received(Publish.class)).hasSizeLessThan(20);
            assertThat(broker.admin().statistics().droppedInTotal()).isZero();
        }
    }

    @Test
    void aMemberGetsNoMoreThanItsOwnGrantedQos() { // [MQTT-4.8.2-3]
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            Client zero = member(broker, Connect.v5("zero"), Qos.AT_MOST_ONCE);
            Client two = member(broker, Connect.v5("two"), Qos.EXACTLY_ONCE);
            publish(broker.connect(Connect.v5("publisher")), "s/x", Qos.EXACTLY_ONCE, numbered(10));
            assertThat(zero.received(Publish.class))
                    .hasSize(5)
                    .extracting(Publish::qos)
                    .containsOnly(Qos.AT_MOST_ONCE);
            assertThat(two.received(Publish.class))
                    .hasSize(5)
                    .extracting(Publish::qos)
                    .containsOnly(Qos.EXACTLY_ONCE);
        }
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void aMemberThatGoesBetweenChoiceAndDeliveryLeavesTheMessageToAnother(Qos qos) {
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings(SharedStrategy.STICKY))) {
            // The group prefers one of the two; both are on the other loop than the publisher.
            Client publisher = connectOn(broker, 0, "publisher");
            Client one = connectOn(broker, 1, "one");
            Client two = connectOn(broker, 1, "two");
            for (Client client : List.of(one, two)) {
                client.send(Subscribe.of(1, SHARE, Qos.AT_LEAST_ONCE));
                client.expect(Suback.class);
            }
            publish(publisher, "s/x", qos, "first");
            boolean oneIsPreferred = !one.received().isEmpty();
            two.received();
            broker.loops().hold(broker.loops().all().get(1));
            (oneIsPreferred ? one : two).breakSoon();
            publish(publisher, "s/x", qos, "second");
            broker.loops().free(broker.loops().all().get(1));
            assertThat(payloads(oneIsPreferred ? two : one)).contains("second");
        }
    }

    private static Client connectOn(VirtualBroker broker, int loop, String clientId) {
        Client client = broker.open(MqttVersion.V5, loop);
        client.send(Connect.v5(clientId));
        client.received();
        return client;
    }

    // What a member that goes had not done.

    @Test
    void whatAMemberDidNotAcknowledgeGoesToAnotherWhenItsSessionEndsButNotQos2InFlight() { // [MQTT-4.8.2-5]
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            Connect leaves = Connect.v5("leaves").withProperties(ConnectProperties.NONE.withReceiveMaximum(4));
            Client leaving = member(broker, leaves, Qos.EXACTLY_ONCE);
            Client publisher = broker.connect(Connect.v5("publisher"));
            publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "acknowledged", "one");
            publish(publisher, "s/x", Qos.EXACTLY_ONCE, "two");
            List<Publish> sent = leaving.received(Publish.class);
            assertThat(payloads(sent)).containsExactly("acknowledged", "one", "two");
            leaving.send(new Puback(sent.get(0).packetId()));
            publish(publisher, "s/x", Qos.EXACTLY_ONCE, "also in flight", "also in flight 2", "waits");
            assertThat(leaving.received(Publish.class)).hasSize(2);
            Client staying = member(broker, "staying");
            leaving.drop();
            assertThat(payloads(staying)).containsExactlyInAnyOrder("one", "waits");
            assertThat(dropped(broker, DropReason.SESSION_ENDED)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenAPersistentSessionEndsTheSameIsTrueOfItsQueue(boolean late) { // [MQTT-4.8.2-5]
        try (VirtualBroker broker = late
                ? VirtualBroker.ofLateAnswers(2, 1, Settings.defaults())
                : new VirtualBroker(2, 1, Settings.defaults())) {
            Client publisher = broker.connect(Connect.v5("publisher"));
            Client leaving = member(broker, durable("leaves", 60), Qos.EXACTLY_ONCE);
            publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "acknowledged", "one");
            publish(publisher, "s/x", Qos.EXACTLY_ONCE, "two");
            List<Publish> sent = leaving.received(Publish.class);
            assertThat(payloads(sent)).containsExactly("acknowledged", "one", "two");
            leaving.send(new Puback(sent.get(0).packetId()));
            leaving.drop();
            publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "waits");
            publish(publisher, "s/x", Qos.EXACTLY_ONCE, "waits, too");
            Client staying = member(broker, "staying");
            broker.pass(Duration.ofSeconds(59));
            assertThat(staying.received()).isEmpty();
            broker.pass(Duration.ofSeconds(2));
            assertThat(payloads(staying)).containsExactlyInAnyOrder("one", "waits", "waits, too");
            assertThat(dropped(broker, DropReason.SESSION_ENDED)).isEqualTo(1);
        }
    }

    @Test
    void aCleanStartEndsTheFormerSessionWhoseMessagesGoToAnother() {
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            Client leaving = member(broker, durable("leaves", 60), Qos.EXACTLY_ONCE);
            publish(broker.connect(Connect.v5("publisher")), "s/x", Qos.AT_LEAST_ONCE, numbered(3));
            assertThat(payloads(leaving)).hasSize(3);
            Client staying = member(broker, "staying");
            broker.connect(Connect.v5("leaves"));
            assertThat(payloads(staying)).containsExactlyInAnyOrder(numbered(3));
        }
    }

    @Test
    void aMessageOfQos2InFlightIsCompletedWithTheSameMemberWhenItIsBack() { // [MQTT-4.8.2-4]
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            Client member = member(broker, durable("member", 1000), Qos.EXACTLY_ONCE);
            Client other = member(broker, durable("other", 1000), Qos.EXACTLY_ONCE);
            publish(broker.connect(Connect.v5("publisher")), "s/x", Qos.EXACTLY_ONCE, numbered(2));
            List<Publish> sent = member.received(Publish.class);
            assertThat(sent).hasSize(1);
            member.drop();
            assertThat(other.received(Publish.class)).hasSize(1);
            member = broker.connect(durable("member", 1000));
            Publish again = member.expect(Publish.class);
            assertThat(again.dup()).isTrue();
            assertThat(again.payload()).isEqualTo(sent.get(0).payload());
            member.send(new Pubrec(again.packetId()));
            member.expect(Pubrel.class);
            member.send(new Pubcomp(again.packetId()));
            assertThat(other.received()).isEmpty();
        }
    }

    @Test
    void whatAMemberRefusesGoesToNobodyElse() { // [MQTT-4.8.2-6]
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            for (Connect connect : List.of(Connect.v5("transient"), durable("durable", 60))) {
                Client refusing = member(broker, connect, Qos.EXACTLY_ONCE);
                Client publisher = broker.connect(Connect.v5("publisher"));
                publish(publisher, "s/x", Qos.AT_LEAST_ONCE, "one");
                publish(publisher, "s/x", Qos.EXACTLY_ONCE, "two");
                List<Publish> sent = refusing.received(Publish.class);
                Client other = member(broker, "other");
                refusing.send(new Puback(sent.get(0).packetId(), ReasonCode.UNSPECIFIED_ERROR));
                refusing.send(new Pubrec(sent.get(1).packetId(), ReasonCode.QUOTA_EXCEEDED));
                assertThat(refusing.received()).isEmpty();
                refusing.send(new Disconnect());
                assertThat(other.received()).isEmpty();
                other.drop();
            }
            assertThat(dropped(broker, DropReason.REFUSED_BY_CLIENT)).isEqualTo(4);
        }
    }

    @Test
    void withoutAnotherMemberWhatIsLeftIsDroppedAndCounted() {
        try (VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults())) {
            Client only = member(broker, "only");
            publish(broker.connect(Connect.v5("publisher")), "s/x", Qos.AT_LEAST_ONCE, numbered(3));
            only.drop();
            assertThat(dropped(broker, DropReason.NO_SHARED_MEMBER)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void nothingOfQos1IsLostWhileMembersComeAndGo(long seed) {
        for (VirtualBroker broker : List.of(
                new VirtualBroker(3, seed, Settings.defaults()),
                VirtualBroker.ofLateAnswers(3, seed, Settings.defaults()))) {
            try (broker) {
                comeAndGo(broker, new Random(seed));
            }
        }
    }

    /** Some members end their sessions when they go, others stay in the group; one is always there. */
    private static void comeAndGo(VirtualBroker broker, Random random) {
        Client publisher = broker.connect(Connect.v5("publisher"));
        Client steady = member(broker, "steady");
        List<Connect> connects = List.of(Connect.v5("transient0"), Connect.v5("transient1"), durable("durable", 1000));
        List<Client> members = new ArrayList<>();
        connects.forEach(connect -> members.add(member(broker, connect, Qos.AT_LEAST_ONCE)));
        Set<Integer> got = new TreeSet<>();
        int published = 0;
        for (int round = 0; round < 400; round++) {
            int which = random.nextInt(members.size());
            switch (random.nextInt(8)) {
                case 0 -> members.get(which).breakSoon();
                case 1, 2, 3 -> {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        publisher.send(Publish.qos1("s/x", Binary.utf8("" + published++), 1));
                    }
                }
                case 4 -> {
                    if (members.get(which).closedSoFar()) {
                        Client again = broker.openSoon(MqttVersion.V5);
                        again.send(connects.get(which), Subscribe.of(1, SHARE, Qos.AT_LEAST_ONCE));
                        members.set(which, again);
                    }
                }
                case 5, 6 -> take(members.get(which), got);
                default -> take(steady, got);
            }
            for (int turns = random.nextInt(6); turns > 0; turns--) {
                broker.turn();
            }
        }
        members.set(2, broker.connect(connects.get(2)));
        broker.settle();
        for (boolean more = true; more; ) {
            more = take(steady, got);
            for (Client member : members) {
                more |= take(member, got);
            }
            broker.settle();
        }
        assertThat(got).as("messages of " + published).hasSize(published);
    }

    /** Acknowledges what has come; whether anything had. */
    private static boolean take(Client client, Set<Integer> got) {
        boolean any = false;
        for (Packet packet : client.receivedSoFar()) {
            if (packet instanceof Publish publish) {
                any = true;
                got.add(Integer.parseInt(publish.payload().toUtf8()));
                client.send(new Puback(publish.packetId()));
            }
        }
        return any;
    }
}
