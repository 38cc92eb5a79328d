package io.aldis.benchmark.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.benchmark.plan.Target;
import io.aldis.codec.MqttVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What users are told about files that are wrong, word by word. */
class BadScenariosTest {

    /** All in it is right. The table below changes one thing at a time. */
    private static final String GOOD = """
            name: good
            mqtt: "5.0"
            warm-up: 5s
            duration: 60s
            groups:
              - name: sensors
                clients: 200
                connect: { rate: 100/s }
                session-expiry: 1h
                keep-alive: 60s
                publish:
                  topic: "home/{client}"
                  qos: 1
                  size: 80
                  rate: 2/s
                churn: { stay: 30s, away: 5s }
              - name: dashboards
                clients: 5
                subscribe:
                  - { filter: "home/+", qos: 1 }
            """;

    private static Arguments row(String of, String becomes, String... messages) {
        return Arguments.of(of, becomes, String.join("\n", messages));
    }

    static Stream<Arguments> table() {
        return Stream.of(
                // Keys.
                row(
                        "    clients: 200",
                        "    clinets: 200",
                        "f.yaml:6:5: a group lacks the key \"clients\": a whole number from 1 to 1,000,000",
                        "f.yaml:7:5: a group has no key \"clinets\"; did you mean \"clients\"?"),
                row(
                        "warm-up: 5s",
                        "warmup: 5s",
                        "f.yaml:3:1: a scenario has no key \"warmup\"; did you mean \"warm-up\"?"),
                row(
                        "warm-up: 5s",
                        "colour: red",
                        "f.yaml:3:1: a scenario has no key \"colour\"; its keys are"
                                + " name, description, mqtt, warm-up, duration, drain, groups"),
                row(
                        "    keep-alive: 60s",
                        "    qos: 1",
                        "f.yaml:10:5: a group has no key \"qos\"; it belongs to publish or subscribe"),
                row(
                        "stay: 30s",
                        "stays: 30s",
                        "f.yaml:16:12: churn lacks the key \"stay\":"
                                + " a duration such as 500ms, 5s, 2m or 1h, from 1ms to 24h",
                        "f.yaml:16:14: churn has no key \"stays\"; did you mean \"stay\"?"),
                row(
                        "{ rate: 100/s }",
                        "{ 5: x }",
                        "f.yaml:8:16: connect has no key \"5\"; its keys are rate, at-once, timeout"),
                row("name: good\n", "", "f.yaml:1:1: a scenario lacks the key \"name\": text"),
                row(
                        "duration: 60s\n",
                        "",
                        "f.yaml:1:1: a scenario lacks the key \"duration\":"
                                + " a duration such as 500ms, 5s, 2m or 1h, from 1ms to 30d"),
                row(
                        "      size: 80\n      rate: 2/s\n",
                        "",
                        "f.yaml:12:7: publish lacks the key \"size\":"
                                + " a size in bytes such as 80, 1KiB or 50-200, from 28 to 255MiB",
                        "f.yaml:12:7: publish lacks the key \"rate\":"
                                + " max, or a rate of one client such as 2/s, 6/m or 1/10s, at most 1,000,000/s"),
                row(
                        "duration: 60s",
                        "duration: 60s\nwarm-up: 6s",
                        "f.yaml:5:1: \"warm-up\" is there twice, first in line 3"),
                // Values.
                row(
                        "warm-up: 5s",
                        "warm-up: 5",
                        "f.yaml:3:10: warm-up: expected a duration such as 500ms, 5s, 2m or 1h, from 0s to 24h,"
                                + " came 5; write its unit, such as 5s"),
                row(
                        "warm-up: 5s",
                        "warm-up: soon",
                        "f.yaml:3:10: warm-up: expected a duration such as 500ms, 5s, 2m or 1h, from 0s to 24h,"
                                + " came \"soon\""),
                row(
                        "duration: 60s",
                        "duration: 0s",
                        "f.yaml:4:11: duration: expected a duration such as 500ms, 5s, 2m or 1h, from 1ms to 30d,"
                                + " came \"0s\""),
                row(
                        "clients: 200",
                        "clients: 0",
                        "f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came 0"),
                row(
                        "clients: 200",
                        "clients: many",
                        "f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came \"many\""),
                row(
                        "clients: 200",
                        "clients: \"200\"",
                        "f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came \"200\""),
                row(
                        "clients: 200",
                        "clients: [200]",
                        "f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came a list"),
                row(
                        "clients: 200",
                        "clients:",
                        "f.yaml:7:13: clients: expected a whole number from 1 to 1,000,000, came nothing"),
                row(
                        "name: good",
                        "name: 5",
                        "f.yaml:1:7: name: expected text, came 5; put quotes around it if it is meant as text"),
                row("\"5.0\"", "\"4\"", "f.yaml:2:7: mqtt: expected 3.1, 3.1.1 or 5.0, came \"4\""),
                row(
                        "100/s",
                        "100",
                        "f.yaml:8:22: rate: expected a rate such as 100/s, 6/m or 1/10s, at most 1,000,000/s,"
                                + " came 100; write 100/s"),
                row(
                        "rate: 100/s",
                        "rate: 100/s, at-once: 5",
                        "f.yaml:8:38: at-once: expected either \"rate\" or \"at-once\", came both"),
                row(
                        "expiry: 1h",
                        "expiry: 3600",
                        "f.yaml:9:21: session-expiry: expected never, or a duration in whole seconds such as 30s, 5m or 1h,"
                                + " at most 4294967294s, came 3600; write its unit, such as 3600s"),
                row(
                        "session-expiry: 1h",
                        "clean-start: false",
                        "f.yaml:9:18: clean-start: without a clean start there has to be a session;"
                                + " write \"session-expiry\" too"),
                row(
                        "alive: 60s",
                        "alive: 1d",
                        "f.yaml:10:17: keep-alive: expected a duration in whole seconds such as 60s, from 0s to 65535s,"
                                + " came \"1d\""),
                row(
                        "alive: 60s",
                        "alive: 60s\n    clean-start: yes",
                        "f.yaml:11:18: clean-start: expected true or false, came \"yes\""),
                row("      qos: 1", "      qos: 3", "f.yaml:13:12: qos: expected 0, 1 or 2, came 3"),
                row(
                        "      qos: 1",
                        "      qos: 0\n      window: 5",
                        "f.yaml:14:15: window: it means nothing at QoS 0, where nothing is acknowledged; leave it out"),
                row(
                        "size: 80",
                        "size: 27",
                        "f.yaml:14:13: size: expected a size in bytes such as 80, 1KiB or 50-200, from 28 to 255MiB, came 27"),
                row(
                        "rate: 2/s",
                        "rate: 2",
                        "f.yaml:15:13: rate: expected max, or a rate of one client such as 2/s, 6/m or 1/10s,"
                                + " at most 1,000,000/s, came 2; write 2/s"),
                row(
                        "{ stay: 30s, away: 5s }",
                        "often",
                        "f.yaml:16:12: churn: expected keys with values, came \"often\""),
                row(
                        "name: dashboards",
                        "name: sensors",
                        "f.yaml:17:11: name: a group \"sensors\" is there already; each needs a name of its own"),
                row(
                        "name: dashboards",
                        "name: dash boards",
                        "f.yaml:17:11: name: expected a name of at most 32 letters, digits and dashes that begins with a"
                                + " letter, came \"dash boards\""),
                // Topics and filters.
                row(
                        "{client}",
                        "{clinet}",
                        "f.yaml:12:14: topic: \"home/{clinet}\" has the variable {clinet}, which does not exist. Those there"
                                + " are: {client}, {client%N}, {group}, {run}, {message}, {random:A-B} with A not above B."
                                + " A scenario also has {client%GROUP} and {random:GROUP}. Did you mean {client}?"),
                row(
                        "{client}",
                        "{random:5-1}",
                        "f.yaml:12:14: topic: \"home/{random:5-1}\" has the variable {random:5-1}, which does not exist. Those"
                                + " there are: {client}, {client%N}, {group}, {run}, {message}, {random:A-B} with A not above"
                                + " B. A scenario also has {client%GROUP} and {random:GROUP}."),
                row(
                        "{client}",
                        "{random:sensor}",
                        "f.yaml:12:14: topic: there is no group \"sensor\"; did you mean \"sensors\"?"),
                row(
                        "{client}",
                        "{client%x}",
                        "f.yaml:12:14: topic: there is no group \"x\"; those there are: dashboards, sensors"),
                row("{client}", "{client", "f.yaml:12:14: topic: expected a } for each {, came \"home/{client\""),
                row("{client}", "#", "f.yaml:12:14: topic: expected a topic, came \"home/#\"; + and # are for filters"),
                row(
                        "\"home/{client}\"",
                        "# is a topic",
                        "f.yaml:12:13: topic: expected text, came nothing;"
                                + " a text that begins with # or another special character needs quotes"),
                row(
                        "home/+",
                        "home/#/x",
                        "f.yaml:20:19: filter: expected a topic filter, came \"home/#/x\";"
                                + " + stands for a whole level, # for all that follow, at the end only"),
                row(
                        "home/+",
                        "home/{message}",
                        "f.yaml:20:19: filter: expected a filter that stays the same, came \"home/{message}\";"
                                + " {message} and {random:…} change with each message"),
                row(
                        "qos: 1 }",
                        "qos: 1 }\n      - { filter: \"home/+\", qos: 0 }",
                        "f.yaml:21:19: filter: \"home/+\" is there already; a group subscribes to a filter once"),
                row(
                        "\"home/+\", qos: 1",
                        "\"$share/g/home/+\", qos: 1, retained: true",
                        "f.yaml:20:56: retained: expected false, came true:"
                                + " nothing that is retained comes to a shared subscription"),
                row(
                        "subscribe:\n      - ",
                        "subscribe: ",
                        "f.yaml:19:16: subscribe: expected a list, each of its entries with a dash before it,"
                                + " came keys with values"),
                row(
                        "subscribe:\n      - { filter: \"home/+\", qos: 1 }",
                        "subscribe: [home]",
                        "f.yaml:19:17: subscribe: expected keys with values, came \"home\""),
                row(
                        "subscribe:\n      - { filter: \"home/+\", qos: 1 }",
                        "subscribe: []",
                        "f.yaml:19:16: subscribe: expected a list with at least one entry, came a list"),
                // YAML.
                row(
                        "\"home/+\"",
                        "home/{client}",
                        "f.yaml:20:24: this is not YAML: expected ',' or '}', but got {; put quotes around a text with { } or % in it"),
                row(
                        "    clients: 200",
                        "\tclients: 200",
                        "f.yaml:7:1: this is not YAML: found character '\\t(TAB)' that cannot start any token."
                                + " (Do not use \\t(TAB) for indentation)"),
                row(
                        "    clients: 200",
                        "      clients: 200",
                        "f.yaml:7:14: this is not YAML: mapping values are not allowed here"),
                row(
                        "name: good",
                        "name: \"good",
                        "f.yaml:2:8: this is not YAML: expected <block end>, but found '<scalar>'"),
                row(
                        "duration: 60s",
                        "duration: *time",
                        "f.yaml:4:11: expected a value, came the alias *time;"
                                + " write the value out, or put quotes around a text that begins with *"),
                row(
                        "duration: 60s",
                        "duration: !!str 60s",
                        "f.yaml:4:11: expected a value, came a tag; leave it out, or put quotes around a text that begins with !"),
                row(
                        "groups:",
                        "---\ngroups:",
                        "f.yaml:6:1: expected the end of the file, came a second document; a file has one scenario"),
                // Several at once, in the order of the file.
                row(
                        "clients: 200\n    connect: { rate: 100/s }",
                        "clients: -1\n    connect: { rte: 100/s, at-once: 1.5 }",
                        "f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came -1",
                        "f.yaml:8:16: connect has no key \"rte\"; did you mean \"rate\"?",
                        "f.yaml:8:37: at-once: expected a whole number from 1 to 1,000,000, came 1.5"));
    }

