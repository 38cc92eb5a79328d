package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.UnsubscribeProperties;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens while a deciding hook has not answered: order is kept, nobody else waits, and nothing is lost or doubled. */
class HookOrderTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    /** What waits for an answer of a hook, in order. */
    private final ArrayDeque<Runnable> questions = new ArrayDeque<>();

    private static VirtualBroker broker(boolean late, long seed, Consumer<HookRegistry> hooks) {
        return VirtualBroker.of(
                new VirtualLoops(3, seed),
                Settings.defaults().withHook(hook -> hook.withDecisionTimeout(TIMEOUT)),
                late,
                List.of(Owner.embedder(hooks)));
    }

    private <A> CompletableFuture<A> later(String about, A answer) {
        chronicle.add(about);
        CompletableFuture<A> future = new CompletableFuture<>();
        questions.add(() -> future.complete(answer));
        return future;
    }

    /** Answers a question on a thread of its own. */
    private void answer(VirtualBroker broker) {
        broker.loops().background().execute(questions.remove());
        broker.settle();
    }

    /** All that can be decided is decided later, for clients called "slow". */
    private void decidesLater(HookRegistry hooks) {
        hooks.authorizerAsync(event -> event.client().clientId().startsWith("slow")
                        ? later("authorize " + event.topic(), event.allow())
                        : CompletableFuture.completedFuture(event.allow()))
                .onMsgArrivedAsync(event -> event.client().clientId().startsWith("slow")
                        ? later("arrived " + event.message().topic(), event.route())
                        : CompletableFuture.completedFuture(event.route()))
                .onSubscribeAsync(event -> event.client().clientId().startsWith("slow")
                        ? later("subscribe " + event.filter(), event.grant())
                        : CompletableFuture.completedFuture(event.grant()))
                .onUnsubscribeAsync(event -> event.client().clientId().startsWith("slow")
                        ? later("unsubscribe " + event.filter(), event.allow())
                        : CompletableFuture.completedFuture(event.allow()));
    }

    private static Connect persistent(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private static Client watcher(VirtualBroker broker) {
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, "t/#", Qos.AT_MOST_ONCE));
        watcher.expect(Suback.class);
        return watcher;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void packetsOfAClientAreDealtWithInTheirOrder(long seed) {
        try (VirtualBroker broker = broker(seed % 2 == 0, seed, this::decidesLater)) {
            Client watcher = watcher(broker);
            Client client = broker.connect(persistent("slow"));
            client.send(
                    Publish.qos0("t/0", Binary.EMPTY),
                    Publish.qos1("t/1", Binary.EMPTY, 1),
                    Subscribe.of(2, "t/+", Qos.AT_MOST_ONCE),
                    Publish.qos2("t/2", Binary.EMPTY, 3),
                    Unsubscribe.of(4, "t/+"),
                    new Pingreq(),
                    Publish.qos1("t/3", Binary.EMPTY, 5));
            broker.settle();
            while (!questions.isEmpty()) {
                assertThat(questions).as("questions about one client at a time").hasSize(1);
                answer(broker);
            }
            assertThat(chronicle.news())
                    .containsExactly(
                            "authorize t/0",
                            "arrived t/0",
                            "authorize t/1",
                            "arrived t/1",
                            "authorize t/+",
                            "subscribe t/+",
                            "authorize t/2",
                            "arrived t/2",
                            "unsubscribe t/+",
                            "authorize t/3",
                            "arrived t/3");
            assertThat(watcher.received(Publish.class))
                    .extracting(Publish::topic)
                    .containsExactly("t/0", "t/1", "t/2", "t/3");
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactlyInAnyOrder(
                            "PUBACK", "SUBACK", "PUBLISH", "PUBREC", "UNSUBACK", "PINGRESP", "PUBACK");
        }
    }

    @Test
    void acknowledgementsLeaveInTheOrderOfTheMessages() { // [MQTT3-4.6.0-2], [MQTT3-4.6.0-3]
        try (VirtualBroker broker = broker(
                true,
                1,
                hooks ->
                        hooks.onMsgArrivedAsync(event -> event.message().topic().startsWith("slow")
                                ? later("slow", event.route())
                                : CompletableFuture.completedFuture(event.route())))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(
                    Publish.qos1("slow/1", Binary.EMPTY, 1).withRetain(true),
                    Publish.qos1("quick", Binary.EMPTY, 2),
                    Publish.qos1("slow/2", Binary.EMPTY, 3),
                    Publish.qos1("quick", Binary.EMPTY, 4).withRetain(true));
            assertThat(client.received()).isEmpty();
            answer(broker);
            assertThat(client.received(Puback.class))
                    .extracting(Puback::packetId)
                    .containsExactly(1, 2);
            answer(broker);
            assertThat(client.received(Puback.class))
                    .extracting(Puback::packetId)
                    .containsExactly(3, 4);
        }
    }

    @Test
    void otherClientsGoOnMeanwhile() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client watcher = watcher(broker);
            for (int i = 0; i < 6; i++) { // On each loop.
                broker.connect(Connect.v5("slow-" + i)).send(Publish.qos0("t/slow", Binary.EMPTY));
            }
            broker.settle();
            assertThat(questions).hasSize(6);
            for (int i = 0; i < 6; i++) {
                Client quick = broker.connect(Connect.v5("quick-" + i));
                quick.send(Publish.qos1("t/quick", Binary.EMPTY, 1));
                assertThat(quick.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
            assertThat(watcher.received(Publish.class)).hasSize(6);
        }
    }

    @Test
    void oneThatWaitsToBeLetInKeepsNobodyElseOut() {
        try (VirtualBroker broker = broker(
                false,
                1,
                hooks -> hooks.onConnectAsync(event -> event.client().clientId().startsWith("slow")
                        ? later("connect", event.proceed())
                        : CompletableFuture.completedFuture(event.proceed())))) {
            List<Client> slow = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Client client = broker.openSoon(MqttVersion.V5);
                client.send(Connect.v5("slow-" + i));
                slow.add(client);
            }
            broker.settle();
            for (int i = 0; i < 6; i++) {
                assertThat(broker.connect(Connect.v5("quick-" + i)).connack.reason())
                        .isEqualTo(ReasonCode.SUCCESS);
            }
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(slow)
                    .allSatisfy(client ->
                            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS));
        }
    }

    @Test
    void aMessageOfQos2ThatIsBeingDecidedIsNotDoubledByAReconnect() {
        try (VirtualBroker broker = broker(true, 1, this::decidesLater)) {
            Client watcher = watcher(broker);
            Client client = broker.connect(persistent("slow"));
            Publish publish = Publish.qos2("t/2", Binary.EMPTY, 1);
            client.send(publish);
            broker.settle();
            answer(broker);
            assertThat(chronicle.news()).containsExactly("authorize t/2", "arrived t/2");
            client.drop();
            Client again = broker.connect(persistent("slow"));
            again.send(publish.withDup(true));
            broker.settle();
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(again.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(watcher.received(Publish.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void whatIsBeingDecidedWhenTheClientIdIsTakenOverIsNoMessageOfTheNewConnection(Qos qos) {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client watcher = watcher(broker);
            Client former = broker.connect(persistent("slow"));
            former.send(new Publish(
                    "t/x", Binary.EMPTY, qos, false, false, qos == Qos.AT_MOST_ONCE ? 0 : 1, PublishProperties.NONE));
            broker.settle();
            Client next = broker.connect(persistent("slow"));
            assertThat(next.connack.sessionPresent()).isTrue();
            assertThat(former.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(former.received()).isEmpty();
            assertThat(next.received()).isEmpty();
            assertThat(watcher.received(Publish.class)).hasSize(qos == Qos.AT_MOST_ONCE ? 1 : 0);
            next.send(new Pingreq());
            next.expect(Pingresp.class);
        }
    }

    @Test
    void aSubscriptionThatIsBeingDecidedWhenTheClientIdIsTakenOverIsNotMade() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client former = broker.connect(persistent("slow"));
            former.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            broker.settle();
            Client next = broker.connect(persistent("slow"));
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(next.received()).isEmpty();
            assertThat(broker.admin().session("slow"))
                    .map(SessionInfo::subscriptions)
                    .contains(0);
        }
    }

    @Test
    void whoIsBeingDecidedAboutTakesNothingOverUntilHeIsLetIn() {
        try (VirtualBroker broker = broker(
                false,
                1,
                hooks -> hooks.onBasicAuthAsync(event -> event.username().equals("late")
                        ? later("login", event.accept())
                        : CompletableFuture.completedFuture(event.accept())))) {
            Connect connect = Connect.v5("pump").withKeepAlive(0);
            Client first = broker.connect(connect);
            Client second = broker.openSoon(MqttVersion.V5);
            second.send(connect.withUsername("late"));
            broker.settle();
            first.send(new Pingreq());
            first.expect(Pingresp.class);
            Client third = broker.connect(connect);
            assertThat(first.closed()).isTrue();
            third.drop();
            answer(broker);
            assertThat(second.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    // Time.

    @Test
    void aClientIsNotSilentWhileAHookOfOursThinks() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client client = broker.connect(Connect.v5("slow").withKeepAlive(10));
            client.send(Publish.qos1("t", Binary.EMPTY, 1), new Pingreq());
            broker.pass(Duration.ofSeconds(50));
            assertThat(client.closed()).isFalse();
            answer(broker);
            answer(broker);
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactly("PUBACK", "PINGRESP");
            broker.pass(Duration.ofSeconds(15).minusMillis(1));
            assertThat(client.closed()).isFalse();
            broker.pass(Duration.ofMillis(1));
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        }
    }

    @Test
    void aClientThatIsBeingDecidedAboutIsNotReadFrom() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client client = broker.connect(Connect.v5("slow"));
            assertThat(client.isReadFrom()).isTrue();
            client.send(Publish.qos0("t", Binary.EMPTY));
            broker.settle();
            for (int i = 0; i < 100; i++) {
                client.send(Publish.qos0("t", Binary.EMPTY));
            }
            broker.settle();
            assertThat(client.isReadFrom()).isFalse();
            assertThat(broker.admin().statistics().messagesReceived()).isEqualTo(1);
        }
    }

    // The broker stops.

    @Test
    void whatIsBeingDecidedWhenTheBrokerStopsIsDoneFirst() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client client = broker.connect(Connect.v5("slow"));
            client.send(Publish.qos1("t", Binary.EMPTY, 1));
            broker.settle();
            broker.stop();
            broker.pass(Duration.ofSeconds(5));
            assertThat(client.closed()).isFalse();
            answer(broker);
            answer(broker);
            broker.pass(Duration.ofSeconds(1));
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactly("PUBACK", "DISCONNECT");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void whoWaitsToBeLetInWhenTheBrokerStopsIsToldSo() {
        try (VirtualBroker broker =
                broker(false, 1, hooks -> hooks.onConnectAsync(event -> later("connect", event.proceed())))) {
            Client client = broker.openSoon(MqttVersion.V5);
            client.send(Connect.v5("client"));
            broker.settle();
            broker.stop();
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            broker.pass(Duration.ofSeconds(5));
            answer(broker);
            broker.pass(Duration.ofSeconds(1));
            assertThat(client.received()).isEmpty();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void whoWaitsToBeAcceptedWhenTheBrokerStopsIsClosed() {
        try (VirtualBroker broker =
                broker(false, 1, hooks -> hooks.onAcceptAsync(event -> later("accept", event.accept())))) {
            Client client = broker.openSoon(MqttVersion.V5);
            broker.settle();
            broker.stop();
            broker.pass(Duration.ofSeconds(5));
            assertThat(client.closed()).isTrue();
            answer(broker);
            assertThat(client.received()).isEmpty();
        }
    }

    // Many.

    private static final int MANY = 100_000;

    @ParameterizedTest
    @EnumSource
    void manyFiltersInOnePacketAreDecidedInOrder(Way way) {
        List<String> asked = new ArrayList<>();
        try (VirtualBroker broker = broker(false, 1, hooks -> way.register(hooks, asked))) {
            Client client = broker.connect(Connect.v5("client"));
            List<String> filters =
                    IntStream.range(0, MANY).mapToObj(i -> "f/" + i).toList();
            client.send(
                    new Subscribe(
                            1,
                            filters.stream()
                                    .map(filter -> Subscription.of(filter, Qos.AT_LEAST_ONCE))
                                    .toList(),
                            SubscribeProperties.NONE),
                    Publish.qos1("f/0", Binary.EMPTY, 1));
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactly("SUBACK", "PUBLISH", "PUBACK");
            assertThat(asked).isEqualTo(filters);
            asked.clear();
            client.send(new Unsubscribe(2, filters, UnsubscribeProperties.NONE));
            assertThat(client.expect(Unsuback.class).reasons()).hasSize(MANY).containsOnly(ReasonCode.SUCCESS);
            assertThat(asked).isEqualTo(filters);
        }
    }

    private enum Way {
        AT_ONCE {
            @Override
            void register(HookRegistry hooks, List<String> asked) {
                hooks.authorizer(event -> event.allow())
                        .onSubscribe(event -> {
                            asked.add(event.filter());
                            return event.grant();
                        })
                        .onUnsubscribe(event -> {
                            asked.add(event.filter());
                            return event.allow();
                        });
            }
        },
        BY_STAGES_THAT_ARE_DONE {
            @Override
            void register(HookRegistry hooks, List<String> asked) {
                hooks.authorizerAsync(event -> CompletableFuture.completedStage(event.allow()))
                        .onSubscribeAsync(event -> {
                            asked.add(event.filter());
                            return CompletableFuture.completedFuture(event.grant());
                        })
                        .onUnsubscribeAsync(event -> {
                            asked.add(event.filter());
                            return CompletableFuture.completedFuture(event.allow());
                        });
            }
        },
        ON_OTHER_THREADS {
            @Override
            void register(HookRegistry hooks, List<String> asked) {
                AT_ONCE.register(hooks.blocking(), asked);
            }
        };

        abstract void register(HookRegistry hooks, List<String> asked);
    }

    @Test
    void nobodyIsAskedAboutTheRestOfAPacketWhoseClientIsGone() {
        try (VirtualBroker broker = broker(false, 1, this::decidesLater)) {
            Client client = broker.connect(Connect.v5("slow"));
            client.send(Subscribe.of(
                    1,
                    Subscription.of("a", Qos.AT_MOST_ONCE),
                    Subscription.of("b", Qos.AT_MOST_ONCE),
                    Subscription.of("c", Qos.AT_MOST_ONCE)));
            client.drop();
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(chronicle.news()).containsExactly("authorize a");
            Client other = broker.connect(Connect.v5("slow-too"));
            other.send(Unsubscribe.of(1, "a", "b"));
            other.drop();
            while (!questions.isEmpty()) {
                answer(broker);
            }
            assertThat(chronicle.news()).containsExactly("unsubscribe a");
        }
    }

    @Test
    void manyMessagesThatAreDecidedLaterKeepTheirOrder() {
        List<Integer> routed = new ArrayList<>();
        try (VirtualBroker broker = broker(
                true,
                5,
                hooks -> hooks.blocking().authorizer(event -> event.allow()).onMsgArrived(event -> event.route()))) {
            Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
            watcher.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            watcher.expect(Suback.class);
            Client client = broker.connect(Connect.v5("client"));
            for (int i = 0; i < 2000; i++) {
                client.send(Publish.qos0("t", Binary.utf8(String.valueOf(i))));
            }
            watcher.received(Publish.class)
                    .forEach(publish ->
                            routed.add(Integer.valueOf(publish.payload().toUtf8())));
            assertThat(routed).isEqualTo(IntStream.range(0, 2000).boxed().toList());
        }
    }
}
