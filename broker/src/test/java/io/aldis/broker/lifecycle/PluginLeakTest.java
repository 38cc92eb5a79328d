package io.aldis.broker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.plugin.PluginState;
import io.aldis.codec.Connect;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of a plugin that has been disabled nothing is left, whatever it did. */
@Timeout(180)
class PluginLeakTest {

    /** Where a plugin leaves a word of its class loader, for us to see whether it goes. */
    private static final String LOADERS = "aldis.test.loaders";

    /** Every kind of hook there is, values of its own in all attributes, blocking hooks, messages from hooks, threads. */
    private static final String BUSY = """
            record Note(String text) {}
            record Names(String method) implements EnhancedAuthenticator {
                public Exchange begin(AuthenticationRequest request) {
                    return data -> java.util.concurrent.CompletableFuture.completedFuture(
                            new AuthenticationAnswer.Accept("somebody"));
                }
            }
            static final AttributeKey<Note> NOTE = AttributeKey.of("note", Note.class);
            static final AttributeKey<List> NOTES = AttributeKey.of("notes", List.class);
            static final AttributeKey<Object> ANY = AttributeKey.of("any", Object.class);

            void write(Attributes attributes) {
                attributes.put(NOTE, new Note("one"));
                attributes.computeIfAbsent(NOTES, ArrayList::new).add(new Note("many"));
                attributes.put(ANY, new Object() { });
            }

            void say(HookEvent event, String word) {
                event.broker().publish(Message.builder("said/" + word).payload(new Note(word).toString()).build())
                        .thenAccept(published -> new Note("done"));
            }

            public void start(PluginContext context) throws Exception {
                ((Queue) System.getProperties().get("aldis.test.loaders"))
                        .add(new java.lang.ref.WeakReference<>(getClass().getClassLoader()));
                Thread thread = new Thread(() -> new Note("thread"));
                thread.start();
                new java.util.concurrent.CompletableFuture<String>().orTimeout(1, java.util.concurrent.TimeUnit.MILLISECONDS);
                context.broker().publish(Message.builder("said/start").payload("x").build());
                register(context.hooks());
                HookRegistry blocking = context.hooks().blocking();
                blocking.onMsgArrived(event -> event.route())
                        .onConnected(event -> write(event.client().attributes()))
                        .onDelivered(event -> say(event, "later"))
                        .onClosed(event -> new Note("closed"));
            }

            void register(HookRegistry hooks) {
                hooks.onAccept(event -> { write(event.context()); return event.accept(); })
                        .onConnect(event -> { write(event.client().attributes()); return event.proceed(); })
                        .onBasicAuth(event -> event.accept())
                        .authenticator(new Names("busy"))
                        .authorizer(event -> event.allow())
                        .onSubscribe(event -> event.grant())
                        .onUnsubscribe(event -> event.allow())
                        .onMsgArrived(event -> {
                            write(event.client().sessionAttributes());
                            say(event, "arrived");
                            return event.route(event.message().toBuilder().payload(new Note("new").toString()).build());
                        })
                        .onWillPublish(event -> event.publish())
                        .onDeliver(event -> event.send())
                        .onConnected(event -> say(event, "connected"))
                        .onSessionCreated(event -> write(event.client().sessionAttributes()))
                        .onSessionResumed(event -> write(event.client().sessionAttributes()))
                        .onSessionTerminated(event -> write(event.sessionAttributes()))
                        .onSubscribed(event -> say(event, "subscribed"))
                        .onUnsubscribed(event -> say(event, "unsubscribed"))
                        .onDelivered(event -> new Note("delivered"))
                        .onAcked(event -> new Note("acked"))
                        .onMsgDropped(event -> new Note("dropped"))
                        .onWillPublished(event -> new Note("will"))
                        .onClose(event -> new Note("close"))
                        .onClosed(event -> new Note("closed"))
                        .onStop(() -> new Note("stop"));
            }
            """;

    private final Queue<WeakReference<ClassLoader>> loaders = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path directory;

    private Path plugins;

    @BeforeEach
    void installThePlugin() throws Exception {
        System.getProperties().put(LOADERS, loaders);
        plugins = Files.createDirectory(directory.resolve("plugins"));
        new PluginJars(directory.resolve("workshop"))
                .plugin("plug.Busy", "busy", "1", BUSY)
                .to(plugins.resolve("busy.jar"));
    }