    private static final Target TARGET = Target.tcp("localhost", 1883, MqttVersion.V5);

    private static void read(String text, Overrides overrides) {
        ScenarioReader.read("f.yaml", text, overrides);
    }

    private static void read(String text) {
        read(text, Overrides.none(TARGET, "c", 1));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("table")
    void aBadFileIsToldWithItsPlaces(String of, String becomes, String message) {
        assertThat(GOOD).contains(of);
        int at = GOOD.indexOf(of);
        String bad = GOOD.substring(0, at) + becomes + GOOD.substring(at + of.length());
        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(ScenarioFailed.class)
                .hasNoCause()
                .hasMessage(message);
    }

    @Test
    void theGoodOneIsGood() {
        read(GOOD);
    }

    static Stream<Arguments> whole() {
        return Stream.of(
                Arguments.of("", "f.yaml: expected a scenario, came an empty file"),
                Arguments.of("# nothing\n", "f.yaml: expected a scenario, came an empty file"),
                Arguments.of("hello\n", "f.yaml:1:1: a scenario: expected keys with values, came \"hello\""),
                Arguments.of("\n- a\n", "f.yaml:2:1: a scenario: expected keys with values, came a list"),
                Arguments.of(
                        "name: x\nduration: 1s\n",
                        "f.yaml:1:1: a scenario lacks the key \"groups\": a list of groups of clients"),
                Arguments.of(
                        "name: x\nduration: 1s\ngroups: []\n",
                        "f.yaml:3:9: groups: expected a list with at least one entry, came a list"),
                Arguments.of(
                        "name: x\nduration: 1s\ngroups:\n  a: 1\n",
                        "f.yaml:4:3: groups: expected a list, each of its entries with a dash before it,"
                                + " came keys with values"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whole")
    void whatIsNoScenarioAtAllIsToldToo(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(ScenarioFailed.class).hasMessage(message);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertThatThrownBy(() -> read("a: " + "[".repeat(100_000)))
                .isInstanceOf(ScenarioFailed.class)
                .hasMessage("f.yaml:1:23: expected at most 20 levels, came more");
    }

    /** Pieces of the good file are left out, doubled, swapped for others or for signs that mean something in YAML. */
    @Test
    void whateverIsWrittenThereIsAMessageAndNoOtherException() {
        SplittableRandom random = new SplittableRandom(5);
        String signs = "{}[]:-#&*!|>'\"%@`,? \n\t\0\u0085\uD800~/0";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(12));
                int other = random.nextInt(GOOD.length() - 12);
                switch (random.nextInt(3)) {
                    case 0 -> text.delete(from, to);
                    case 1 -> text.replace(from, to, GOOD.substring(other, other + random.nextInt(12)));
                    default -> text.insert(from, signs.charAt(random.nextInt(signs.length())));
                }
            }
            try {
                read(text.toString());
            } catch (ScenarioFailed failed) {
                assertThat(failed.getMessage()).startsWith("f.yaml:");
                assertThat(failed.problems())
                        .allSatisfy(problem -> assertThat(problem.text()).isNotBlank());
            } catch (RuntimeException other) {
                throw new AssertionError(text.toString(), other);
            }
        }
    }

    @Test
    void longTextIsShownInPart() {
        assertThatThrownBy(() -> read(GOOD.replace("clients: 200", "clients: " + "x".repeat(1000))))
                .hasMessage("f.yaml:7:14: clients: expected a whole number from 1 to 1,000,000, came \""
                        + "x".repeat(80) + "…\"");
    }

    @Test
    void aTopicFitsIntoAPacket() {
        assertThatThrownBy(() -> read(GOOD.replace("home/{client}", "x".repeat(65_536))))
                .hasMessage("f.yaml:12:14: topic: expected at most 65,535 bytes, came more");
    }

    @Test
    void beforeMqtt5ACleanStartLeavesNoSession() {
        Overrides old = new Overrides(TARGET, "c", 1, MqttVersion.V3_1_1, null, null, null, 1);
        String clean = GOOD.replace("    keep-alive", "    clean-start: true\n    keep-alive");
        read(clean);
        assertThatThrownBy(() -> read(clean, old))
                .hasMessage(
                        "f.yaml:10:18: clean-start: expected false, came true: before MQTT 5.0 a session that begins clean"
                                + " ends with its connection; leave out \"clean-start\" or \"session-expiry\"");
    }

    @Test
    void theScaleCannotMakeMoreClientsThanThereMayBe() {
        assertThatThrownBy(() -> read(GOOD, new Overrides(TARGET, "c", 1, null, null, null, null, 10_000)))
                .hasMessage("f.yaml:7:14: clients: expected at most 1,000,000, came 200 times the scale of 10000.0");
    }

    @Test
    void problemsCanBeHadOneByOne() {
        ScenarioFailed failed = catchThrowableOfType(
                ScenarioFailed.class,
                () -> read(GOOD.replace("clients: 200", "clients: 0").replace("size: 80", "size: 8")));
        assertThat(failed.problems())
                .extracting(ScenarioFailed.Problem::line, ScenarioFailed.Problem::column)
                .containsExactly(tuple(7, 14), tuple(14, 13));
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path directory) throws IOException {
        Path none = directory.resolve("none.yaml");
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xC3, 0x28});
        Path large = Files.write(directory.resolve("large.yaml"), new byte[(1 << 20) + 1]);
        Path wrong = Files.write(directory.resolve("wrong.yaml"), "a: [".getBytes(StandardCharsets.UTF_8));
        assertFails(none, none + ": there is no such file");
        assertFails(directory, directory + ": expected a file, came a directory");
        assertFails(binary, binary + ": expected text in UTF-8, came something else");
        assertFails(large, large + ": expected a scenario, came a file of more than 1 MiB");
        assertFails(wrong, wrong + ":1:5: this is not YAML: expected the node content, but found '<stream end>'");
    }

    private static void assertFails(Path file, String message) {
        assertThatThrownBy(() -> Scenarios.read(file, Overrides.none(TARGET, "c", 1)))
                .isInstanceOf(ScenarioFailed.class)
                .hasMessage(message);
    }
}
