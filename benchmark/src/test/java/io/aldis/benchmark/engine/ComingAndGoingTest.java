package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.aldis.benchmark.engine.TestBroker.Delivery;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave and return, what is retained for them, and what they leave behind. */
class ComingAndGoingTest {

    /** Some come and go, and are told what is retained; nobody can know which messages they get. */
    private static final String TEMPORARY = """
            - name: panels
              clients: 3
              subscribe: [{ filter: "{run}/state/+", qos: QOS, retained: true }]
              churn: { stay: 40ms, away: 20ms }
            - name: archives
              clients: 2
              subscribe: [{ filter: "{run}/#", qos: QOS }]
            - name: sensors
              clients: 3
              publish: { topic: "{run}/state/{client}", qos: QOS, retain: true, rate: 100/s, size: 64 }
            """;

    /** Some come and go, and get all, for their sessions outlive their connections. */
    private static final String PERSISTENT = """
            - name: phones
              clients: 3
              clean-start: false
              session-expiry: 1h
              subscribe: [{ filter: "{run}/inbox/{client}", qos: QOS }]
              churn: { stay: 40ms, away: 20ms }
            - name: people
              clients: 3
              publish: { topic: "{run}/inbox/{client}", qos: QOS, rate: 100/s, size: 64 }
            """;

    /** Those who publish come and go. */
    private static final String RESTLESS = """
            - name: archives
              clients: 2
              subscribe: [{ filter: "{run}/#", qos: QOS }]
            - name: steady
              clients: 1
              publish: { topic: "{run}/steady", qos: QOS, rate: 200/s, size: 64 }
            - name: restless
              clients: 3
              publish: { topic: "{run}/restless/{client}", qos: QOS, rate: max, size: 200 }
              # Longer than the broker takes for what lies in its socket: who comes back before that is taken for another.
              churn: { stay: 60ms, away: 120ms }
            """;

    @TempDir
    private Path directory;

    private Typed scenario(TestBroker broker, Duration quiet, String groups, int qos, String more) throws IOException {
        Path file = directory.resolve("scenario.yaml");
        String text = "name: small\nwarm-up: 0s\nduration: 300ms\ngroups:\n" + groups.indent(2);
        Files.writeString(file, text.replace("QOS", Integer.toString(qos)));
        return Typed.line(quiet, broker.port(), "scenario " + file + more);
    }

    private static void checkAllDelivered(Typed typed) {
        Counts totals = typed.result().totals();
        assertThat(typed.findings()).isEmpty();
        assertThat(typed.exit()).isZero();
        assertThat(totals.delivered()).isEqualTo(totals.expected()).isPositive();
        assertThat(totals.late() + totals.failed()).isZero();
        // Who left while an acknowledgement was under way may get a message of QoS 1 again.
        assertThat(typed.remarks())
                .noneMatch(remark -> remark.contains("allow") && !remark.contains("QoS 1 came more than once"));
    }

