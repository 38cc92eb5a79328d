package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.admin.HookUse;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hooks that block, hooks that hold up a loop, and what is counted of each. */
class HookBlockingTest {

    private static final Duration LIMIT = Duration.ofMillis(50);
    private static final AttributeKey<String> NOTE = AttributeKey.of("note", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();
    private final VirtualLoops loops = new VirtualLoops(2, 1);

    private VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        Settings settings =
                Settings.defaults().withHook(hook -> hook.withLoopLimit(LIMIT).withWaitingEvents(3));
        return VirtualBroker.of(loops, settings, false, owners);
    }

    private void called(String what) {
        boolean onALoop = loops.all().stream().anyMatch(loop -> loop.inEventLoop());
        assertThat(onALoop).isNotEqualTo(loops.background().inEventLoop());
        chronicle.add(what + (onALoop ? " on a loop" : " on its own"));
    }

    private static HookUse use(VirtualBroker broker, String owner, String hook) {
        return broker.hooks().uses().stream()
                .filter(use -> use.owner().equals(owner) && use.hook().equals(hook))
                .findFirst()
                .orElseThrow();
    }

    private static ReasonCode publish(Client client) {
        client.send(Publish.qos1("t", Binary.EMPTY, 1));
        return client.expect(Puback.class).reason();
    }

