package io.aldis.benchmark.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.scenario.Scenarios.Shipped;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedScenariosTest {

    private static final Target TARGET = Target.tcp("localhost", 1883, MqttVersion.V5);

    private static Plan plan(String name) {
        return Scenarios.shipped(name, Overrides.none(TARGET, "bench", 2));
    }

    private static Plan scaled(String name, double scale) {
        return Scenarios.shipped(name, new Overrides(TARGET, "bench", 2, null, null, null, null, scale));
    }

    private static Publishing publish(Group group) {
        return Objects.requireNonNull(group.publish());
    }

    static Stream<String> names() {
        return Scenarios.shipped().stream().map(Shipped::name);
    }

    @Test
    void allFilesThatAreThereAreShipped() throws IOException, URISyntaxException {
        Path one = Path.of(
                Objects.requireNonNull(Scenarios.class.getResource("chat.yaml")).toURI());
        try (Stream<Path> files = Files.list(Objects.requireNonNull(one.getParent()))) {
            assertThat(files.map(file -> Objects.toString(file.getFileName()))
                            .filter(name -> name.endsWith(".yaml"))
                            .map(name -> name.replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(names().toList());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachSaysWhatItModelsInASentenceAndInItsHead(String name) {
        assertThat(Scenarios.shipped())
                .filteredOn(shipped -> shipped.name().equals(name))
                .singleElement()
                .satisfies(shipped -> assertThat(shipped.description()).endsWith("."));
        assertThat(Scenarios.source(name)).startsWith("# ").contains("# What it models:", "# What to look at:");
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachRunsOnALaptopInHalfAMinute(String name) {
        Plan plan = plan(name);
        assertThat(plan.name()).isEqualTo(name);
        assertThat(plan.clients()).isBetween(100, 400);
        assertThat(plan.steps()).contains(new Step.Wait(Duration.ofSeconds(30)));
        assertThat(plan.target()).isEqualTo(TARGET);
        assertThat(plan.command()).isEqualTo("bench");
        assertThat(plan.loops()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachCanBeHadInEveryVersionAndSize(String name) {
        for (MqttVersion version : MqttVersion.values()) {
            Plan plan = Scenarios.shipped(name, new Overrides(TARGET, "bench", 1, version, null, null, null, 0.01));
            assertThat(plan.target().version()).isEqualTo(version);
            assertThat(plan.clients()).isLessThan(30);
        }
        assertThat(scaled(name, 10).clients()).isGreaterThan(2000);
    }

    /** Two runs at the same broker do not get each other's messages. */
    @ParameterizedTest
    @MethodSource("names")
    void eachKeepsToItsOwnTopics(String name) {
        for (Group group : plan(name).groups()) {
            if (group.publish() != null) {
                assertThat(publish(group).topic().toString()).startsWith("{run}/");
            }
            assertThat(group.subscriptions())
                    .allSatisfy(subscription ->
                            assertThat(subscription.filter().toString()).startsWith("{run}/"));
        }
    }

    /** How many clients a message of each client of each publishing group goes to, also in other sizes. */
    @ParameterizedTest
    @MethodSource("names")
    void eachMessageFindsAReceiver(String name) {
        for (double scale : new double[] {0.01, 0.5, 1, 3}) {
            Plan plan = scaled(name, scale);
            for (Group group : plan.groups()) {
                for (int client = 0; group.publish() != null && client < group.clients(); client++) {
                    String topic = topic(group, client);
                    assertThat(receivers(plan, topic)).as(topic).isGreaterThan(0);
                }
            }
        }
    }

    private static String topic(Group group, int client) {
        return publish(group)
                .topic()
                .fill(new TopicPattern.Client("r", group.name(), client), 0, new SplittableRandom(client));
    }

    private static long receivers(Plan plan, String topic) {
        long receivers = 0;
        for (Group group : plan.groups()) {
            for (int client = 0; client < group.clients(); client++) {
                TopicPattern.Client subscriber = new TopicPattern.Client("r", group.name(), client);
                receivers += group.subscriptions().stream()
                        .filter(each ->
                                Topics.matches(each.filter().fill(subscriber, 0, new SplittableRandom(0)), topic))
                        .count();
            }
        }
        return receivers;
    }

    private static long receivers(Plan plan, String group, int client) {
        return receivers(plan, topic(plan.group(group), client));
    }

    @Test
    void telemetryGoesToTheArchiveAndOneMonitor() {
        Plan plan = plan("telemetry-fan-in");
        assertThat(plan.groups()).extracting(Group::name).containsExactly("archive", "monitors", "sensors", "meters");
        assertThat(publish(plan.group("sensors")).qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(publish(plan.group("meters")).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(receivers(plan, "sensors", 17)).isEqualTo(2);
        assertThat(receivers(plan, "meters", 17)).isEqualTo(2);
        assertThat(plan.steps()).noneMatch(Step.Forget.class::isInstance);
    }

    @Test
    void aCommandGoesToOneDeviceAndAnAnnouncementToAll() {
        Plan plan = plan("command-fan-out");
        assertThat(receivers(plan, "controllers", 2)).isEqualTo(1);
        assertThat(receivers(plan, "announcer", 0)).isEqualTo(300);
        assertThat(receivers(scaled("command-fan-out", 0.5), "announcer", 0)).isEqualTo(150);
    }

    @Test
    void peopleInAChatHaveOnePartnerAndASession() {
        Plan plan = plan("chat");
        assertThat(plan.groups()).allMatch(Group::persistent).allMatch(group -> group.clients() == 150);
        assertThat(receivers(plan, "alice", 7)).isEqualTo(1);
        assertThat(receivers(plan, "bob", 149)).isEqualTo(1);
        assertThat(plan.steps()).contains(new Step.Forget("alice"), new Step.Forget("bob"));
    }

    @Test
    void statesAtHomeAreRetainedAndShownToDashboardsThatComeAndGo() {
        Plan plan = plan("home-automation");
        Group dashboards = plan.group("dashboards");
        assertThat(publish(plan.group("devices")).retain()).isTrue();
        assertThat(dashboards.churn()).isEqualTo(new Group.Churn(Duration.ofSeconds(5), Duration.ofSeconds(2)));
        assertThat(dashboards.subscriptions()).allMatch(Group.Subscribing::retained);
        assertThat(receivers(plan, "devices", 0)).isEqualTo(11);
        assertThat(receivers(plan, "remotes", 0)).isEqualTo(1);
        assertThat(plan.steps()).contains(new Step.Forget("devices")).doesNotContain(new Step.Forget("remotes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chatt", "chat.yaml", "../chat", ""})
    void oneThatIsNotShippedIsNotFound(String name) {
        assertThatThrownBy(() -> plan(name))
                .isInstanceOf(ScenarioFailed.class)
                .hasMessage(name + ": no scenario of this name is shipped"
                        + (name.equals("chatt")
                                ? "; did you mean \"chat\"?"
                                : "; those that are: telemetry-fan-in, command-fan-out, chat, home-automation"));
    }
}
