package io.aldis.benchmark.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Transport;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadModesTest {

    // The numbers of clients, then the topic and the filter.
    @ParameterizedTest
    @CsvSource({
        "p2p, 100, 100, bench/{run}/{client}, bench/{run}/{client}",
        "p2p -c 7, 7, 7, bench/{run}/{client}, bench/{run}/{client}",
        "latency, 100, 100, bench/{run}/{client}, bench/{run}/{client}",
        "fanin, 200, 2, bench/{run}/{client%2}/{client}, bench/{run}/{client}/+",
        "fanin -c 30 -sub 3, 30, 3, bench/{run}/{client%3}/{client}, bench/{run}/{client}/+",
        "fanout, 1, 500, bench/{run}/all, bench/{run}/all",
        "shared, 100, 10, bench/{run}/{client}, $share/group{client%1}/bench/{run}/+",
        "shared -sub 6 --share-groups 2, 100, 6, bench/{run}/{client}, $share/group{client%2}/bench/{run}/+",
        "retained, 10, 10, bench/{run}/{client}/{message}, bench/{run}/#",
        "offline, 100, 100, bench/{run}/{client}, bench/{run}/{client}",
        "reconnect-storm, 10, 1000, bench/{run}/{client}/{random:0-999}, bench/{run}/+/{client}",
        "slow-consumer, 1, 20, bench/{run}/all, bench/{run}/all",
    })
    void everyModeHasItsPublishersAndSubscribers(
            String line, int publishers, int subscribers, String topic, String filter) {
        Plan plan = Typed.plan(line);

        assertThat(plan.group("publishers").clients()).isEqualTo(publishers);
        assertThat(plan.group("subscribers").clients()).isEqualTo(subscribers);
        assertThat(Typed.publishing(plan).topic()).hasToString(topic);
        assertThat(Typed.subscription(plan).filter()).hasToString(filter);
    }

    @Test
    void aLoadHasItsDefaults() {
        Plan plan = Typed.plan("p2p");

        assertThat(Typed.publishing(plan).qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(Typed.subscription(plan).qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(Typed.publishing(plan).mostBytes()).isEqualTo(64);
        assertThat(Typed.publishing(plan).paced()).isFalse();
        assertThat(Typed.publishing(plan).messages()).isZero();
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("connect", false),
                        new Step.Connect("subscribers"),
                        new Step.Connect("publishers"),
                        new Step.Phase("warm-up", false),
                        new Step.Begin("publishers"),
                        new Step.Wait(Duration.ofSeconds(2)),
                        new Step.Phase("run", true),
                        new Step.Wait(Duration.ofSeconds(10)),
                        new Step.Phase("drain", false),
                        new Step.End("publishers"),
                        new Step.Drain(Duration.ofSeconds(30)));
    }

    @Test
    void aLoadTakesItsOptions() {
        Plan plan = Typed.plan(
                "p2p -c 4 -qos 2 -subqos 1 -s 128 --rate 1000 --window 5 --outstanding 50 --warm-up 0 -d 0.5 --drain 7 --loops 2");

        assertThat(Typed.publishing(plan).qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(Typed.subscription(plan).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(Typed.publishing(plan).leastBytes()).isEqualTo(128);
        assertThat(Typed.publishing(plan).rate()).isEqualTo(250);
        assertThat(Typed.publishing(plan).window()).isEqualTo(5);
        assertThat(plan.outstanding()).isEqualTo(50);
        assertThat(plan.loops()).isEqualTo(2);
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("connect", false),
                        new Step.Connect("subscribers"),
                        new Step.Connect("publishers"),
                        new Step.Phase("run", true),
                        new Step.Begin("publishers"),
                        new Step.Wait(Duration.ofMillis(500)),
                        new Step.Phase("drain", false),
                        new Step.End("publishers"),
                        new Step.Drain(Duration.ofSeconds(7)));
    }

    @Test
    void theWindowFollowsTheQualityOfService() {
        assertThat(Typed.publishing(Typed.plan("p2p -qos 1")).window()).isEqualTo(100);
        assertThat(Typed.publishing(Typed.plan("p2p -qos 2")).window()).isEqualTo(20);
        assertThat(Typed.publishing(Typed.plan("p2p -qos 2 --window 100")).window())
                .isEqualTo(100);
        assertThat(Typed.publishing(Typed.plan("publish -qos 2")).window()).isEqualTo(20);
    }

    @Test
    void aNumberOfMessagesTakesTheTimeItTakes() {
        assertThat(longest("p2p -n 1000000")).isEqualTo(Duration.ofHours(1));
        assertThat(longest("p2p -n 1000000 -d 30")).isEqualTo(Duration.ofSeconds(30));
        assertThat(longest("p2p -c 10 -n 1000 --rate 10"))
                .isEqualTo(Duration.ofHours(1).plusSeconds(1000));
        assertThat(longest("offline --queue 100000")).isEqualTo(Duration.ofHours(1));
        assertThat(longest("retained")).isEqualTo(Duration.ofHours(1));
    }

    private static Duration longest(String line) {
        return Typed.step(Typed.plan(line), Step.AwaitSent.class).limit();
    }

    @Test
    void someModesHaveARateUnlessAnotherIsGiven() {
        assertThat(Typed.publishing(Typed.plan("latency")).rate()).isEqualTo(100);
        assertThat(Typed.publishing(Typed.plan("latency -c 10 --rate 50")).rate())
                .isEqualTo(5);
        assertThat(Typed.publishing(Typed.plan("reconnect-storm")).rate()).isEqualTo(100);
        assertThat(Typed.publishing(Typed.plan("slow-consumer")).rate()).isEqualTo(2000);
        assertThat(Typed.publishing(Typed.plan("slow-consumer")).mostBytes()).isEqualTo(1024);
    }

    @Test
    void whatIsRetainedIsPublishedOnceToEachTopic() {
        Plan plan = Typed.plan("retained --topics 600 -c 3 -qos 1");

        assertThat(Typed.publishing(plan).retain()).isTrue();
        assertThat(Typed.publishing(plan).messages()).isEqualTo(200);
        assertThat(Typed.subscription(plan).retained()).isTrue();
        assertThat(plan.steps()).endsWith(new Step.Leave("subscribers", true), new Step.Forget("publishers"));
    }

    @Test
    void offlineQueuesAtQos1UnlessAnotherIsGiven() {
        Plan plan = Typed.plan("offline -c 5 --queue 30");

        assertThat(plan.group("subscribers").persistent()).isTrue();
        assertThat(Typed.publishing(plan).messages()).isEqualTo(30);
        assertThat(Typed.publishing(plan).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(Typed.subscription(plan).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(Typed.subscription(Typed.plan("offline -qos 2")).qos()).isEqualTo(Qos.EXACTLY_ONCE);
    }

    @Test
    void someOfTheSlowConsumersStall() {
        assertThat(Typed.step(Typed.plan("slow-consumer -sub 9 --slow 4"), Step.Stall.class))
                .isEqualTo(new Step.Stall("subscribers", 4));
    }

    @Test
    void aStormConnectsManyAtOnce() {
        Group subscribers = Typed.plan("reconnect-storm -c 50 --at-once 20").group("subscribers");

        assertThat(subscribers.connecting().atOnce()).isEqualTo(20);
        assertThat(subscribers.connecting().interval()).isZero();
        assertThat(subscribers.persistent()).isTrue();
    }

    // The way to the broker.

    @ParameterizedTest
    @CsvSource({
        "connect, TCP, 1883",
        "connect --tls, TLS, 8883",
        "connect --ws, WS, 8083",
        "connect --tls --ws, WSS, 8084",
        "connect --tls --ws -p 1, WSS, 1",
        "connect -p :1883, TCP, 1883",
        "connect --port=65535, TCP, 65535",
    })
    void thePortFollowsTheTransport(String line, Transport transport, int port) {
        assertThat(Typed.plan(line).target().transport()).isEqualTo(transport);
        assertThat(Typed.plan(line).target().port()).isEqualTo(port);
    }

    @Test
    void tlsIsDescribed() {
        Target target = Typed.plan("connect --tls --ca ca.pem --cert c.pem --key k.pem --insecure")
                .target();

        assertThat(target.tls()).isEqualTo(new Target.Tls("ca.pem", true, "c.pem", "k.pem"));
        assertThat(Typed.plan("connect --tls").target().tls()).isEqualTo(new Target.Tls(null, false, null, null));
        assertThat(Typed.plan("connect").target().tls()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"3.1, V3_1", "3.1.1, V3_1_1", "3, V3_1_1", "4, V3_1_1", "5, V5", "5.0, V5"})
    void theVersionIsChosen(String typed, MqttVersion version) {
        assertThat(Typed.plan("p2p --mqtt " + typed).target().version()).isEqualTo(version);
    }

    @Test
    void sourcesAndPathAreTaken() {
        Target target = Typed.plan("connect --source 127.0.0.2,127.0.0.3 --source 127.0.0.4 --ws --path /ws")
                .target();

        assertThat(target.sources()).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.4");
        assertThat(target.path()).isEqualTo("/ws");
    }

    // What is done with a result.

    @Test
    void theProcessIsWatched() {
        assertThat(Typed.line("p2p --pid 4711").pid()).isEqualTo(4711);
        assertThat(Typed.line("p2p").pid()).isNull();
    }

    @Test
    void resultsAreWrittenWhereTheyAreWanted(@TempDir Path folder) {
        Typed typed = Typed.words(
                "p2p", "--json", folder + "/a.json", "--csv", folder + "/a.csv", "--report", folder + "/a.html");

        assertThat(typed.exit).isZero();
        assertThat(typed.out()).contains("Verdict:");
        assertThat(folder.resolve("a.json")).content().startsWith("{");
        assertThat(folder.resolve("a.csv")).content().contains(",");
        assertThat(folder.resolve("a.html")).content().startsWithIgnoringCase("<!doctype html>");
    }

    @Test
    void jsonMayGoToStandardOutputAndIsAllThatGoesThere() {
        Typed typed = Typed.line("p2p --json -");

        assertThat(typed.out().strip())
                .startsWith("{")
                .doesNotContain("Verdict:")
                .endsWith("}");
    }

    // What a result tells of the line.

    @Test
    void theLineIsQuotedWhereAShellNeedsIt() {
        assertThat(Typed.words("p2p", "-u", "it's me", "-c", "3").plan().command())
                .isEqualTo("aldis bench p2p -u 'it'\\''s me' -c 3");
        assertThat(Typed.words("publish", "-topic", "a/{client}").plan().command())
                .isEqualTo("aldis bench publish -topic 'a/{client}'");
        assertThat(Typed.words("p2p", "-u", "").plan().command()).isEqualTo("aldis bench p2p -u ''");
    }

    @ParameterizedTest
    @CsvSource({
        "p2p -pwd secret -c 1, p2p -pwd '***' -c 1",
        "p2p -pwd=secret -c 1, p2p '-pwd=***' -c 1",
        "p2p --password secret, p2p --password '***'",
        "p2p --password=secret=, p2p '--password=***'",
    })
    void thePasswordIsNotTold(String line, String told) {
        assertThat(Typed.line(line).plans())
                .allSatisfy(plan -> assertThat(plan.command()).isEqualTo("aldis bench " + told));
        assertThat(Bench.withoutPassword(List.of("-pwd", "-pwd", "-c"))).containsExactly("-pwd", "***", "-c");
        assertThat(Bench.withoutPassword("p2p --password='my own' -c 1")).isEqualTo("p2p --password=*** -c 1");
        assertThat(Bench.withoutPassword("p2p -pwdx 1")).isEqualTo("p2p -pwdx 1");
    }

    // Scenarios.

    @Test
    void readyScenariosAreListedAndPrinted() {
        assertThat(Typed.line("scenario --list").out()).contains("chat\n    ", "telemetry-fan-in\n    ");
        assertThat(Typed.line("scenario --print chat").out()).contains("groups:");
    }

    @Test
    void aScenarioIsRunByItsNameOrFromAFile(@TempDir Path folder) throws Exception {
        assertThat(Typed.plan("scenario chat --scale 0.01 -d 1").name()).isEqualTo("chat");
        Path file = Files.writeString(
                folder.resolve("own.yaml"), Typed.line("scenario --print chat").out());
        Plan plan = Typed.words("scenario", file.toString(), "--duration", "3", "--mqtt", "3.1.1", "-p", "9")
                .plan();
        assertThat(plan.steps()).contains(new Step.Wait(Duration.ofSeconds(3)));
        assertThat(plan.target()).isEqualTo(Target.tcp("localhost", 9, MqttVersion.V3_1_1));
    }

    // Comparisons.

    @Test
    void aComparisonRunsEachScenarioAgainstEachBroker() {
        Typed typed = Typed.words(
                "compare",
                "--broker",
                "a=127.0.0.1:1",
                "--broker",
                "b=127.0.0.1:2",
                "--scenario",
                "p2p --qos 1 -c 3",
                "--scenario",
                "chat",
                "--rounds",
                "1",
                "--warm-up-rounds",
                "0",
                "-q");

        assertThat(typed.err()).isEmpty();
        assertThat(typed.plans())
                .extracting(plan -> plan.name() + " " + plan.target().port())
                .containsExactly("p2p --qos 1 -c 3 1", "p2p --qos 1 -c 3 2", "chat 1", "chat 2");
        assertThat(typed.plans().get(0).group("publishers").clients()).isEqualTo(3);
    }

    @Test
    void aComparisonDoesNotTellThePasswordsOfItsScenarios() {
        Typed typed = Typed.words(
                "compare", "--broker", "a=127.0.0.1:1", "--scenario", "p2p -u x -pwd secret", "--rounds", "1", "-q");

        assertThat(typed.plans()).allSatisfy(plan -> {
            assertThat(plan.name()).isEqualTo("p2p -u x -pwd ***");
            assertThat(plan.command()).doesNotContain("secret");
            assertThat(plan.target().password()).isEqualTo("secret");
        });
        assertThat(typed.out()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect",
                "publish",
                "subscribe",
                "p2p",
                "fanin",
                "fanout",
                "shared",
                "retained",
                "offline",
                "reconnect-storm",
                "slow-consumer",
                "latency"
            })
    void everyModeTellsItsOptions(String mode) {
        Typed typed = Typed.line(mode + " --help");

        assertThat(typed.exit).isZero();
        assertThat(typed.err()).isEmpty();
        assertThat(typed.plans()).isEmpty();
        assertThat(typed.out())
                .startsWith("Usage: aldis bench " + mode + " ")
                .contains("--host=HOST", "--port=PORT", "--tls", "--json=FILE", "-c, --", "--help")
                .doesNotContain("null")
                .doesNotContain("${");
    }

    @Test
    void helpTellsTheModesAndTheExitCodes() {
        assertThat(Typed.line("--help").out()).contains("reconnect-storm", "compare", "Exit codes: 0 all is well");
        assertThat(Typed.line("publish --help").out())
                .contains("-subqos, --subqos", "-topic, --topic", "-i, --interval");
        assertThat(Typed.line("scenario --help").out()).contains("--scale", "--list", "FILE|NAME");
        assertThat(Typed.line("compare --help").out()).contains("--broker=NAME", "--warm-up-rounds");
    }
}