    @AfterEach
    void forgetTheLoaders() {
        System.getProperties().remove(LOADERS);
    }

    private Broker broker() {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(2)
                .pluginDirectory(plugins)
                .start();
    }

    /** Looks again and again, for as long as it takes the collector to find them. */
    private void assertNoMoreLoadersThan(int most) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (present() > most && System.nanoTime() - deadline < 0) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(present()).as("class loaders that cannot be collected").isLessThanOrEqualTo(most);
    }

    private long present() {
        return loaders.stream().filter(one -> one.get() != null).count();
    }

    private static void talk(RawClient client) {
        client.subscribe("t", Qos.EXACTLY_ONCE);
        client.publish("t", "x", Qos.EXACTLY_ONCE);
        assertThat(client.takeMessage().topic()).isEqualTo("t");
        client.unsubscribe("t");
    }

    @Test
    void theClassesOfADisabledPluginCanBeCollectedWhileItsClientsAreThere() {
        try (Broker broker = broker();
                RawClient first = RawClient.connected(broker.port(), Connect.v5("first"));
                RawClient second = RawClient.connected(broker.port(), Connect.v311("second"))) {
            talk(first);
            talk(second);
            try (RawClient gone = RawClient.connected(broker.port(), Connect.v5("gone"))) {
                talk(gone);
            }
            assertThat(present()).isEqualTo(1);
            assertThat(disable(broker)).isEqualTo(PluginState.DISABLED);
            assertNoMoreLoadersThan(0);
            talk(first);
            talk(second);
        }
    }

    private static PluginState disable(Broker broker) {
        return broker.plugins().disable("busy").toCompletableFuture().join().state();
    }

    private static void enable(Broker broker) {
        broker.plugins().enable("busy").toCompletableFuture().join();
    }

    @Test
    void aClosedBrokerLeavesNothingOfItsPlugins() {
        try (Broker broker = broker();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("first"))) {
            talk(client);
            assertThat(present()).isEqualTo(1);
        }
        assertNoMoreLoadersThan(0);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("aldis-plugin "));
    }

    /** Several times what a class loader that stays would show; more of it is among the tests of stress. */
    @Test
    void twoHundredTimesEnabledAndDisabledUnderTraffic() throws Exception {
        enableAndDisableUnderTraffic(200);
    }

    @Test
    @Tag("stress")
    @Timeout(1800)
    void tenThousandTimesEnabledAndDisabledUnderTraffic() throws Exception {
        enableAndDisableUnderTraffic(10_000);
    }

    private void enableAndDisableUnderTraffic(int cycles) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(4);
        try (Broker broker = broker()) {
            List<CompletableFuture<Long>> traffic = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String topic = "traffic/" + i;
                RawClient client = RawClient.connected(broker.port(), Connect.v5("client-" + i));
                client.subscribe(topic, Qos.AT_LEAST_ONCE);
                traffic.add(CompletableFuture.supplyAsync(() -> traffic(client, topic, running, over)));
            }
            running.await();
            for (int i = 0; i < cycles; i++) {
                disable(broker);
                enable(broker);
            }
            over.set(true);
            for (CompletableFuture<Long> client : traffic) {
                assertThat(client.join()).as("messages of a client").isPositive();
            }
            assertThat(loaders).hasSize(cycles + 1);
            assertNoMoreLoadersThan(1);
            assertThat(disable(broker)).isEqualTo(PluginState.DISABLED);
            assertNoMoreLoadersThan(0);
            assertThat(Thread.getAllStackTraces().keySet())
                    .as("threads of plugins")
                    .noneMatch(thread -> thread.getName().startsWith("aldis-plugin "));
        }
    }

    /** Publishes and takes what comes back, until it is over. */
    private static long traffic(RawClient client, String topic, CountDownLatch running, AtomicBoolean over) {
        long messages = 0;
        try (client) {
            while (!over.get()) {
                client.publish(topic, "x", Qos.AT_LEAST_ONCE);
                assertThat(client.takeMessage().topic()).isEqualTo(topic);
                messages++;
                running.countDown();
            }
            client.disconnect();
        }
        return messages;
    }
}