    private static void checkNothingLeft(TestBroker broker) {
        assertThat(broker.clientIds()).isEmpty();
        assertThat(broker.retainedTopics()).isEmpty();
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(ints = {0, 1, 2})
    void nobodyIsBlamedForWhatPassingSubscribersMiss(int qos) throws IOException {
        try (TestBroker broker = TestBroker.honest()) {
            Typed typed = scenario(
                    broker, Typed.PATIENT, TEMPORARY, qos, qos == 1 ? " --mqtt 5.0 --loops 2" : " --mqtt 3.1.1");

            checkAllDelivered(typed);
            assertThat(typed.result().totals().retained()).isPositive();
            assertThat(typed.result().totals().connected()).isGreaterThan(8);
            checkNothingLeft(broker);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void whatOnlyTakesTimeIsWaitedFor() throws IOException {
        Conduct slow = new Conduct() {
            @Override
            void deliver(TestBroker broker, Delivery delivery) {
                if (delivery.to().clientId().contains("-archives-")) {
                    broker.later(400, () -> broker.send(delivery));
                } else {
                    broker.send(delivery);
                }
            }
        };
        try (TestBroker broker = new TestBroker(slow)) {
            checkAllDelivered(scenario(broker, Typed.PATIENT, TEMPORARY, 1, ""));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void whatSteadySubscribersMissIsFoundBesidePassingOnes() throws IOException {
        Crook crook = new Crook(Fault.DROP, 7);
        Conduct unjust = new Conduct() {
            @Override
            void deliver(TestBroker broker, Delivery delivery) {
                if (delivery.to().clientId().contains("-archives-")) {
                    crook.deliver(broker, delivery);
                } else {
                    broker.send(delivery);
                }
            }
        };
        try (TestBroker broker = new TestBroker(unjust)) {
            Typed typed = scenario(broker, Typed.SHORT, TEMPORARY, 1, "");

            assertThat(typed.exit()).isEqualTo(ExitCode.GUARANTEE.code());
            assertThat(typed.result().totals().lost())
                    .isEqualTo(crook.misdeeds())
                    .isPositive();
            assertThat(typed.findings()).singleElement().asString().contains("at QoS 1 were lost");
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(ints = {1, 2})
    void subscribersWhoseSessionsLastGetAll(int qos) throws IOException {
        try (TestBroker broker = TestBroker.honest()) {
            checkAllDelivered(scenario(
                    broker, Typed.PATIENT, PERSISTENT, qos, qos == 1 ? " --mqtt 5.0 --loops 2" : " --mqtt 3.1.1"));
            checkNothingLeft(broker);
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(ints = {1, 2})
    void whatSubscribersWhoseSessionsLastMissIsFound(int qos) throws IOException {
        Crook crook = new Crook(Fault.DROP, 7);
        try (TestBroker broker = new TestBroker(crook)) {
            Typed typed = scenario(broker, Typed.SHORT, PERSISTENT, qos, "");

            assertThat(typed.exit()).isEqualTo(ExitCode.GUARANTEE.code());
            assertThat(typed.result().totals().lost())
                    .isEqualTo(crook.misdeeds())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(ints = {0, 1, 2})
    void publishersThatLeaveTakeNothingWithThem(int qos) throws IOException {
        try (TestBroker broker = TestBroker.honest()) {
            checkAllDelivered(scenario(
                    broker, Typed.PATIENT, RESTLESS, qos, qos == 1 ? " --mqtt 5.0 --loops 2" : " --mqtt 3.1.1"));
            checkNothingLeft(broker);
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(strings = {"offline -c 2 --queue 20 -qos 1", "offline -c 2 --queue 20 -qos 2 --mqtt 5.0"})
    void aBrokerThatForgetsSessionsIsFound(String line) {
        Conduct forgetful = new Conduct() {
            @Override
            boolean remembers() {
                return false;
            }
        };
        try (TestBroker broker = new TestBroker(forgetful)) {
            Typed typed = Typed.line(Typed.SHORT, broker.port(), line);

            assertThat(typed.exit()).isEqualTo(ExitCode.GUARANTEE.code());
            assertThat(typed.findings())
                    .singleElement()
                    .asString()
                    .startsWith("40 deliveries")
                    .contains("were lost");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void howeverMuchWasRetainedNothingIsLeft() {
        try (TestBroker broker = TestBroker.honest()) {
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), "retained -c 1 --topics 30000 -sub 1");

            checkAllDelivered(typed);
            checkNothingLeft(broker);
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @ValueSource(
            strings = {"subscribe -c 2 -ci 0 -n 3 -i 20 -topic news", "publish -c 2 -ci 0 -n 5 -i 0 -sub 1 -qos 1"})
    void whatOthersPublishIsNoFault(String line) {
        try (TestBroker broker = TestBroker.honest()) {
            broker.publish("news0", "hello", true);
            broker.publish("$SYS/uptime", "3", true);
            Typed typed = Typed.line(Typed.PATIENT, broker.port(), line);

            assertThat(typed.findings()).isEmpty();
            assertThat(typed.exit()).isZero();
            assertThat(typed.remarks()).anyMatch(remark -> remark.contains("that this run had not sent"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void signsOfLifeAreNotTakenForMessagesUnderWay() throws IOException {
        String idle = """
                - name: archives
                  clients: 1
                  keep-alive: 1s
                  subscribe: [{ filter: "{run}/#", qos: 0 }]
                - name: sensors
                  clients: 1
                  publish: { topic: "{run}/state", qos: 0, rate: 100/s, size: 64 }
                """;
        try (TestBroker broker = new TestBroker(new Crook(Fault.DROP, 7))) {
            Typed typed = scenario(broker, Duration.ofMillis(1500), idle, 0, " --drain 4");

            assertThat(typed.exit()).isZero();
            assertThat(typed.remarks()).anyMatch(remark -> remark.contains("at QoS 0 were lost"));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aSlowConsumerMayBeCutOff() {
        Conduct strict = new Conduct() {
            private int deliveries;

            @Override
            void deliver(TestBroker broker, Delivery delivery) {
                broker.send(delivery);
                // Of 200 messages: it stops reading before the 101st.
                if (delivery.to().clientId().endsWith("-subscribers-0") && ++deliveries > 150) {
                    broker.cutIfCongested(delivery.to());
                }
            }
        };
        try (TestBroker broker = new TestBroker(strict)) {
            Typed typed = Typed.line(
                    Typed.SHORT,
                    broker.port(),
                    "slow-consumer -c 1 -sub 3 -d 1 --warm-up 0 -s 20000 --rate 200 -qos 1");

            assertThat(typed.findings()).isEmpty();
            assertThat(typed.exit()).isZero();
            assertThat(typed.remarks())
                    .anyMatch(remark -> remark.contains("ended the connection"))
                    .anyMatch(remark -> remark.contains("made to stop reading"));
        }
    }
}
