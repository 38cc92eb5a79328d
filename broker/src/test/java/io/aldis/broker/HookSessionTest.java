package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Auth;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Will;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code OnConnected}, {@code OnSessionCreated}, {@code OnSessionResumed}, {@code OnSessionTerminated}, {@code OnClose} and
 * {@code OnClosed}: how connections and sessions come and go, and what hooks remember of them.
 */
class HookSessionTest {

    private static final AttributeKey<String> NOTE = AttributeKey.of("note", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(
            Settings settings, boolean late, long seed, Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(3, seed), settings, late, owners);
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        return broker(Settings.defaults(), false, 1, hooks, plugins);
    }

    private static Connect lasting(String clientId, long seconds) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(seconds));
    }

    private void hearsOfSessions(HookRegistry hooks) {
        hooks.onSessionCreated(
                        event -> chronicle.add("created " + event.client().clientId()))
                .onSessionResumed(
                        event -> chronicle.add("resumed " + event.client().clientId()))
                .onSessionTerminated(event -> chronicle.add("terminated " + event.clientId() + " " + event.reason()));
    }

    @Test
    void aSessionBeginsBeforeItsClientIsConnectedAndEndsAfterItIsGone() {
        Consumer<HookRegistry> all = hooks -> {
            hearsOfSessions(hooks);
            hooks.onConnected(event -> chronicle.add("connected " + event.sessionPresent()))
                    .onClose(event -> chronicle.add("close"))
                    .onClosed(event -> chronicle.add("closed"));
        };
        try (VirtualBroker broker = broker(all)) {
            Client client = broker.connect(Connect.v5("a"));
            assertThat(chronicle.news()).containsExactly("created a", "connected false");
            client.send(new Disconnect());
            assertThat(client.closed()).isTrue();
            assertThat(chronicle.news())
                    .startsWith("close")
                    .containsExactlyInAnyOrder("close", "terminated a DISCONNECTED", "closed");
            client = broker.connect(lasting("a", 100));
            assertThat(chronicle.news()).containsExactly("created a", "connected false");
            client.drop();
            assertThat(chronicle.news()).containsExactly("close", "closed");
            broker.connect(lasting("a", 100));
            assertThat(chronicle.news()).containsExactly("resumed a", "connected true");
        }
    }

    @Test
    void pluginsHearFirst() {
        try (VirtualBroker broker = broker(
                hooks -> saysWho(hooks, Hooks.EMBEDDER),
                new Owner("one", hooks -> saysWho(hooks, "one")),
                new Owner("two", hooks -> saysWho(hooks, "two")))) {
            Client client = broker.connect(lasting("a", 100));
            assertInOrder("created", "connected");
            client.drop();
            assertInOrder("close", "closed");
            client = broker.connect(lasting("a", 100));
            assertInOrder("resumed", "connected");
            client.drop();
            chronicle.news();
            broker.pass(Duration.ofSeconds(101));
            assertInOrder("terminated");
        }
    }

    private void assertInOrder(String... events) {
        List<String> expected = new ArrayList<>();
        for (String event : events) {
            expected.add(event + " one after null");
            expected.add(event + " two after one");
            expected.add(event + " embedder after two");
        }
        assertThat(chronicle.news()).isEqualTo(expected);
    }

    private void saysWho(HookRegistry hooks, String owner) {
        hooks.onSessionCreated(event -> chronicle.add(
                        "created " + owner + " after " + event.context().put(NOTE, owner)))
                .onSessionResumed(event -> chronicle.add(
                        "resumed " + owner + " after " + event.context().put(NOTE, owner)))
                .onSessionTerminated(event -> chronicle.add(
                        "terminated " + owner + " after " + event.context().put(NOTE, owner)))
                .onConnected(event -> chronicle.add(
                        "connected " + owner + " after " + event.context().put(NOTE, owner)))
                .onClose(event -> chronicle.add(
                        "close " + owner + " after " + event.context().put(NOTE, owner)))
                .onClosed(event -> chronicle.add(
                        "closed " + owner + " after " + event.context().put(NOTE, owner)));
    }

    @Test
    void thoseThatThrowHurtNobody() {
        try (VirtualBroker broker = broker(
                hooks -> saysWho(hooks, "embedder"),
                new Owner(
                        "one",
                        hooks -> hooks.onSessionCreated(HookSessionTest::fail)
                                .onSessionResumed(HookSessionTest::fail)
                                .onSessionTerminated(HookSessionTest::fail)
                                .onConnected(HookSessionTest::fail)
                                .onClose(HookSessionTest::fail)
                                .onClosed(HookSessionTest::fail)))) {
            broker.connect(lasting("a", 100)).drop();
            broker.connect(lasting("a", 100)).drop();
            broker.pass(Duration.ofSeconds(101));
            assertThat(chronicle.news())
                    .extracting(line -> line.substring(0, line.indexOf(' ')))
                    .containsExactly(
                            "created",
                            "connected",
                            "close",
                            "closed",
                            "resumed",
                            "connected",
                            "close",
                            "closed",
                            "terminated");
            assertThat(broker.hooks().uses())
                    .filteredOn(use -> use.owner().equals("one"))
                    .hasSize(6)
                    .allSatisfy(use ->
                            assertThat(use.failures()).isEqualTo(use.calls()).isPositive());
        }
    }

    private static void fail(Object event) {
        throw new NoClassDefFoundError("a library for " + event);
    }

    @Test
    void anOwnerOfAConnectionIsKnownToThem() {
        try (VirtualBroker broker = broker(hooks -> hooks.onConnected(event -> {
                    assertThat(event.client().username()).isEqualTo("ann");
                    assertThat(event.client().connected()).isTrue();
                    assertThat(event.broker().session("a")).isPresent();
                    chronicle.add("connected");
                })
                .onClosed(event -> {
                    assertThat(event.client().username()).isEqualTo("ann");
                    assertThat(event.client().connected()).isFalse();
                    chronicle.add("closed");
                }))) {
            broker.connect(Connect.v5("a").withUsername("ann")).drop();
            assertThat(chronicle.news()).containsExactly("connected", "closed");
        }
    }

    @Nested
    class OnSessionTerminatedTest {

        private VirtualBroker broker(boolean late) {
            return HookSessionTest.broker(Settings.defaults(), late, 1, HookSessionTest.this::hearsOfSessions);
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void disconnectedIfItWasNotToOutliveItsConnection(boolean late) {
            try (VirtualBroker broker = broker(late)) {
                for (MqttVersion version : MqttVersion.values()) {
                    broker.connect(Connect.of(version, "a")).drop();
                    assertThat(chronicle.news()).containsExactly("created a", "terminated a DISCONNECTED");
                }
                broker.connect(lasting("a", 100))
                        .send(new Disconnect(
                                ReasonCode.SUCCESS, DisconnectProperties.NONE.withSessionExpiryInterval(0)));
                broker.settle();
                assertThat(chronicle.news()).containsExactly("created a", "terminated a DISCONNECTED");
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void expiredIfItsClientStayedAway(boolean late) {
            try (VirtualBroker broker = broker(late)) {
                broker.connect(lasting("a", 100)).drop();
                broker.pass(Duration.ofSeconds(99));
                assertThat(chronicle.news()).containsExactly("created a");
                broker.pass(Duration.ofSeconds(1));
                assertThat(chronicle.news()).containsExactly("terminated a EXPIRED");
            }
        }

        @Test
        void expiredAlsoIfThatIsFoundOutWhenTheClientComesBack() {
            try (VirtualBroker broker = broker(false)) {
                broker.connect(lasting("a", 100)).drop();
                broker.loops().setWallClockBy(Duration.ofSeconds(200));
                broker.connect(lasting("a", 100));
                assertThat(chronicle.news()).containsExactly("created a", "terminated a EXPIRED", "created a");
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void replacedByACleanStart(boolean late) {
            try (VirtualBroker broker = broker(late)) {
                broker.connect(lasting("a", 100)).drop();
                broker.connect(lasting("a", 100).withCleanStart(true));
                assertThat(chronicle.news()).containsExactly("created a", "terminated a REPLACED", "created a");
                broker.connect(lasting("a", 100).withCleanStart(true));
                assertThat(chronicle.news()).as("taken over").containsExactly("terminated a REPLACED", "created a");
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void disconnectedIfItsConnectionWasTakenOverAndNobodyWantedANewOne(boolean late) {
            try (VirtualBroker broker = broker(late)) {
                broker.connect(Connect.v5("a"));
                broker.connect(lasting("a", 100));
                assertThat(chronicle.news()).containsExactly("created a", "terminated a DISCONNECTED", "created a");
            }
        }

        @Test
        void comesAfterTheLastOfItsMessagesWasDropped() {
            try (VirtualBroker broker = HookSessionTest.broker(Settings.defaults(), false, 1, hooks -> {
                hearsOfSessions(hooks);
                hooks.onMsgDropped(event -> chronicle.add("dropped " + event.reason()));
            })) {
                Client client = broker.connect(lasting("a", 100));
                client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
                client.drop();
                Client publisher = broker.connect(Connect.v5("publisher").withKeepAlive(0));
                publisher.send(Publish.qos1("t", Binary.EMPTY, 1), Publish.qos1("t", Binary.EMPTY, 2));
                broker.settle();
                chronicle.news();
                broker.pass(Duration.ofSeconds(100));
                assertThat(chronicle.news())
                        .containsExactly("dropped SESSION_ENDED", "dropped SESSION_ENDED", "terminated a EXPIRED");
            }
        }
    }

    @Nested
    class OnCloseTest {

        private VirtualBroker broker(Settings settings, Consumer<HookRegistry> more) {
            return HookSessionTest.broker(settings, false, 1, hooks -> {
                more.accept(hooks);
                hooks.onClose(event -> chronicle.add(event.client().clientId() + ": " + event.reason()
                                + (event.byClient() ? " by client" : "")
                                + (event.why().isEmpty() ? "" : ", " + event.why())))
                        .onClosed(event -> chronicle.add(event.client().clientId() + " closed"));
            });
        }

        private VirtualBroker broker() {
            return broker(Settings.defaults(), none -> {});
        }

        /** Both were told of, once. */
        private void assertClosed(String how) {
            assertThat(chronicle.news()).containsExactly("a: " + how, "a closed");
        }

        private void assertClosedBecause(Predicate<String> how) {
            List<String> news = chronicle.news();
            assertThat(news).hasSize(2).last().isEqualTo("a closed");
            assertThat(news.get(0)).matches(how);
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void theClientSaidFarewell(MqttVersion version) {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.of(version, "a"));
                client.send(new Disconnect());
                client.drop();
                assertClosed("SUCCESS by client");
            }
        }

        @Test
        void theClientSaidFarewellWithItsWill() {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.v5("a"));
                client.send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
                client.drop();
                assertClosed("DISCONNECT_WITH_WILL_MESSAGE by client");
            }
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void theClientLeft(MqttVersion version) {
            try (VirtualBroker broker = broker()) {
                broker.connect(Connect.of(version, "a")).drop();
                assertClosed("SUCCESS by client");
            }
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void theClientBrokeARule(MqttVersion version) {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.of(version, "a"));
                client.send(Connect.of(version, "a"));
                client.drop();
                assertClosedBecause(how -> how.startsWith("a: PROTOCOL_ERROR, "));
            }
        }

        @Test
        void theClientSentWhatCannotBeRead() {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.v5("a"));
                client.sendBytes(Unpooled.wrappedBuffer(new byte[] {0, 0}));
                client.drop();
                assertClosedBecause(how -> how.startsWith("a: MALFORMED_PACKET, "));
            }
        }

        @Test
        void theClientUsedAnAliasThatIsNone() {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.v5("a"));
                client.send(
                        Publish.qos0("t", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(60_000)));
                client.drop();
                assertClosedBecause(how -> how.startsWith("a: TOPIC_ALIAS_INVALID, Topic alias 60000"));
            }
        }

        @Test
        void theClientFellSilent() {
            try (VirtualBroker broker = broker()) {
                broker.connect(Connect.v5("a").withKeepAlive(10));
                broker.pass(Duration.ofSeconds(30));
                assertClosedBecause(how -> how.startsWith("a: KEEP_ALIVE_TIMEOUT, Nothing was heard"));
            }
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void theClientIdWasTakenOver(MqttVersion version) {
            try (VirtualBroker broker = broker()) {
                Client client = broker.connect(Connect.of(version, "a"));
                broker.connect(Connect.of(version, "a").withCleanStart(false));
                client.drop();
                assertClosedBecause(how -> how.startsWith("a: SESSION_TAKEN_OVER, Another connection"));
            }
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void theClientWasRefused(MqttVersion version) {
            try (VirtualBroker broker =
                    broker(Settings.defaults(), hooks -> hooks.onConnect(event -> event.refuse("Not today.")))) {
                Client client = broker.openSoon(version);
                client.send(Connect.of(version, "a"));
                client.drop();
                assertClosed("NOT_AUTHORIZED, Not today.");
            }
        }

        @Test
        void theClientSaidFarewellWhileItWasFoundOutWhoItIs() {
            Interviewer interviewer = new Interviewer("interview");
            try (VirtualBroker broker = broker(Settings.defaults(), hooks -> hooks.authenticator(interviewer))) {
                Client client = broker.openSoon(MqttVersion.V5);
                client.send(
                        Connect.v5("a").withProperties(ConnectProperties.NONE.withAuthenticationMethod("interview")));
                broker.settle();
                interviewer.asks("who?");
                client.expect(Auth.class);
                client.send(new Disconnect());
                client.drop();
                assertClosed("SUCCESS by client");
            }
        }

        @Test
        void theClientTakesNoPacketAsLargeAsItsConnack() {
            try (VirtualBroker broker = broker()) {
                Client client = broker.openSoon(MqttVersion.V5);
                client.send(Connect.v5("a").withProperties(ConnectProperties.NONE.withMaximumPacketSize(5)));
                broker.settle();
                client.drop();
                assertClosedBecause(how -> how.startsWith("a: PACKET_TOO_LARGE, It takes no packet"));
            }
        }

        @Test
        void theBrokerStops() {
            try (VirtualBroker broker = broker()) {
                broker.connect(Connect.v5("a").withKeepAlive(0));
                broker.stop();
                broker.pass(Duration.ofSeconds(5));
                assertClosedBecause(how -> how.startsWith("a: SERVER_SHUTTING_DOWN, "));
            }
        }

        @Test
        void isNotToldOfAConnectionWithoutAConnect() {
            try (VirtualBroker broker = broker()) {
                broker.open(MqttVersion.V5).drop();
                Client stranger = broker.open(MqttVersion.V5);
                stranger.sendBytes(
                        Unpooled.wrappedBuffer(Binary.utf8("GET / HTTP/1.1").toArray()));
                stranger.drop();
                broker.open(MqttVersion.V5);
                broker.pass(Duration.ofSeconds(20));
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @Test
        void comesBeforeTheWill() {
            try (VirtualBroker broker = broker(
                    Settings.defaults(), hooks -> hooks.onWillPublished(event -> chronicle.add("will published")))) {
                broker.connect(Connect.v5("a").withWill(Will.of("t", Binary.EMPTY, Qos.AT_MOST_ONCE)))
                        .drop();
                assertThat(chronicle.news()).startsWith("a: SUCCESS by client").contains("will published", "a closed");
            }
        }
    }

    // What hooks remember.

    @Test
    void attributesOfAConnectionAreGoneWithIt() {
        try (VirtualBroker broker = broker(hooks -> hooks.onConnect(event -> {
                    chronicle.add("connect " + event.client().attributes().put(NOTE, "from connect"));
                    return event.proceed();
                })
                .onClosed(event ->
                        chronicle.add("closed " + event.client().attributes().get(NOTE))))) {
            broker.connect(lasting("a", 100)).drop();
            broker.connect(lasting("a", 100)).drop();
            assertThat(chronicle.news())
                    .containsExactly("connect null", "closed from connect", "connect null", "closed from connect");
        }
    }

    @Test
    void attributesOfASessionOutliveTheConnectionAndAreGoneWithTheSession() {
        try (VirtualBroker broker = broker(hooks -> hooks.onSessionCreated(event -> chronicle.add(
                        "created " + event.client().sessionAttributes().put(NOTE, "first")))
                .onSessionResumed(event -> chronicle.add(
                        "resumed " + event.client().sessionAttributes().put(NOTE, "second")))
                .onClosed(event -> chronicle.add(
                        "closed " + event.client().sessionAttributes().get(NOTE)))
                .onSessionTerminated(event ->
                        chronicle.add("terminated " + event.sessionAttributes().get(NOTE))))) {
            broker.connect(lasting("a", 100)).drop();
            broker.connect(lasting("a", 100)).drop();
            assertThat(chronicle.news())
                    .containsExactly("created null", "closed first", "resumed first", "closed second");
            broker.pass(Duration.ofSeconds(100));
            assertThat(chronicle.news()).containsExactly("terminated second");
            Client client = broker.connect(lasting("a", 100));
            assertThat(chronicle.news()).containsExactly("created null");
            client.drop();
            chronicle.news();
            broker.connect(lasting("a", 100).withCleanStart(true));
            assertThat(chronicle.news()).containsExactly("terminated first", "created null");
            broker.connect(lasting("b", 100));
            assertThat(chronicle.news()).as("of another client").containsExactly("created null");
        }
    }

    // Each session that hooks hear of begins once, is resumed any number of times, and ends once.

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void sessionsBeginOnceAndEndOnceHoweverConnectionsFight(int seed) {
        for (boolean late : List.of(false, true)) {
            try (VirtualBroker broker = broker(Settings.defaults(), late, seed, this::hearsOfSessions)) {
                Random random = new Random(seed);
                List<Client> clients = new ArrayList<>();
                for (int round = 0; round < 300; round++) {
                    int what = random.nextInt(10);
                    if (what < 3) {
                        Client client = broker.openSoon(MqttVersion.V5);
                        Connect connect = lasting("a", random.nextInt(3) * 100L).withCleanStart(random.nextInt(3) == 0);
                        client.send(random.nextInt(8) == 0 ? tooSmall(connect) : connect);
                        clients.add(client);
                    } else if (what < 5 && !clients.isEmpty()) {
                        clients.get(random.nextInt(clients.size())).breakSoon();
                    } else {
                        broker.turn();
                    }
                }
                broker.settle();
                clients.forEach(Client::drop);
                broker.pass(Duration.ofSeconds(1000));
                assertThat(broker.admin().sessions()).isEmpty();
            }
            boolean present = false;
            for (String line : chronicle.news()) {
                boolean begins = line.startsWith("created");
                assertThat(present).as(line + ", and there is a session").isEqualTo(!begins);
                present = !line.startsWith("terminated");
            }
            assertThat(present).isFalse();
        }
    }

    private static Connect tooSmall(Connect connect) {
        return connect.withProperties(connect.properties().withMaximumPacketSize(5));
    }

    @Test
    void aSubscriberIsToldOfItsOwnSessionFirst() {
        try (VirtualBroker broker = broker(hooks -> {
            hearsOfSessions(hooks);
            hooks.onSubscribed(event -> chronicle.add("subscribed"));
        })) {
            Client client = broker.openSoon(MqttVersion.V5);
            client.send(Connect.v5("a"), Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            assertThat(client.received(Suback.class)).hasSize(1);
            assertThat(chronicle.news()).containsExactly("created a", "subscribed");
        }
    }
}
