package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a script learns from the exit code, and what is told besides. */
class ExitCodesTest {

    private static final String LONG = "p2p -c 2 -d 600 --warm-up 0 -qos 1";

    private static void checkExit(Typed typed, ExitCode expected) {
        assertThat(typed.exit()).as(typed.out() + typed.err()).isEqualTo(expected.code());
    }

    /** Does something when so many messages have been published. */
    private static final class After extends Conduct {
        private final int messages;
        private final Consumer<TestBroker> deed;
        private int published;

        After(int messages, Consumer<TestBroker> deed) {
            this.messages = messages;
            this.deed = deed;
        }

        @Override
        void published(TestBroker broker, Publish message) {
            if (++published == messages) {
                deed.accept(broker);
            }
        }
    }

    // 2: a wrong option.

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource(delimiter = '|', textBlock = """
            p2p -qos 3                  | --qos
            p2p -c 0                    | --pairs
            p2p -n 0                    | --messages
            p2p -s 5                    | --size
            p2p --loops 0               | --loops
            p2p --mqtt 6                | --mqtt
            p2p --cert a.pem            | --tls
            p2p --speed 3               | --speed
            fanout -d 0                 | --duration
            offline -qos 0              | --qos
            slow-consumer -sub 3 --slow 4 | --slow
            shared -sub 2 --share-groups 3 | --share-groups
            retained -c 10 --topics 5   | --topics
            connect --at-once 0         | --at-once
            publish --window 70000      | --window
            scenario no-such.yaml       | no-such.yaml
            gossip -c 3                 | gossip
            """)
    void whatIsTypedWronglyIsNamed(String line, String name) {
        Typed typed = Typed.line(Typed.SHORT, 1, line);

        checkExit(typed, ExitCode.USAGE);
        assertThat(typed.err()).startsWith("aldis bench: ").contains(name);
        assertThat(typed.made()).isNull();
    }

