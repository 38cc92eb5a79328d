package io.aldis.broker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginConfiguration;
import io.aldis.broker.plugin.PluginContext;
import io.aldis.broker.plugin.PluginFailed;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import io.aldis.broker.settings.PluginFailurePolicy;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that the program around the broker gives: when they start and stop, in which order, and what becomes of one that fails. */
@Timeout(60)
class PluginTest {

    /** What has happened, in its order. */
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** A piece of a plugin's code. */
    private interface Code {
        void run(PluginContext context) throws Exception;
    }

    /** A plugin that tells when it starts and stops. */
    private final class Told implements Plugin {
        private final String name;
        private final int api;
        private final Code start;

        Told(String name, int api, Code start) {
            this.name = name;
            this.api = api;
            this.start = start;
        }

        @Override
        public int api() {
            return api;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String version() {
            return "1.2";
        }

        @Override
        public void start(PluginContext context) throws Exception {
            told.add("start " + name);
            start.run(context);
        }

        @Override
        public void stop() {
            told.add("stop " + name);
        }
    }

    private Plugin plugin(String name, Code start) {
        return new Told(name, Plugin.API, start);
    }

    private Plugin plugin(String name) {
        return plugin(name, context -> {});
    }

    /** A plugin that puts its letter at the end of each message. */
    private Plugin writing(String letter) {
        return plugin(letter, context -> write(context.hooks(), letter));
    }

    private static void write(HookRegistry hooks, String letter) {
        hooks.onMsgArrived(arrival -> written(arrival, letter));
    }

    private static OnMsgArrived.Answer written(OnMsgArrived.Arrival arrival, String letter) {
        String payload = arrival.message().payload().toUtf8() + letter;
        return arrival.route(arrival.message().toBuilder().payload(payload).build());
    }

    private static Broker.Builder builder(Plugin... plugins) {
        return builder(settings -> settings, plugins);
    }

    private static Broker.Builder builder(UnaryOperator<Settings> change, Plugin... plugins) {
        Broker.Builder builder = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(2)
                .settings(change.apply(Settings.defaults()));
        List.of(plugins).forEach(builder::plugin);
        return builder;
    }

    private static Settings skipping(Settings settings) {
        return settings.withPlugin(plugin -> plugin.withOnFailure(PluginFailurePolicy.SKIP));
    }

    private static PluginInfo now(CompletionStage<PluginInfo> change) {
        return change.toCompletableFuture().join();
    }

    /** What a message becomes on its way through the broker. */
    private static String throughBroker(Broker broker) {
        try (RawClient client = RawClient.connected(broker.port(), Connect.v5("writer"))) {
            client.subscribe("t", Qos.AT_LEAST_ONCE);
            client.publish("t", "-", Qos.AT_LEAST_ONCE);
            return client.takeMessage().payload().toUtf8();
        }
    }

    private static List<PluginState> states(Broker broker) {
        return broker.plugins().all().stream().map(PluginInfo::state).toList();
    }

    @Test
    void pluginsStartInTheirOrderAndStopInReverse() {
        Broker broker = builder(plugin("one"), plugin("two"), plugin("three"))
                .hooks(hooks -> hooks.onStop(() -> told.add("OnStop")))
                .start();
        assertThat(told).containsExactly("start one", "start two", "start three");
        assertThat(broker.plugins().all())
                .first()
                .isEqualTo(new PluginInfo("one", "1.2", PluginState.RUNNING, "embedder", ""));
        broker.close();
        assertThat(told)
                .containsExactly(
                        "start one", "start two", "start three", "OnStop", "stop three", "stop two", "stop one");
    }

    @Test
    void theFirstPluginIsOutermostAndTheEmbedderInnermost() {
        try (Broker broker = builder(writing("b"), writing("a"))
                .hooks(hooks -> write(hooks, "e"))
                .start()) {
            assertThat(throughBroker(broker)).isEqualTo("-bae");
        }
    }

