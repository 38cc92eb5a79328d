package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.FilterAnswer;
import io.aldis.broker.admin.FilterAnswer.Answered;
import io.aldis.broker.admin.FilterAnswer.NoSession;
import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.SessionDetail;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link io.aldis.broker.admin.Admin} does to sessions: subscribe and unsubscribe, disconnect, delete, look into. */
class AdminSessionTest {

    private static final ConnectProperties LASTING = ConnectProperties.NONE.withSessionExpiryInterval(1000);

    private static Connect durable(String clientId) {
        return Connect.v5(clientId).withKeepAlive(0).withCleanStart(false).withProperties(LASTING);
    }

    private static Connect connect(String clientId, boolean durable) {
        return durable ? durable(clientId) : Connect.v5(clientId).withKeepAlive(0);
    }

    private static Connect mortal(String clientId, long delaySeconds) {
        return durable(clientId)
                .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)
                        .withProperties(WillProperties.NONE.withDelayInterval(delaySeconds)));
    }

    private static Client watcher(VirtualBroker broker, String filter) {
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, filter, Qos.AT_LEAST_ONCE));
        watcher.expect(Suback.class);
        return watcher;
    }

    private static Message message(String topic, String payload) {
        return Message.builder(topic).payload(payload).qos(Qos.AT_LEAST_ONCE).build();
    }

    private static void publish(VirtualBroker broker, String topic, String... payloads) {
        for (String payload : payloads) {
            Answers.of(broker, broker.admin().publish(message(topic, payload)));
        }
    }

    private static List<String> payloads(Client client) {
        return client.received(Publish.class).stream()
                .map(publish -> publish.payload().toUtf8())
                .toList();
    }

    private static List<ReasonCode> reasons(FilterAnswer answer) {
        assertThat(answer).isInstanceOf(Answered.class);
        return ((Answered) answer).reasons();
    }

    private static SessionDetail detail(VirtualBroker broker, String clientId) {
        return Answers.of(broker, broker.admin().sessionDetail(clientId)).orElseThrow();
    }

    // Subscriptions.

    @ParameterizedTest
    @ValueSource(strings = {"transient, at once", "transient, late", "durable, at once", "durable, late"})
    void aConnectedClientIsSubscribed(String how) {
        try (VirtualBroker broker = Answers.broker(how.endsWith("late"), Settings.defaults())) {
            Client client = broker.connect(connect("client", how.startsWith("durable")));
            assertThat(reasons(Answers.of(
                            broker,
                            broker.admin()
                                    .subscribe(
                                            "client",
                                            List.of(
                                                    Subscription.of("a", Qos.AT_LEAST_ONCE),
                                                    Subscription.of("b/#/c", Qos.AT_LEAST_ONCE),
                                                    Subscription.of("d", Qos.AT_MOST_ONCE)),
                                            7))))
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1, ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.GRANTED_QOS_0);
            publish(broker, "a", "one");
            assertThat(client.received(Publish.class)).singleElement().satisfies(publish -> {
                assertThat(publish.payload().toUtf8()).isEqualTo("one");
                assertThat(publish.properties().subscriptionIdentifiers()).containsExactly(7);
            });
            assertThat(broker.admin().session("client").map(SessionInfo::subscriptions))
                    .contains(2);

            assertThat(reasons(Answers.of(broker, broker.admin().unsubscribe("client", List.of("a", "nothing")))))
                    .containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
            publish(broker, "a", "two");
            assertThat(client.received()).isEmpty();
            assertThat(broker.admin().statistics().subscriptions()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDurableSessionIsSubscribedWhileItsClientIsAway(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            broker.connect(durable("away")).drop();
            Answers.of(broker, broker.admin().storeRetained(message("t", "retained")));
            assertThat(reasons(Answers.of(
                            broker, broker.admin().subscribe("away", Subscription.of("t", Qos.EXACTLY_ONCE)))))
                    .containsExactly(ReasonCode.GRANTED_QOS_2);
            publish(broker, "t", "waited");
            Client back = broker.connect(durable("away"));
            assertThat(payloads(back)).containsExactlyInAnyOrder("retained", "waited");
            back.drop();
            assertThat(reasons(Answers.of(broker, broker.admin().unsubscribe("away", List.of("t")))))
                    .containsExactly(ReasonCode.SUCCESS);
            publish(broker, "t", "unwanted");
            back = broker.connect(durable("away"));
            assertThat(payloads(back)).doesNotContain("unwanted");
            assertThat(broker.admin().statistics().subscriptions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void retainedMessagesFollowAsTheRetainHandlingSays(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client client = broker.connect(durable("client"));
            Answers.of(broker, broker.admin().storeRetained(message("t", "kept")));
            Subscription always = Subscription.of("t", Qos.AT_LEAST_ONCE);
            Subscription ifNew = always.withRetainHandling(RetainHandling.SEND_IF_NEW);
            Answers.of(broker, broker.admin().subscribe("client", ifNew));
            List<Publish> first = client.received(Publish.class);
            assertThat(first).extracting(Publish::retain).containsExactly(true);
            client.send(new Puback(first.get(0).packetId()));
            Answers.of(broker, broker.admin().subscribe("client", ifNew));
            assertThat(client.received()).isEmpty();
            Answers.of(broker, broker.admin().subscribe("client", always));
            assertThat(payloads(client)).containsExactly("kept");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transient, at once", "transient, late", "durable, at once", "durable, late"})
    void theBoundsOfClientsHold(String how) {
        Settings settings = Settings.defaults()
                .withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE))
                .withSubscription(subscription -> subscription
                        .withMaximumPerSession(2)
                        .withIdentifiers(false)
                        .withShared(false)
                        .withRefused(List.of("#")));
        try (VirtualBroker broker = Answers.broker(how.endsWith("late"), settings)) {
            broker.connect(connect("client", how.startsWith("durable")));
            List<Subscription> wanted = List.of(
                    Subscription.of("a", Qos.EXACTLY_ONCE),
                    Subscription.of("#", Qos.AT_MOST_ONCE),
                    Subscription.of("$share/g/a", Qos.AT_MOST_ONCE),
                    Subscription.of("b", Qos.AT_MOST_ONCE),
                    Subscription.of("c", Qos.AT_MOST_ONCE),
                    Subscription.of("a", Qos.AT_MOST_ONCE));
            assertThat(reasons(Answers.of(broker, broker.admin().subscribe("client", wanted, 0))))
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.UNSPECIFIED_ERROR,
                            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                            ReasonCode.GRANTED_QOS_0,
                            ReasonCode.QUOTA_EXCEEDED,
                            ReasonCode.GRANTED_QOS_0);
            assertThat(Answers.refusal(broker, broker.admin().subscribe("client", wanted, 1))
                            .reason())
                    .isEqualTo(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
            assertThat(broker.admin().subscriptionsOf("client", Page.START, 10).entries())
                    .extracting("identifier", "filter")
                    .containsExactly(tuple(0, "a"), tuple(0, "b"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyIsSubscribedWhoHasNoSession(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Subscription subscription = Subscription.of("t", Qos.AT_MOST_ONCE);
            assertThat(Answers.of(broker, broker.admin().subscribe("stranger", subscription)))
                    .isEqualTo(new NoSession());
            assertThat(Answers.of(broker, broker.admin().unsubscribe("stranger", List.of("t"))))
                    .isEqualTo(new NoSession());
            broker.connect(Connect.v5("gone")).drop();
            assertThat(Answers.of(broker, broker.admin().subscribe("gone", subscription)))
                    .isEqualTo(new NoSession());
            assertThat(broker.admin().statistics().subscriptions()).isZero();
            assertThat(broker.admin().subscriptionsTo("t", Page.START, 10).entries())
                    .isEmpty();
            assertThatThrownBy(() -> broker.admin().subscribe("stranger", List.of(subscription), 268_435_456))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transientSessionsThatEndMeanwhileLeaveNothingBehind(boolean late) {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            try (VirtualBroker broker = late
                    ? VirtualBroker.ofLateAnswers(2, seed, Settings.defaults())
                    : new VirtualBroker(2, seed, Settings.defaults())) {
                for (int i = 0; i < 3; i++) {
                    Client client = broker.openSoon(MqttVersion.V5);
                    client.send(Connect.v5("client").withKeepAlive(0));
                    takeTurns(broker, random.nextInt(12));
                    var unused = broker.admin().subscribe("client", Subscription.of("t", Qos.AT_MOST_ONCE));
                    client.breakSoon();
                    takeTurns(broker, random.nextInt(12));
                    var unusedToo = broker.admin().subscribe("client", Subscription.of("t", Qos.AT_MOST_ONCE));
                }
                broker.settle();
                assertThat(broker.admin().session("client")).as("seed %s", seed).isEmpty();
                assertThat(broker.admin().subscriptionsTo("t", Page.START, 10).entries())
                        .as("seed %s", seed)
                        .isEmpty();
                assertThat(broker.admin().statistics().subscriptions())
                        .as("seed %s", seed)
                        .isZero();
            }
        }
    }

    private static void takeTurns(VirtualBroker broker, int turns) {
        for (int i = 0; i < turns; i++) {
            var unused = broker.turn();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aSessionThatIsReplacedMeanwhileIsAnsweredForByItsSuccessor(int seed) {
        try (VirtualBroker broker = VirtualBroker.ofLateAnswers(2, seed, Settings.defaults())) {
            broker.connect(durable("client"));
            Client next = broker.openSoon(MqttVersion.V5);
            next.send(durable("client").withCleanStart(true));
            var answer = broker.admin().subscribe("client", Subscription.of("t", Qos.AT_MOST_ONCE));
            assertThat(reasons(Answers.of(broker, answer))).containsExactly(ReasonCode.GRANTED_QOS_0);
            long now = broker.admin().session("client").orElseThrow().subscriptions();
            assertThat(broker.admin().statistics().subscriptions()).isEqualTo(now);
        }
    }

    // Disconnecting.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientIsSentAway(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client watcher = watcher(broker, "will");
            Client client = broker.connect(mortal("client", 0));
            assertThat(Answers.of(
                            broker, broker.admin().disconnect("client", ReasonCode.QUOTA_EXCEEDED, "Too much.", true)))
                    .isTrue();
            Disconnect disconnect = client.expect(Disconnect.class);
            assertThat(disconnect.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(disconnect.properties().reasonString()).isEqualTo("Too much.");
            assertThat(payloads(watcher)).containsExactly("gone"); // [MQTT-3.1.2-8]
            assertThat(broker.admin().session("client")).hasValueSatisfying(session -> {
                assertThat(session.connected()).isFalse();
                assertThat(session.disconnectedAt()).isNotNull();
            });
            assertThat(broker.admin().client("client")).isEmpty();
            assertThat(Answers.of(broker, broker.admin().disconnect("client", ReasonCode.ADMINISTRATIVE_ACTION)))
                    .isFalse();
            assertThat(broker.connect(durable("client")).connack.sessionPresent())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsWillMayBeThrownAway(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client watcher = watcher(broker, "will");
            broker.connect(mortal("client", 10));
            assertThat(Answers.of(
                            broker, broker.admin().disconnect("client", ReasonCode.ADMINISTRATIVE_ACTION, "", false)))
                    .isTrue();
            broker.pass(Duration.ofSeconds(2000));
            assertThat(watcher.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theAnswerComesWhenATransientSessionIsGone(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            broker.connect(Connect.v311("client"));
            var gone = broker.admin()
                    .disconnect("client", ReasonCode.ADMINISTRATIVE_ACTION)
                    .thenApply(was -> was && broker.admin().session("client").isEmpty());
            assertThat(Answers.of(broker, gone)).isTrue();
        }
    }

    @Test
    void aClientIsNotSentAwayWithKindWords() {
        try (VirtualBroker broker = new VirtualBroker()) {
            assertThatThrownBy(() -> broker.admin().disconnect("client", ReasonCode.SUCCESS))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> broker.admin().disconnect("client", ReasonCode.BANNED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("BANNED");
        }
    }

    // Deleting.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionIsDeletedUnderItsClient(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client watcher = watcher(broker, "will");
            Client client = broker.connect(mortal("client", 100));
            client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
            client.expect(Suback.class);
            publish(broker, "t", "in flight");
            client.expect(Publish.class);
            var gone = broker.admin()
                    .deleteSession("client")
                    .thenApply(was -> was
                            && broker.admin().session("client").isEmpty()
                            && broker.admin().client("client").isEmpty()
                            && broker.admin()
                                    .subscriptionsTo("t", Page.START, 10)
                                    .entries()
                                    .isEmpty());
            assertThat(Answers.of(broker, gone)).isTrue();
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(client.closed()).isTrue();
            assertThat(payloads(watcher)).containsExactly("gone"); // [MQTT-3.1.3-9]
            assertThat(broker.drops())
                    .extracting(Drop::reason, Drop::receiver)
                    .containsExactly(tuple(DropReason.SESSION_ENDED, "client"));
            assertThat(broker.connect(durable("client")).connack.sessionPresent())
                    .isFalse();
            broker.pass(Duration.ofSeconds(2000));
            assertThat(watcher.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransientSessionIsDeletedToo(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client client = broker.connect(Connect.v311("client"));
            client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
            client.expect(Suback.class);
            var gone = broker.admin()
                    .deleteSession("client")
                    .thenApply(was -> was
                            && broker.admin()
                                    .subscriptionsTo("t", Page.START, 10)
                                    .entries()
                                    .isEmpty());
            assertThat(Answers.of(broker, gone)).isTrue();
            assertThat(client.closed()).isTrue();
            assertThat(broker.admin().statistics().subscriptions()).isZero();
            assertThat(broker.admin().statistics().clientsConnected()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionIsDeletedWhileItsClientIsAway(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client watcher = watcher(broker, "will");
            broker.connect(mortal("one", 100)).drop();
            broker.connect(mortal("two", 100)).drop();
            assertThat(Answers.of(broker, broker.admin().deleteSession("one"))).isTrue();
            assertThat(payloads(watcher)).containsExactly("gone"); // [MQTT-3.1.3-9]
            assertThat(Answers.of(broker, broker.admin().deleteSession("two", false)))
                    .isTrue();
            broker.pass(Duration.ofSeconds(2000));
            assertThat(watcher.received()).isEmpty();
            assertThat(Answers.of(broker, broker.admin().deleteSession("one"))).isFalse();
            assertThat(Answers.of(broker, broker.admin().deleteSession("stranger")))
                    .isFalse();
            assertThat(broker.admin().sessions())
                    .extracting(SessionInfo::clientId)
                    .containsExactly("watcher");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatItHadOfASharedSubscriptionGoesToAnotherMember(boolean late) { // [MQTT-4.8.2-5]
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Subscription share = Subscription.of("$share/g/t", Qos.AT_LEAST_ONCE);
            broker.connect(durable("away")).drop();
            Answers.of(broker, broker.admin().subscribe("away", share));
            publish(broker, "t", "one", "two");
            Client heir = broker.connect(Connect.v5("heir"));
            Answers.of(broker, broker.admin().subscribe("heir", share));
            assertThat(heir.received()).isEmpty();
            assertThat(Answers.of(broker, broker.admin().deleteSession("away"))).isTrue();
            assertThat(payloads(heir)).containsExactly("one", "two");
            assertThat(broker.drops()).isEmpty();
        }
    }

    // Looking into them.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDurableSessionTellsWhatItHolds(boolean late) {
        Settings settings = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(5))
                .withSession(session -> session.withMaximumInFlight(2));
        try (VirtualBroker broker = Answers.broker(late, settings)) {
            holds(broker, durable("client"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransientSessionTellsWhatItHolds(boolean late) {
        Settings settings = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(5))
                .withSession(session -> session.withMaximumInFlight(2));
        try (VirtualBroker broker = Answers.broker(late, settings)) {
            holds(broker, Connect.v5("client").withKeepAlive(0));
        }
    }

    private static void holds(VirtualBroker broker, Connect connect) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
        client.expect(Suback.class);
        client.send(Publish.qos2("u", Binary.utf8("x"), 1), Publish.qos2("u", Binary.utf8("x"), 2));
        client.received();
        publish(broker, "t", "1", "2", "3", "4", "5", "6");
        Answers.of(
                broker,
                broker.admin()
                        .publishTo(
                                "client",
                                message("t", "x").toBuilder()
                                        .qos(Qos.AT_MOST_ONCE)
                                        .build()));
        List<Publish> sent = client.received(Publish.class);
        assertThat(sent).hasSize(3);
        int bytes = message("t", "3").bytes();

        SessionDetail full = detail(broker, "client");
        assertThat(full.inFlight()).isEqualTo(2);
        assertThat(full.maximumInFlight()).isEqualTo(2);
        assertThat(full.queued()).isEqualTo(3);
        assertThat(full.queuedBytes()).isEqualTo(3L * bytes);
        assertThat(full.maximumQueued()).isEqualTo(5);
        assertThat(full.awaitingRelease()).isEqualTo(2);
        assertThat(full.maximumAwaitingRelease()).isEqualTo(1000);
        assertThat(full.delivered()).isEqualTo(3);
        assertThat(full.dropped()).isEqualTo(1);
        assertThat(full.session().connected()).isTrue();
        assertThat(full.session().subscriptions()).isEqualTo(1);

        client.send(new Puback(sent.get(0).packetId()), new Pubrel(1));
        client.received();
        SessionDetail fewer = detail(broker, "client");
        assertThat(fewer.inFlight()).isEqualTo(2);
        assertThat(fewer.queued()).isEqualTo(2);
        assertThat(fewer.queuedBytes()).isEqualTo(2L * bytes);
        assertThat(fewer.awaitingRelease()).isEqualTo(1);
        assertThat(fewer.delivered()).isEqualTo(4);
    }

    @Test
    void whatWaitsForAClientThatIsAwayIsToldToo() {
        try (VirtualBroker broker = new VirtualBroker()) {
            broker.connect(durable("away")).drop();
            for (int i = 0; i < 3; i++) {
                Answers.of(broker, broker.admin().publishTo("away", message("t", "x")));
            }
            SessionDetail away = detail(broker, "away");
            assertThat(away.queued()).isEqualTo(3);
            assertThat(away.inFlight()).isZero();
            assertThat(away.session().connected()).isFalse();
            assertThat(Answers.of(broker, broker.admin().sessionDetail("stranger")))
                    .isEmpty();
        }
    }
}
