package io.aldis.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.aldis.broker.Broker;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connect;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** How a broker for tests comes and goes. */
class AldisBrokerTest {

    /** Brokers that the tests below have met, by test. */
    private static final List<Broker> MET = new ArrayList<>();

    @Test
    void itRunsWithoutJUnitToo() {
        AldisBroker broker = AldisBroker.create();
        int port;
        try (broker) {
            broker.start();
            port = broker.port();
            assertThat(broker.uri()).isEqualTo("mqtt://127.0.0.1:" + port);
            RawClient.connected(port, Connect.v5("me")).close();
        }

        assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> RawClient.connect(port));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(broker::port)
                .withMessageContaining("not running");
    }

    @Test
    void itCanBeStartedAgain() {
        try (AldisBroker broker = AldisBroker.create().start()) {
            Broker first = broker.broker();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(broker::start);
            broker.close();
            broker.start();
            assertThat(broker.broker()).isNotSameAs(first);
        }
    }

    @Test
    void manyOfThemLeaveNoThreads() throws InterruptedException {
        Set<Thread> before = threads();
        for (int i = 0; i < 20; i++) {
            try (AldisBroker broker =
                            AldisBroker.builder().virtualClock().build().start();
                    RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"));
                    RawClient inProcess = RawClient.over(broker.connect())) {
                inProcess.connect(Connect.v311("in-process"));
            }
        }
        Set<Thread> left = threads();
        left.removeAll(before);
        left.removeIf(thread -> !thread.getName().startsWith("aldis"));
        for (Thread thread : left) { // Its loop has ended; the thread is about to.
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
        assertThat(left).noneMatch(Thread::isAlive);
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    @Test
    void itStopsAlsoIfTimeStandsStillAndClientsStay() {
        try (AldisBroker broker = AldisBroker.builder().virtualClock().build().start();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("stays"))) {
            broker.close();
            client.expectDisconnect(ReasonCode.SERVER_SHUTTING_DOWN);
        }
    }

    @Test
    void itIsCustomizedBeforeEachStart() {
        AldisBroker broker = AldisBroker.builder()
                .customize(building -> building.settings(
                        Settings.defaults().withConnection(connection -> connection.withMaximumPacketSize(1024))))
                .build();
        try (broker) {
            broker.start();
            broker.reset();
            try (RawClient client = RawClient.connect(broker.port())) {
                client.send(Connect.v5("x".repeat(2000)));
                client.expectClosed();
            }
        }
    }

    @Test
    void withoutAPortItTakesConnectionsFromWithinTheProgram() {
        try (AldisBroker broker = AldisBroker.builder().withoutPort().build().start();
                RawClient client = RawClient.over(broker.connect())) {
            client.connect(Connect.v5("me"));
            assertThat(broker.broker().addresses()).isEmpty();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(broker::port)
                    .withMessageContaining("does not listen on TCP");
        }
    }

    // As an extension.

    @Test
    void aStaticOneServesAllTestsOfItsClassAndOfThoseWithinIt() {
        assertThat(run(Shared.class).getTestsSucceededCount()).isEqualTo(3);
        assertThat(new HashSet<>(MET)).hasSize(1);
        assertThatAllHaveStopped();
    }

    @Test
    void aStaticOneMayBeFreshForEachTest() {
        assertThat(run(Fresh.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(new HashSet<>(MET)).hasSize(2);
        assertThatAllHaveStopped();
    }

    @Test
    void oneOfTheInstanceServesOneTest() {
        assertThat(run(Own.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(new HashSet<>(MET)).hasSize(2);
        assertThatAllHaveStopped();
    }

    @Test
    void oneOfAnInstanceForAllTestsServesThemAll() {
        assertThat(run(OneInstance.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(new HashSet<>(MET)).hasSize(1);
        assertThatAllHaveStopped();
    }

    @Test
    void aFaultThatWasNotDescribedToItsEndFailsTheTest() {
        TestExecutionSummary summary = run(Unfinished.class);
        assertThat(summary.getFailures()).hasSize(1);
        assertThat(summary.getFailures().get(0).getException())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lose PUBACK")
                .hasMessageContaining("toClient");
        assertThatAllHaveStopped();
    }

    private static TestExecutionSummary run(Class<?> tests) {
        MET.clear();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static void assertThatAllHaveStopped() {
        assertThat(MET)
                .isNotEmpty()
                .allSatisfy(broker -> assertThatExceptionOfType(RuntimeException.class)
                        .isThrownBy(() -> RawClient.connect(broker.port())));
    }

    /** Notes the broker and that it lets clients in. */
    private static void meet(Broker broker) {
        MET.add(broker);
        RawClient.connected(broker.port(), Connect.v5("me")).close();
    }

    static class Shared {
        @RegisterExtension
        static final AldisBroker BROKER = AldisBroker.create();

        @Test
        void one(AldisBroker broker) {
            assertThat(broker).isSameAs(BROKER);
            meet(broker.broker());
        }

        @Test
        void two(Broker broker) {
            meet(broker);
        }

        @Nested
        class Within {
            @Test
            void three() {
                meet(BROKER.broker());
            }
        }
    }

    static class Fresh {
        @RegisterExtension
        static final AldisBroker BROKER = AldisBroker.builder().freshPerTest().build();

        @Test
        void one() {
            meet(BROKER.broker());
        }

        @Test
        void two() {
            meet(BROKER.broker());
        }
    }

    static class Own {
        @RegisterExtension
        final AldisBroker broker = AldisBroker.create();

        @Test
        void one() {
            meet(broker.broker());
        }

        @Test
        void two() {
            meet(broker.broker());
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        @RegisterExtension
        final AldisBroker broker = AldisBroker.create();

        @Test
        void one() {
            meet(broker.broker());
        }

        @Test
        void two() {
            meet(broker.broker());
        }
    }

    static class Unfinished {
        @RegisterExtension
        final AldisBroker broker = AldisBroker.create();

        @Test
        void one() {
            meet(broker.broker());
            broker.faults().lose(PacketType.PUBACK).nth(2);
        }
    }
}