    // 3: the broker cannot be reached, or refuses.

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {
                "connect -c 2",
                "publish -c 2",
                "subscribe -c 2",
                "p2p",
                "fanin",
                "fanout",
                "shared",
                "retained",
                "offline -qos 1",
                "reconnect-storm",
                "slow-consumer",
                "latency",
                "scenario chat"
            })
    void whereNobodyListensIsToldAtOnce(String line) throws IOException {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }

        Typed typed = Typed.line(Typed.PATIENT, port, line);

        checkExit(typed, ExitCode.UNREACHABLE);
        assertThat(typed.findings()).singleElement().asString().contains("127.0.0.1:" + port);
        assertThat(typed.result().phases()).isEmpty();
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({"3.1.1, NOT_AUTHORIZED", "3.1.1, SERVER_UNAVAILABLE", "5.0, BANNED", "5.0, BAD_USER_NAME_OR_PASSWORD"})
    void aRefusedClientIsToldWithTheReason(String version, ReasonCode reason) {
        Conduct refusing = new Conduct() {
            @Override
            ReasonCode admit(TestBroker broker, Connect connect) {
                return reason;
            }
        };
        try (TestBroker broker = new TestBroker(refusing)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), "p2p -c 2 -n 5 --mqtt " + version);

            checkExit(typed, ExitCode.UNREACHABLE);
            assertThat(typed.findings()).singleElement().asString().contains("refused", reason.name());
        }
    }

    @Test
    @Execution(CONCURRENT)
    void howManyOfTheConnectionsWereRefusedIsTold() {
        AtomicInteger came = new AtomicInteger();
        Conduct full = new Conduct() {
            @Override
            ReasonCode admit(TestBroker broker, Connect connect) {
                boolean probe = connect.clientId().contains("-probe-");
                return probe || came.incrementAndGet() <= 7 ? ReasonCode.SUCCESS : ReasonCode.SERVER_UNAVAILABLE;
            }
        };
        try (TestBroker broker = new TestBroker(full)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), "connect -c 10 -ci 0");

            checkExit(typed, ExitCode.UNREACHABLE);
            assertThat(typed.findings())
                    .singleElement()
                    .asString()
                    .contains("3 of 10 connections failed", "SERVER_UNAVAILABLE");
            assertThat(typed.result().totals().connected()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {"p2p -c 2 -n 5 -qos 1", "subscribe -c 2 -ci 0 -n 3 -i 0", "retained -c 1 --topics 5 -qos 1"})
    void aRefusedSubscriptionIsTold(String line) {
        Conduct refusing = new Conduct() {
            @Override
            ReasonCode grant(Subscription subscription) {
                return ReasonCode.NOT_AUTHORIZED;
            }
        };
        try (TestBroker broker = new TestBroker(refusing)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), line + " --mqtt 5.0");

            checkExit(typed, ExitCode.UNREACHABLE);
            assertThat(typed.findings()).anyMatch(finding -> finding.contains("NOT_AUTHORIZED"));
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"3.1.1", "5.0"})
    void aLowerQualityThanWasAskedForIsTold(String version) {
        Conduct stingy = new Conduct() {
            @Override
            ReasonCode grant(Subscription subscription) {
                return ReasonCode.GRANTED_QOS_0;
            }
        };
        try (TestBroker broker = new TestBroker(stingy)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), "p2p -c 2 -n 5 -qos 2 --mqtt " + version);

            checkExit(typed, ExitCode.UNREACHABLE);
            assertThat(typed.findings()).anyMatch(finding -> finding.contains("asked for QoS 2"));
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {"connect -c 2 -ci 0 -t 0.2", "subscribe -c 2 -ci 0 -n 1 -t 0.2", "publish -c 2 -ci 0 -n 1 -t 0.2"
            })
    void aBrokerThatSaysNothingIsGivenUp(String line) {
        Conduct dumb = new Conduct() {
            @Override
            boolean listens() {
                return false;
            }
        };
        try (TestBroker broker = new TestBroker(dumb)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), line);

            checkExit(typed, ExitCode.UNREACHABLE);
            assertThat(typed.findings()).singleElement().asString().contains("no answer", "200 ms");
        }
    }

    // 4: the broker breaks off.

    @Test
    @Execution(CONCURRENT)
    void whatWasSeenUntilTheBrokerDiedIsKept(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("run.json");
        After dying = new After(500, broker -> {
            broker.stopListening();
            broker.cutConnections();
        });
        try (TestBroker broker = new TestBroker(dying)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), LONG + " --json " + json);

            checkExit(typed, ExitCode.BROKEN_OFF);
            assertThat(typed.findings()).singleElement().asString().contains("lost its connection");
            assertThat(typed.result().phases()).extracting(PhaseResult::name).containsExactly("connect", "run");
            assertThat(typed.result().totals().sent()).isGreaterThanOrEqualTo(500);
            JsonNode written = JsonMapper.shared().readTree(Files.readString(json));
            assertThat(written.at("/phases/1/counts/sent").asLong()).isGreaterThanOrEqualTo(500);
            assertThat(written.at("/totals/delivered").asLong()).isPositive();
            assertThat(written.at("/verdict/exit").asString()).isEqualTo("BROKEN_OFF");
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {
                "publish -c 1 -ci 0 -i 0 -n 100000",
                "p2p -c 2 -d 600 --warm-up 0",
                "fanin -c 2 -d 600 --warm-up 0 -qos 2",
                "fanout -c 1 -sub 2 -d 600 --warm-up 0 -qos 1",
                "shared -c 1 -sub 2 -d 600 --warm-up 0 -qos 1",
                "retained -c 2 --topics 100000 -qos 1",
                "offline -c 2 --queue 100000 -qos 1",
                "reconnect-storm -c 2 -d 600",
                "slow-consumer -c 1 -sub 2 -d 600 --warm-up 0",
                "latency -c 2 -d 600 --warm-up 0",
                "scenario chat -d 600 --warm-up 0 --scale 0.2"
            })
    void connectionsThatAreCutEndTheRun(String line) {
        try (TestBroker broker = new TestBroker(new After(50, TestBroker::cutConnections))) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), line);

            checkExit(typed, ExitCode.BROKEN_OFF);
            assertThat(typed.findings()).singleElement().asString().contains("lost its connection");
            assertThat(typed.result().totals().sent()).isPositive();
        }
    }

    @Test
    @Execution(CONCURRENT)
    void theReasonWithWhichClientsAreDismissedIsTold() {
        After leaving = new After(50, broker -> broker.dismissClients(ReasonCode.SERVER_SHUTTING_DOWN));
        try (TestBroker broker = new TestBroker(leaving)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), LONG + " --mqtt 5.0");

            checkExit(typed, ExitCode.BROKEN_OFF);
            assertThat(typed.findings()).singleElement().asString().contains("SERVER_SHUTTING_DOWN");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void idleConnectionsThatAreCutAreNoticed() {
        AtomicInteger came = new AtomicInteger();
        Conduct cutting = new Conduct() {
            @Override
            ReasonCode admit(TestBroker broker, Connect connect) {
                if (!connect.clientId().contains("-probe-") && came.incrementAndGet() == 3) {
                    broker.later(300, broker::cutConnections);
                }
                return ReasonCode.SUCCESS;
            }
        };
        try (TestBroker broker = new TestBroker(cutting)) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), "connect -c 3 -ci 0 --hold 600");

            checkExit(typed, ExitCode.BROKEN_OFF);
        }
    }

    // 6: not all was there in time.

    private static final Conduct MUTE = new Conduct() {
        @Override
        boolean acknowledges() {
            return false;
        }
    };

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {
                "p2p -c 2 -n 5 -qos 1 -d 0.1 --drain 1",
                "p2p -c 2 -n 5 -qos 2 -d 0.1 --drain 1",
                "p2p -c 2 -d 0.1 --warm-up 0 -qos 1",
                "p2p -c 2 -d 0.1 --warm-up 0 -qos 2 --mqtt 5.0",
                "fanin -c 2 -n 5 -qos 1 -d 0.1 --drain 1",
                "fanout -c 1 -sub 2 -n 5 -qos 1 -d 0.1 --drain 1",
                "shared -c 1 -sub 2 -n 5 -qos 1 -d 0.1 --drain 1",
                "retained -c 1 --topics 5 -qos 1 -d 0.1 --drain 1",
                "offline -c 1 --queue 5 -qos 1 -d 0.1 --drain 1",
                "reconnect-storm -c 2 -d 0.1 -qos 1",
                "slow-consumer -c 1 -sub 2 -d 0.1 --warm-up 0 -qos 2",
                "latency -c 1 -d 0.1 --warm-up 0 -qos 1",
                "publish -c 2 -ci 0 -i 0 -n 5 -qos 1 -t 0.3",
                "publish -c 2 -ci 0 -i 10 -n 5 -qos 2 -t 0.3 -sub 1",
                "scenario chat -d 0.1 --warm-up 0 --scale 0.02"
            })
    void acknowledgementsThatNeverComeAreTold(String line) {
        try (TestBroker broker = new TestBroker(MUTE)) {
            Typed typed = Typed.line(Typed.SHORT, broker.port(), line);

            checkExit(typed, ExitCode.UNFINISHED);
            assertThat(typed.findings())
                    .isNotEmpty()
                    .allMatch(finding ->
                            finding.contains("never acknowledged") || finding.contains("not got them acknowledged"));
            assertThat(typed.result().totals().sent()).isPositive();
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {
                "p2p -c 2 -d 0.2 --warm-up 0 -qos 1",
                "p2p -c 2 -n 100 -d 0.1 --drain 1 -qos 2",
                "p2p -c 2 -n 100 -d 0.1 --drain 1 -qos 0",
                "publish -c 1 -ci 0 -i 0 -n 100 -qos 0 -t 0.3",
                "publish -c 1 -ci 0 -i 0 -n 100 -qos 1 -t 0.3 -sub 1"
            })
    void aBrokerThatStopsAnsweringHasNotLostWhatItHadNotTaken(String line) {
        AtomicInteger published = new AtomicInteger();
        Conduct freezing = new Conduct() {
            @Override
            boolean listens() {
                return published.get() < 50;
            }

            @Override
            void published(TestBroker broker, Publish message) {
                published.incrementAndGet();
            }
        };
        try (TestBroker broker = new TestBroker(freezing)) {
            Typed typed = Typed.line(Typed.SHORT, broker.port(), line);

            checkExit(typed, ExitCode.UNFINISHED);
            assertThat(typed.findings()).isNotEmpty().noneMatch(finding -> finding.contains("were lost"));
        }
    }

    // 130: interrupted.

    @Test
    @Execution(CONCURRENT)
    void whatWasSeenUntilItWasInterruptedIsTold(@TempDir Path directory) throws IOException {
        Thread here = Thread.currentThread();
        Path json = directory.resolve("run.json");
        try (TestBroker broker = new TestBroker(new After(500, ignored -> here.interrupt()))) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), LONG + " --json " + json);

            checkExit(typed, ExitCode.INTERRUPTED);
            assertThat(typed.findings()).singleElement().asString().contains("interrupted");
            assertThat(typed.result().totals().sent()).isGreaterThanOrEqualTo(500);
            JsonNode written = JsonMapper.shared().readTree(Files.readString(json));
            assertThat(written.at("/phases/1/counts/sent").asLong()).isGreaterThanOrEqualTo(500);
        } finally {
            var unused = Thread.interrupted();
        }
    }
}