    @Test
    void theOrderIsThatOfTheSettingsAndThenTheGivenOne() {
        try (Broker broker = builder(
                        all -> all.withPlugin(plugin -> plugin.withOrder(List.of("d", "b"))),
                        writing("a"),
                        writing("b"),
                        writing("c"),
                        writing("d"))
                .start()) {
            assertThat(throughBroker(broker)).isEqualTo("-dbac");
        }
    }

    @Test
    void anOrderThatNamesNobodyIsAnError() {
        assertFails(
                builder(all -> all.withPlugin(plugin -> plugin.withOrder(List.of("b", "a"))), plugin("a")),
                "The order of plugins names 'b', but there is no such plugin; there is a.");
        assertThat(told).isEmpty();
    }

    @Test
    void listenersOpenWhenAllPluginsAreReady() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Plugin curious = plugin("curious", context -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                told.add("open: " + socket);
            } catch (ConnectException closed) {
                told.add("closed");
            }
        });
        try (Broker broker = Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", port))
                        .plugin(curious)
                        .start();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("late"))) {
            assertThat(told).containsExactly("start curious", "closed");
            client.disconnect();
        }
    }

    private static void assertFails(Broker.Builder builder, String message) {
        assertThatThrownBy(builder::start).isInstanceOf(PluginFailed.class).hasMessage(message);
    }

    private static void fail(String why) throws IOException {
        throw new IOException(why);
    }

    @Test
    void onePluginThatDoesNotStartStopsTheStartAndThoseBeforeIt() {
        assertFails(
                builder(plugin("one"), plugin("two"), plugin("bad", context -> fail("no disk")), plugin("last")),
                "The plugin bad 1.2 (embedder) did not start: IOException: no disk.");
        assertThat(told).containsExactly("start one", "start two", "start bad", "stop two", "stop one");
    }

    @Test
    void onePluginThatDoesNotStartIsSkippedIfTheSettingsSaySo() {
        try (Broker broker = builder(
                        PluginTest::skipping, writing("a"), plugin("bad", context -> fail("no disk")), writing("b"))
                .start()) {
            assertThat(throughBroker(broker)).isEqualTo("-ab");
            assertThat(broker.plugins().all())
                    .element(1)
                    .isEqualTo(new PluginInfo("bad", "1.2", PluginState.FAILED, "embedder", "IOException: no disk"));
        }
        assertThat(told).containsExactly("start a", "start bad", "start b", "stop b", "stop a");
    }

    @Test
    void aPluginThatTakesTooLongHasFailedAndIsStoppedWhenItIsReady() throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Plugin slow = new Plugin() {
            @Override
            public int api() {
                return API;
            }

            @Override
            public String name() {
                return "slow";
            }

            @Override
            public void start(PluginContext context) {
                boolean waiting = true;
                while (waiting) {
                    try {
                        ready.await();
                        waiting = false;
                    } catch (InterruptedException ignored) {
                        told.add("interrupted");
                    }
                }
            }

            @Override
            public void stop() {
                stopped.countDown();
            }
        };
        assertFails(
                builder(all -> all.withPlugin(plugin -> plugin.withStartTimeout(Duration.ofMillis(50))), slow),
                "The plugin slow unknown (embedder) did not start: it was not done within 50 ms.");
        ready.countDown();
        stopped.await();
        assertThat(told).containsExactly("interrupted");
    }

    @Test
    void aPluginThatDoesNotStopIsLeftBehind() {
        CountDownLatch never = new CountDownLatch(1);
        Plugin stubborn = new Plugin() {
            @Override
            public int api() {
                return API;
            }

            @Override
            public String name() {
                return "stubborn";
            }

            @Override
            public void start(PluginContext context) {}

            @Override
            public void stop() throws InterruptedException {
                never.await();
            }
        };
        builder(all -> all.withPlugin(plugin -> plugin.withStopTimeout(Duration.ofMillis(50))), plugin("a"), stubborn)
                .start()
                .close();
        assertThat(told).containsExactly("start a", "stop a");
    }

    @Test
    void nothingIsLeftRunningIfNobodyCanListen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Broker.Builder builder = Broker.builder()
                    .listener(Listener.tcp("127.0.0.1", taken.getLocalPort()))
                    .plugin(plugin("a"));
            assertThatThrownBy(builder::start).hasMessageContaining("Cannot listen");
        }
        assertThat(told).containsExactly("start a", "stop a");
    }

    @Test
    void twoPluginsOfOneNameAreAnError() {
        assertFails(
                builder(plugin("same"), plugin("same")),
                "Two plugins are named 'same': one from embedder, one from embedder. Take one of them away.");
        assertThat(told).isEmpty();
    }

    @Test
    void aPluginForAnotherApiIsRefused() {
        assertFails(
                builder(new Told("new", Plugin.API + 1, context -> {})),
                "The plugin " + Told.class.getName() + " cannot be used: " + Told.class.getName()
                        + " was built for plugin API 2, but this Aldis has 1; a newer Aldis is needed.");
        assertFails(
                builder(new Told("old", Plugin.API - 1, context -> {})),
                "The plugin " + Told.class.getName() + " cannot be used: " + Told.class.getName()
                        + " was built for plugin API 0, but this Aldis has 1; a newer build of the plugin is needed.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "1st", "a.b", "a b", "embedder", "-a"})
    void aNameThatNobodyCouldWriteIsRefused(String name) {
        assertThatThrownBy(builder(plugin(name))::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageContaining(" names itself '" + name + "', but a name is small letters, digits and dashes");
    }

    private record Named(String method) implements EnhancedAuthenticator {
        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> CompletableFuture.completedFuture(new AuthenticationAnswer.Refuse("no"));
        }
    }

    @Test
    void theSecondPluginForAnAuthenticationMethodDoesNotStart() {
        Code authenticates = context -> context.hooks().authenticator(new Named("m"));
        assertThatThrownBy(builder(plugin("a", authenticates), plugin("b", authenticates))::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageStartingWith("The plugin b 1.2 (embedder) did not start: ")
                .hasMessageContaining("The authentication method m has two authenticators");
        assertThat(told).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void hooksComeAndGoWithTheirPluginAndKeepTheirPlace() {
        try (Broker broker = builder(writing("a"), writing("b"), writing("c")).start()) {
            assertThat(now(broker.plugins().disable("b")).state()).isEqualTo(PluginState.DISABLED);
            assertThat(throughBroker(broker)).isEqualTo("-ac");
            assertThat(now(broker.plugins().disable("b")).state()).isEqualTo(PluginState.DISABLED);
            assertThat(now(broker.plugins().enable("b")).state()).isEqualTo(PluginState.RUNNING);
            assertThat(now(broker.plugins().enable("b")).state()).isEqualTo(PluginState.RUNNING);
            assertThat(throughBroker(broker)).isEqualTo("-abc");
            assertThat(now(broker.plugins().reload("c")).state()).isEqualTo(PluginState.RUNNING);
            assertThat(throughBroker(broker)).isEqualTo("-abc");
            now(broker.plugins().disable("a"));
        }
        assertThat(told)
                .containsExactly(
                        "start a", "start b", "start c", "stop b", "start b", "stop c", "start c", "stop a", "stop c",
                        "stop b");
    }

    @Test
    void aPluginThatFailsToBeEnabledHasFailedAndTheOthersGoOn() {
        boolean[] broken = {false};
        Plugin moody = plugin("moody", context -> {
            if (broken[0]) {
                throw new IllegalStateException("not today");
            }
        });
        try (Broker broker = builder(writing("a"), moody).start()) {
            now(broker.plugins().disable("moody"));
            broken[0] = true;
            assertThatThrownBy(() -> now(broker.plugins().enable("moody")))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(PluginFailed.class)
                    .hasMessage("The plugin moody 1.2 (embedder) did not start: not today.");
            assertThat(states(broker)).containsExactly(PluginState.RUNNING, PluginState.FAILED);
            assertThat(broker.plugins().all().get(1).failure()).isEqualTo("not today");
            assertThat(throughBroker(broker)).isEqualTo("-a");
            broken[0] = false;
            now(broker.plugins().enable("moody"));
            assertThat(states(broker)).containsExactly(PluginState.RUNNING, PluginState.RUNNING);
        }
    }

    @Test
    void nothingFallsOpenWhileAPluginIsReloadedAndWhenThatFails() throws InterruptedException {
        CountDownLatch starting = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        Plugin guard = plugin("guard", context -> {
            starting.countDown();
            if (starting.getCount() == 0) {
                goOn.await();
                throw new IllegalStateException("lost the key");
            }
            context.hooks()
                    .onBasicAuth(login -> "ann".equals(login.client().username()) ? login.accept() : login.pass())
                    .authorizer(access -> access.topic().equals("t") ? access.allow() : access.pass())
                    .authenticator(new Named("m"));
        });
        try (Broker broker = builder(guard).start();
                RawClient early = RawClient.connected(broker.port(), ann("early"))) {
            early.publish("t", "x", Qos.AT_LEAST_ONCE);
            CompletableFuture<PluginInfo> reloaded =
                    broker.plugins().reload("guard").toCompletableFuture();
            starting.await();
            assertClosed(broker, early);
            goOn.countDown();
            assertThatThrownBy(reloaded::join).hasMessageContaining("lost the key");
            assertClosed(broker, early);
            assertThat(states(broker)).containsExactly(PluginState.FAILED);

            now(broker.plugins().disable("guard"));
            early.publish("other", "x", Qos.AT_LEAST_ONCE);
            RawClient.connected(broker.port(), Connect.v5("anybody")).close();
        }
    }

    private static Connect ann(String clientId) {
        return Connect.v5(clientId).withCredentials("ann", Binary.EMPTY);
    }

    private static void assertClosed(Broker broker, RawClient early) {
        for (Connect connect : List.of(Connect.v5("anybody"), ann("late"))) {
            try (RawClient refused = RawClient.connect(broker.port())) {
                refused.send(connect);
                refused.expectRefusal(ReasonCode.SERVER_UNAVAILABLE);
            }
        }
        early.send(Publish.qos1("t", Binary.EMPTY, early.nextPacketId()));
        assertThat(early.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void callsUnderWayAreAwaitedBeforeAPluginIsStopped() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Plugin pondering = plugin(
                "pondering",
                context -> context.hooks().blocking().onMsgArrived(arrival -> {
                    called.countDown();
                    awaitQuietly(goOn);
                    told.add("answered");
                    return arrival.route();
                }));
        try (Broker broker = builder(pondering).start();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("patient"))) {
            CompletableFuture<Void> published =
                    CompletableFuture.runAsync(() -> client.publish("t", "x", Qos.AT_LEAST_ONCE));
            called.await();
            CompletableFuture<PluginInfo> disabled =
                    broker.plugins().disable("pondering").toCompletableFuture();
            // Those that come from now on are not asked about.
            while (states(broker).contains(PluginState.RUNNING)) {
                Thread.onSpinWait();
            }
            throughBrokerSoon(broker);
            assertThat(told).containsExactly("start pondering");
            goOn.countDown();
            disabled.join();
            published.join();
            assertThat(told).containsExactly("start pondering", "answered", "stop pondering");
        }
    }

    private static void throughBrokerSoon(Broker broker) {
        try (RawClient other = RawClient.connected(broker.port(), Connect.v5("other"))) {
            other.expectNothing();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHookMayChangePluginsOnALoop() {
        Broker[] broker = new Broker[1];
        CompletableFuture<PluginInfo> changed = new CompletableFuture<>();
        Consumer<HookRegistry> hooks = registry -> registry.onConnected(event -> {
            if (event.client().clientId().equals("switch")) {
                broker[0].plugins().disable("a").thenAccept(changed::complete);
            }
        });
        broker[0] = builder(writing("a"), writing("b")).hooks(hooks).start();
        try (RawClient client = RawClient.connected(broker[0].port(), Connect.v5("switch"))) {
            assertThat(changed.join().state()).isEqualTo(PluginState.DISABLED);
            assertThat(throughBroker(broker[0])).isEqualTo("-b");
            client.disconnect();
        } finally {
            broker[0].close();
        }
    }

    @Test
    void whoHearsOfAChangeMayWaitForAnother() {
        try (Broker broker = builder(plugin("a"), plugin("b")).start()) {
            CompletionStage<PluginState> both = broker.plugins()
                    .disable("a")
                    .thenApply(done -> now(broker.plugins().disable("b")).state());
            assertThat(both.toCompletableFuture().join()).isEqualTo(PluginState.DISABLED);
        }
    }

    @Test
    void aPluginThatIsNotThereCannotBeChanged() {
        Broker broker = builder(plugin("a"), plugin("b")).start();
        assertThatThrownBy(() -> now(broker.plugins().enable("c")))
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no plugin 'c'; there is a, b.");
        broker.close();
        assertThatThrownBy(() -> now(broker.plugins().enable("a")))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has stopped");
        assertThat(states(broker)).containsExactly(PluginState.DISABLED, PluginState.DISABLED);
    }

    @Test
    void hooksAreRegisteredInStartAndNotLater() {
        HookRegistry[] kept = new HookRegistry[1];
        try (Broker broker =
                builder(plugin("late", context -> kept[0] = context.hooks())).start()) {
            assertThatThrownBy(() -> kept[0].onConnected(event -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Hooks of late are registered when it starts, and not later.");
            assertThat(throughBroker(broker)).isEqualTo("-");
        }
    }

    @Test
    void aPluginPublishesFromItsStartOn() {
        Plugin greeting = plugin(
                "greeting",
                context -> context.broker()
                        .publish(io.aldis.broker.message.Message.builder("hello")
                                .payload("from " + context.name())
                                .retain(true)
                                .build())
                        .toCompletableFuture()
                        .join());
        try (Broker broker = builder(greeting).start();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("new"))) {
            client.subscribe("hello", Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("from greeting");
        }
    }

    // Settings.

    private record Limits(int most, String topic) {}

    private record Others(int other) {}

    private Plugin limited() {
        return plugin(
                "limited",
                context -> told.add(context.settings(new Limits(5, "t")).toString()));
    }

    @Test
    void settingsAreTheDefaultsOrWhatIsGiven() {
        builder(limited()).start().close();
        builder(limited())
                .pluginSettings(PluginConfiguration.of(Map.of("limited", new Limits(7, "u"))))
                .start()
                .close();
        assertThat(told)
                .containsExactly(
                        "start limited",
                        "Limits[most=5, topic=t]",
                        "stop limited",
                        "start limited",
                        "Limits[most=7, topic=u]",
                        "stop limited");
    }

    @Test
    void settingsOfTheWrongShapeAreAnError() {
        assertFails(
                builder(limited()).pluginSettings(PluginConfiguration.of(Map.of("limited", new Others(7)))),
                "The plugin limited 1.2 (embedder) did not start: The settings of the plugin 'limited' are a "
                        + Limits.class.getName() + ", but a " + Others.class.getName() + " came.");
    }

    @Test
    void settingsForNobodyAreAnError() {
        PluginConfiguration forLimited = PluginConfiguration.of(Map.of("limited", new Limits(7, "u")));
        assertFails(
                builder(plugin("a")).pluginSettings(forLimited),
                "There are settings for the plugin 'limited', but no such plugin; there is a.");
        assertFails(
                builder().pluginSettings(forLimited),
                "There are settings for the plugin 'limited', but no such plugin; there is none.");
        assertFails(
                builder(plugin("limited")).pluginSettings(forLimited),
                "The plugin limited 1.2 (embedder) did not start: there are settings for it, but it takes none.");
        assertThat(told).containsExactly("start limited", "stop limited");
    }
}
