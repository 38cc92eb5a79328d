package io.aldis.benchmark.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Group.Churn;
import io.aldis.benchmark.plan.Group.Connecting;
import io.aldis.benchmark.plan.Group.Pace;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.Target;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenariosTest {

    private static final Target TARGET = new Target(
            "broker",
            8883,
            MqttVersion.V5,
            Target.Transport.TLS,
            "/mqtt",
            new Target.Tls(null, true, null, null),
            "me",
            "secret",
            List.of("127.0.0.1"));

    private static final Overrides NONE = Overrides.none(TARGET, "bench scenario home.yaml", 3);

    private static final String HOME = """
            name: home automation
            description: What it is.
            mqtt: 3.1.1
            warm-up: 2s
            duration: 1m
            drain: 20s
            groups:
              - name: sensors
                clients: 200
                connect: { rate: 100/s, timeout: 5s }
                clean-start: false
                session-expiry: never
                keep-alive: 30s
                publish:
                  topic: "home/{client}/state/{random:1-5}"
                  qos: 1
                  retain: true
                  size: 50-200
                  rate: 1/10s
                  messages: 100
                  window: 10
                churn: { stay: 30s, away: 500ms }
              - name: people
                clients: 4
                connect: { at-once: 3 }
                publish: { topic: "talk/{group}", qos: 0, size: 1KiB, rate: max }
                subscribe:
                  - { filter: "talk/#", qos: 2 }
                  - { filter: "home/+/state/#", qos: 1, retained: true }
              - name: idle
                clients: 7
            """;

    private static final String SMALL = """
            name: small
            duration: 10s
            groups:
              - { name: a, clients: 10, publish: { topic: "t/{random:b}/{client%b}", qos: 0, size: 28, rate: 1/s } }
              - name: b
                clients: 4
                subscribe: [{ filter: "t/{client}/#", qos: 0 }]
              - { name: c, clients: 3, scaled: false }
            """;

    @TempDir
    private Path directory = Path.of("");

    private Plan plan(String text, Overrides overrides) {
        try {
            return Scenarios.read(Files.writeString(directory.resolve("home.yaml"), text), overrides);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private Plan plan(String text) {
        return plan(text, NONE);
    }

    private static Overrides scaled(double scale) {
        return new Overrides(TARGET, "c", 1, null, null, null, null, scale);
    }

    private static Overrides times(@Nullable Duration warmUp, @Nullable Duration duration, @Nullable Duration drain) {
        return new Overrides(TARGET, "c", 1, null, warmUp, duration, drain, 1);
    }

    @Test
    void theOverridesAreInThePlan() {
        Plan plan = plan(HOME);
        assertThat(plan.name()).isEqualTo("home automation");
        assertThat(plan.command()).isEqualTo("bench scenario home.yaml");
        assertThat(plan.loops()).isEqualTo(3);
        assertThat(plan.clients()).isEqualTo(211);
    }

    @Test
    void aGroupIsAllThatIsWritten() {
        Group sensors = plan(HOME).group("sensors");
        assertThat(sensors.clients()).isEqualTo(200);
        assertThat(sensors.connecting().interval()).isEqualTo(Duration.ofMillis(10));
        assertThat(sensors.connecting().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(sensors.persistent()).isTrue();
        assertThat(sensors.sessionExpirySeconds()).isEqualTo(4_294_967_295L);
        assertThat(sensors.keepAliveSeconds()).isEqualTo(30);
        assertThat(sensors.subscriptions()).isEmpty();
        assertThat(sensors.churn()).isEqualTo(new Churn(Duration.ofSeconds(30), Duration.ofMillis(500)));
        Publishing publish = Objects.requireNonNull(sensors.publish());
        assertThat(publish.topic()).hasToString("home/{client}/state/{random:1-5}");
        assertThat(publish.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(publish.retain()).isTrue();
        assertThat(publish.leastBytes()).isEqualTo(50);
        assertThat(publish.mostBytes()).isEqualTo(200);
        assertThat(publish.rate()).isEqualTo(0.1);
        assertThat(publish.messages()).isEqualTo(100);
        assertThat(publish.window()).isEqualTo(10);
    }

    @Test
    void aGroupMayPublishAndSubscribe() {
        Group people = plan(HOME).group("people");
        assertThat(people.connecting()).isEqualTo(new Connecting(Duration.ZERO, 3, Duration.ofSeconds(10)));
        Publishing publish = Objects.requireNonNull(people.publish());
        assertThat(publish.paced()).isFalse();
        assertThat(publish.mostBytes()).isEqualTo(1024);
        assertThat(people.subscriptions())
                .extracting(each -> each.filter() + " " + each.qos().level() + " " + each.retained())
                .containsExactly("talk/# 2 false", "home/+/state/# 1 true");
        assertThat(people.subscribing()).isEqualTo(Pace.NO_WAIT);
    }

    /** The defaults, all of them. */
    @Test
    void whatIsLeftOutHasADefault() {
        Plan plan = plan(SMALL);
        assertThat(plan.group("c"))
                .isEqualTo(new Group(
                        "c",
                        3,
                        new Connecting(Duration.ZERO, 50, Duration.ofSeconds(10)),
                        true,
                        0,
                        60,
                        null,
                        List.of(),
                        Pace.NO_WAIT,
                        null));
        Publishing publish = Objects.requireNonNull(plan.group("a").publish());
        assertThat(publish.retain()).isFalse();
        assertThat(publish.messages()).isZero();
        assertThat(publish.window()).isEqualTo(20);
        assertThat(plan.group("b").subscriptions()).noneMatch(Group.Subscribing::retained);
        assertThat(plan.steps()).contains(new Step.Wait(Duration.ofSeconds(5)), new Step.Drain(Duration.ofSeconds(30)));
    }

    @Test
    void subscribersConnectFirstAndWhatIsLeftBehindIsForgotten() {
        assertThat(plan(HOME).steps())
                .containsExactly(
                        new Step.Phase("connect", false),
                        new Step.Connect("people"),
                        new Step.Connect("sensors"),
                        new Step.Connect("idle"),
                        new Step.Phase("warm-up", false),
                        new Step.Begin("sensors"),
                        new Step.Begin("people"),
                        new Step.Wait(Duration.ofSeconds(2)),
                        new Step.Phase("run", true),
                        new Step.Wait(Duration.ofMinutes(1)),
                        new Step.End("sensors"),
                        new Step.End("people"),
                        new Step.Phase("drain", false),
                        new Step.Drain(Duration.ofSeconds(20)),
                        new Step.Leave("sensors", true),
                        new Step.Leave("people", true),
                        new Step.Leave("idle", true),
                        new Step.Forget("sensors"));
    }

    @Test
    void withoutAWarmUpTheRunBeginsAtOnce() {
        assertThat(plan(SMALL.replace("duration", "warm-up: 0s\nduration")).steps())
                .containsExactly(
                        new Step.Phase("connect", false),
                        new Step.Connect("b"),
                        new Step.Connect("a"),
                        new Step.Connect("c"),
                        new Step.Phase("run", true),
                        new Step.Begin("a"),
                        new Step.Wait(Duration.ofSeconds(10)),
                        new Step.End("a"),
                        new Step.Phase("drain", false),
                        new Step.Drain(Duration.ofSeconds(30)),
                        new Step.Leave("a", true),
                        new Step.Leave("b", true),
                        new Step.Leave("c", true));
        assertThat(plan(SMALL, times(Duration.ZERO, null, null)).steps())
                .doesNotContain(new Step.Phase("warm-up", false));
    }

    @Test
    void timesOfTheCommandLineWin() {
        assertThat(plan(HOME, times(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(9)))
                        .steps())
                .contains(
                        new Step.Wait(Duration.ofSeconds(1)),
                        new Step.Wait(Duration.ofSeconds(7)),
                        new Step.Drain(Duration.ofSeconds(9)))
                .doesNotContain(new Step.Wait(Duration.ofSeconds(2)), new Step.Wait(Duration.ofMinutes(1)));
    }

    @Test
    void theVersionIsTheCommandLinesThenTheFilesThenTheTargets() {
        Overrides chosen = new Overrides(TARGET, "c", 1, MqttVersion.V3_1, null, null, null, 1);
        assertThat(plan(HOME, chosen).target().version()).isEqualTo(MqttVersion.V3_1);
        assertThat(plan(HOME).target().version()).isEqualTo(MqttVersion.V3_1_1);
        assertThat(plan(SMALL).target().version()).isEqualTo(MqttVersion.V5);
    }

    @Test
    void nothingButTheVersionOfTheTargetChanges() {
        assertThat(plan(HOME).target())
                .isEqualTo(new Target(
                        TARGET.host(),
                        TARGET.port(),
                        MqttVersion.V3_1_1,
                        TARGET.transport(),
                        TARGET.path(),
                        TARGET.tls(),
                        TARGET.username(),
                        TARGET.password(),
                        TARGET.sources()));
    }

    @ParameterizedTest(name = "{0} times")
    @CsvSource({"1, 10, 4", "2, 20, 8", "0.5, 5, 2", "0.001, 1, 1", "1.26, 13, 5"})
    void theScaleMultipliesClientsAndOneRemains(double scale, int a, int b) {
        Plan plan = plan(SMALL, scaled(scale));
        assertThat(plan.group("a").clients()).isEqualTo(a);
        assertThat(plan.group("b").clients()).isEqualTo(b);
        assertThat(plan.group("c").clients()).isEqualTo(3);
    }

    @Test
    void topicsCanSpeakOfTheSizeOfAGroup() {
        assertThat(Objects.requireNonNull(plan(SMALL).group("a").publish()).topic())
                .hasToString("t/{random:0-3}/{client%4}");
        assertThat(Objects.requireNonNull(plan(SMALL, scaled(100)).group("a").publish())
                        .topic())
                .hasToString("t/{random:0-399}/{client%400}");
    }

    @Test
    void beforeMqtt5ASessionThatLastsHasNoEnd() {
        String hour = SMALL.replace("scaled: false", "session-expiry: 1h");
        Overrides old = new Overrides(TARGET, "c", 1, MqttVersion.V3_1_1, null, null, null, 1);
        assertThat(plan(hour).group("c").sessionExpirySeconds()).isEqualTo(3600);
        assertThat(plan(hour, old).group("c").sessionExpirySeconds()).isEqualTo(4_294_967_295L);
        assertThat(plan(SMALL, old).group("c").sessionExpirySeconds()).isZero();
    }

    @Test
    void whoSaysHowLongASessionLastsFindsItAgain() {
        assertThat(plan(SMALL.replace("scaled: false", "session-expiry: 1h"))
                        .group("c")
                        .persistent())
                .isTrue();
        assertThat(plan(SMALL.replace("scaled: false", "session-expiry: 0s"))
                        .group("c")
                        .cleanStart())
                .isTrue();
    }

    @Test
    void aSessionThatBeganCleanAndStaysBehindIsForgottenToo() {
        Plan plan = plan(SMALL.replace("scaled: false", "session-expiry: 1h, clean-start: true"));
        assertThat(plan.group("c").persistent()).isFalse();
        assertThat(plan.steps()).endsWith(new Step.Forget("c"));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() {
        assertThat(plan("\uFEFF" + SMALL).name()).isEqualTo("small");
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(plan(HOME.replace("\n", "\r\n")).clients()).isEqualTo(211);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aScaleIsAboveZero(double scale) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaled(scale))
                .withMessage("The scale is " + scale + "; a number above 0 is expected, such as 0.5.");
    }

    @Test
    void timesOfTheCommandLineMakeSense() {
        Duration less = Duration.ofSeconds(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> times(less, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> times(null, Duration.ZERO, null));
        assertThatIllegalArgumentException().isThrownBy(() -> times(null, null, Duration.ZERO));
    }
}