    @Test
    void hooksThatBlockRunOffTheLoops() {
        try (VirtualBroker broker = broker(
                hooks -> {
                    hooks.onMsgArrived(event -> {
                        called("embedder");
                        return event.route();
                    });
                    hooks.onConnected(event -> called("embedder connected"));
                },
                new Owner(
                        "one",
                        hooks -> hooks.blocking()
                                .onMsgArrived(event -> {
                                    called("one");
                                    return event.route();
                                })
                                .onConnected(event -> called("one connected"))))) {
            Client client = broker.connect(Connect.v5("a"));
            assertThat(chronicle.news())
                    .containsExactlyInAnyOrder("one connected on its own", "embedder connected on a loop");
            assertThat(publish(client)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(chronicle.news()).containsExactly("one on its own", "embedder on a loop");
            assertThat(use(broker, "one", "OnMsgArrived").offLoop()).isTrue();
            assertThat(use(broker, "one", "OnConnected").offLoop()).isTrue();
            assertThat(use(broker, "embedder", "OnMsgArrived").offLoop()).isFalse();
        }
    }

    @Test
    void aDecidingHookThatHeldUpALoopIsMovedOffIt() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(event -> {
            called("arrived");
            loops.spend(LIMIT.plusNanos(1));
            return event.route();
        }))) {
            Client client = broker.connect(Connect.v5("a"));
            assertThat(publish(client)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(publish(client)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(chronicle.news()).containsExactly("arrived on a loop", "arrived on its own");
            assertThat(use(broker, "embedder", "OnMsgArrived").offLoop()).isTrue();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("OnMsgArrived of embedder")
                    .contains("held up a loop")
                    .contains("for 50 ms");
        }
    }

    @Test
    void anAsynchronousHookThatHeldUpALoopIsMovedOffIt() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrivedAsync(event -> {
            called("arrived");
            loops.spend(LIMIT.plusNanos(1));
            return CompletableFuture.completedFuture(event.route());
        }))) {
            Client client = broker.connect(Connect.v5("a"));
            publish(client);
            publish(client);
            assertThat(chronicle.news()).containsExactly("arrived on a loop", "arrived on its own");
        }
    }

    @Test
    void aListeningHookThatHeldUpALoopIsMovedOffIt() {
        try (VirtualBroker broker = broker(hooks -> hooks.onConnected(event -> {
            called("connected");
            loops.spend(LIMIT.plusNanos(1));
        }))) {
            broker.connect(Connect.v5("a"));
            broker.connect(Connect.v5("b"));
            assertThat(chronicle.news()).containsExactly("connected on a loop", "connected on its own");
            assertThat(use(broker, "embedder", "OnConnected").offLoop()).isTrue();
            assertThat(log.lines()).singleElement().asString().contains("held up a loop");
        }
    }

    @Test
    void oneThatIsJustQuickEnoughStaysOnTheLoop() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(event -> {
            called("arrived");
            loops.spend(LIMIT);
            return event.route();
        }))) {
            Client client = broker.connect(Connect.v5("a"));
            publish(client);
            publish(client);
            assertThat(chronicle.news()).containsExactly("arrived on a loop", "arrived on a loop");
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void timeThatPassesWhileAPromiseIsKeptIsNotCountedAsHoldingUpALoop() {
        CompletableFuture<OnMsgArrived.Answer> answer = new CompletableFuture<>();
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrivedAsync(event -> {
            called("arrived");
            loops.spend(Duration.ofMillis(1));
            return answer;
        }))) {
            Client client = broker.connect(Connect.v5("a"));
            client.send(Publish.qos1("t", Binary.EMPTY, 1));
            broker.pass(Duration.ofSeconds(1));
            HookUse use = use(broker, "embedder", "OnMsgArrived");
            assertThat(use.offLoop()).isFalse();
            assertThat(use.nanos()).isEqualTo(Duration.ofMillis(1).toNanos());
        }
    }

    @Test
    void eventsOfOneClientAreToldInTheirOrderToHooksThatBlock() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.blocking()
                        .onConnected(event -> chronicle.add("embedder connected"))
                        .onSubscribed(event -> chronicle.add("embedder subscribed"))
                        .onClose(event -> chronicle.add("embedder close")),
                new Owner(
                        "one",
                        hooks -> hooks.blocking()
                                .onConnected(event -> chronicle.add(
                                        "one connected " + event.context().put(NOTE, "x")))
                                .onSubscribed(event -> chronicle.add("one subscribed"))
                                .onClose(event -> chronicle.add("one close"))))) {
            Client client = broker.connect(Connect.v5("a"));
            client.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            client.expect(Suback.class);
            client.drop();
            assertThat(chronicle.news())
                    .containsExactly(
                            "one connected null",
                            "embedder connected",
                            "one subscribed",
                            "embedder subscribed",
                            "one close",
                            "embedder close");
        }
    }

    @Test
    void whatWaitsForAHookThatIsTooSlowIsBoundedAndTheRestIsLostAndCounted() {
        try (VirtualBroker broker = broker(hooks -> hooks.blocking()
                .onDelivered(event -> chronicle.add(event.client().clientId() + " "
                        + event.message().payload().toUtf8())))) {
            Client a = subscriber(broker, "a", "t/a");
            Client b = subscriber(broker, "b", "t/b");
            loops.hold(loops.background());
            for (int i = 0; i < 5; i++) {
                a.send(Publish.qos0("t/a", Binary.utf8("m" + i)));
            }
            b.send(Publish.qos0("t/b", Binary.utf8("of another")));
            assertThat(a.received(Publish.class)).as("the client does not wait").hasSize(5);
            assertThat(b.received(Publish.class)).hasSize(1);
            assertThat(use(broker, "embedder", "OnDelivered").lost()).isEqualTo(2);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("OnDelivered of embedder")
                    .contains("too slow");
            loops.free(loops.background());
            broker.settle();
            assertThat(chronicle.news()).containsExactlyInAnyOrder("a m0", "a m1", "a m2", "b of another");
            assertThat(use(broker, "embedder", "OnDelivered").calls()).isEqualTo(4);
            a.send(Publish.qos0("t/a", Binary.utf8("again")));
            broker.settle();
            assertThat(chronicle.news()).containsExactly("a again");
        }
    }

    private static Client subscriber(VirtualBroker broker, String clientId, String topic) {
        Client client = broker.connect(Connect.v5(clientId));
        client.send(Subscribe.of(1, topic, Qos.AT_MOST_ONCE));
        client.expect(Suback.class);
        return client;
    }

    // What is counted.

    @Test
    void callsFailuresAndTimeAreCountedOfEachHook() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onMsgArrived(event -> {
                    loops.spend(Duration.ofMillis(event.message().payload().isEmpty() ? 1 : 5));
                    if (event.message().retain()) {
                        throw new IllegalStateException("broken");
                    }
                    return event.route();
                }),
                new Owner("one", hooks -> hooks.onMsgArrived(event -> event.route())))) {
            assertThat(use(broker, "embedder", "OnMsgArrived").calls()).isZero();
            Client client = broker.connect(Connect.v5("a"));
            client.send(
                    Publish.qos0("t", Binary.EMPTY),
                    Publish.qos0("t", Binary.utf8("x")),
                    Publish.qos0("t", Binary.EMPTY).withRetain(true));
            broker.settle();
            HookUse use = use(broker, "embedder", "OnMsgArrived");
            assertThat(use.calls()).isEqualTo(3);
            assertThat(use.failures()).isEqualTo(1);
            assertThat(use.lost()).isZero();
            assertThat(use.nanos()).isEqualTo(Duration.ofMillis(7).toNanos());
            assertThat(use.longestNanos()).isEqualTo(Duration.ofMillis(5).toNanos());
            assertThat(use.type()).startsWith(HookBlockingTest.class.getName());
            assertThat(broker.hooks().uses())
                    .filteredOn(any -> any.hook().equals("OnMsgArrived"))
                    .as("outermost first")
                    .extracting(HookUse::owner)
                    .containsExactly("one", "embedder");
            assertThat(use(broker, "one", "OnMsgArrived").failures()).isZero();
        }
    }

    @Test
    void failuresOfOneHookAreToldEveryTenSecondsAtMost() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(event -> {
            throw new IllegalStateException("broken");
        }))) {
            Client client = broker.connect(Connect.v5("a"));
            for (int i = 0; i < 100; i++) {
                publish(client);
            }
            assertThat(log.lines()).hasSize(1);
            broker.pass(Duration.ofSeconds(10));
            publish(client);
            publish(client);
            assertThat(log.lines()).hasSize(2);
            assertThat(use(broker, "embedder", "OnMsgArrived").failures()).isEqualTo(102);
        }
    }

    @Test
    void theOneWhoIsLastToBlockSeesWhatTheOthersSaid() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onMsgArrived(event -> {
                    chronicle.add("embedder " + event.context().get(NOTE, "nothing"));
                    return event.route();
                }),
                new Owner(
                        "one",
                        hooks -> hooks.blocking().onMsgArrived(event -> {
                            event.context().put(NOTE, "from another thread");
                            return event.route();
                        })))) {
            publish(broker.connect(Connect.v5("a")));
            assertThat(chronicle.news()).containsExactly("embedder from another thread");
        }
    }
}
