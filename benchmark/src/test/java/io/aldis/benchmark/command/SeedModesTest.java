package io.aldis.benchmark.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.Target;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The modes connect, publish and subscribe, with the command lines of the tool they come from. */
class SeedModesTest {

    private static Group only(Plan plan) {
        assertThat(plan.groups()).hasSize(1);
        return plan.groups().get(0);
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void connectHasItsDefaults() {
        Plan plan = Typed.plan("connect");

        assertThat(plan.name()).isEqualTo("connect");
        assertThat(plan.command()).isEqualTo("aldis bench connect");
        assertThat(plan.target()).isEqualTo(Target.tcp("localhost", 1883, MqttVersion.V3_1_1));
        assertThat(plan.loops()).isEqualTo(1);
        assertThat(plan.outstanding()).isZero();
        Group clients = only(plan);
        assertThat(clients.name()).isEqualTo("clients");
        assertThat(clients.clients()).isEqualTo(1000);
        assertThat(clients.connecting()).isEqualTo(new Group.Connecting(millis(100), 100, Duration.ofSeconds(20)));
        assertThat(clients.cleanStart()).isFalse();
        assertThat(clients.persistent()).isTrue();
        assertThat(clients.publish()).isNull();
        assertThat(clients.subscriptions()).isEmpty();
        assertThat(clients.keepAliveSeconds()).isEqualTo(300);
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("connect", true),
                        new Step.Connect("clients"),
                        new Step.Phase("disconnect", false),
                        new Step.Leave("clients", true),
                        new Step.Forget("clients"));
    }

    @Test
    void connectTakesItsOptions() {
        Plan plan =
                Typed.plan("connect -c 10000 -ci 5 -t 10 -C -h broker -p :1884 -u a -pwd b --hold 1.5 --keep-alive 7");

        Group clients = only(plan);
        assertThat(clients.clients()).isEqualTo(10_000);
        assertThat(clients.connecting().interval()).isEqualTo(millis(5));
        assertThat(clients.connecting().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(clients.cleanStart()).isTrue();
        assertThat(clients.sessionExpirySeconds()).isZero();
        assertThat(clients.keepAliveSeconds()).isEqualTo(7);
        assertThat(plan.target().host()).isEqualTo("broker");
        assertThat(plan.target().port()).isEqualTo(1884);
        assertThat(plan.target().username()).isEqualTo("a");
        assertThat(plan.target().password()).isEqualTo("b");
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("connect", true),
                        new Step.Connect("clients"),
                        new Step.Phase("hold", true),
                        new Step.Wait(millis(1500)),
                        new Step.Phase("disconnect", false),
                        new Step.Leave("clients", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect -c 10", "connect -c=10", "connect --clients 10", "connect --clients=10"})
    void valuesFollowABlankOrAnEqualsSign(String line) {
        assertThat(only(Typed.plan(line)).clients()).isEqualTo(10);
    }

    @Test
    void cleanSessionsAreAsked() {
        assertThat(only(Typed.plan("connect -C")).cleanStart()).isTrue();
        assertThat(only(Typed.plan("connect -C=true")).cleanStart()).isTrue();
        assertThat(only(Typed.plan("connect -C=false")).cleanStart()).isFalse();
        assertThat(only(Typed.plan("connect -C -c 5")).cleanStart()).isTrue();
        assertThat(only(Typed.plan("publish -C")).persistent()).isFalse();
        assertThat(only(Typed.plan("publish -C=false")).persistent()).isTrue();
        assertThat(only(Typed.plan("subscribe")).cleanStart()).isTrue();
        assertThat(only(Typed.plan("subscribe -C=false")).persistent()).isTrue();
    }

    @Test
    void publishHasItsDefaults() {
        Plan plan = Typed.plan("publish");

        Group publishers = only(plan);
        assertThat(publishers.name()).isEqualTo("publishers");
        assertThat(publishers.clients()).isEqualTo(1000);
        assertThat(publishers.persistent()).isTrue();
        assertThat(publishers.connecting()).isEqualTo(new Group.Connecting(millis(100), 100, Duration.ofSeconds(20)));
        Publishing publishing = Typed.publishing(plan);
        assertThat(publishing.topic()).hasToString("topic_name");
        assertThat(publishing.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(publishing.retain()).isFalse();
        assertThat(publishing.leastBytes()).isEqualTo(256);
        assertThat(publishing.mostBytes()).isEqualTo(256);
        assertThat(publishing.rate()).isEqualTo(10);
        assertThat(publishing.messages()).isEqualTo(200);
        assertThat(publishing.window()).isEqualTo(100);
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("publish", true),
                        new Step.Begin("publishers"),
                        new Step.Connect("publishers"),
                        new Step.AwaitSent("publishers", Duration.ofHours(1).plusSeconds(20)),
                        new Step.Drain(Duration.ofSeconds(20)),
                        new Step.Phase("clean", false),
                        new Step.Forget("publishers"));
    }

    @Test
    void publishWithSubscribersHasThemThereFirst() {
        Plan plan = Typed.plan("publish -c 10000 -qos 1 -sub 1 -subqos 1");

        assertThat(plan.groups()).extracting(Group::name).containsExactly("subscribers", "publishers");
        assertThat(plan.group("subscribers").clients()).isEqualTo(1);
        assertThat(plan.group("publishers").clients()).isEqualTo(10_000);
        assertThat(Typed.publishing(plan).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        Group.Subscribing subscription = Typed.subscription(plan);
        assertThat(subscription.filter()).hasToString("#");
        assertThat(subscription.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(plan.steps())
                .startsWith(
                        new Step.Phase("subscribe", false),
                        new Step.Connect("subscribers"),
                        new Step.Phase("publish", true));
    }

    @Test
    void subqosIsHonoured() {
        assertThat(Typed.subscription(Typed.plan("publish -qos 2 -sub 1 -subqos 0"))
                        .qos())
                .isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(Typed.subscription(Typed.plan("publish -qos 0 -sub 1 -subqos 2"))
                        .qos())
                .isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(Typed.subscription(Typed.plan("publish -qos 2 -sub 1")).qos())
                .isEqualTo(Qos.EXACTLY_ONCE);
    }

    @Test
    void publishTakesItsOptions() {
        Plan plan =
                Typed.plan("publish -c 3 -i 2 -n 50 -s 1000 -qos 0 -topic x/{client}/{message} -t 5 -ci 0 --window 9");

        Publishing publishing = Typed.publishing(plan);
        assertThat(publishing.rate()).isEqualTo(500);
        assertThat(publishing.messages()).isEqualTo(50);
        assertThat(publishing.mostBytes()).isEqualTo(1000);
        assertThat(publishing.qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(publishing.topic()).hasToString("x/{client}/{message}");
        assertThat(publishing.window()).isEqualTo(9);
        assertThat(plan.group("publishers").connecting())
                .isEqualTo(new Group.Connecting(Duration.ZERO, 100, Duration.ofSeconds(5)));
        assertThat(Typed.step(plan, Step.Drain.class).limit()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void withoutAnIntervalMessagesAreSentAsFastAsTheyAreTaken() {
        assertThat(Typed.publishing(Typed.plan("publish -i 0")).paced()).isFalse();
    }

    @Test
    void longRunsHaveTheTimeTheyTake() {
        Plan plan = Typed.plan("publish -n 1000000 -i 100");

        assertThat(Typed.step(plan, Step.AwaitSent.class).limit())
                .isEqualTo(Duration.ofHours(1).plusSeconds(100_000));
    }

    @Test
    void subscribeHasItsDefaults() {
        Plan plan = Typed.plan("subscribe -c 10000");

        Group subscribers = only(plan);
        assertThat(subscribers.clients()).isEqualTo(10_000);
        assertThat(subscribers.connecting()).isEqualTo(new Group.Connecting(millis(100), 100, Duration.ofMinutes(10)));
        assertThat(subscribers.subscribing().interval()).isEqualTo(millis(100));
        List<Group.Subscribing> subscriptions = subscribers.subscriptions();
        assertThat(subscriptions).hasSize(200);
        assertThat(subscriptions.get(0).filter()).hasToString("topic_name0");
        assertThat(subscriptions.get(199).filter()).hasToString("topic_name199");
        assertThat(subscriptions)
                .allSatisfy(subscription -> assertThat(subscription.qos()).isEqualTo(Qos.AT_LEAST_ONCE));
        assertThat(plan.steps())
                .containsExactly(
                        new Step.Phase("subscribe", true),
                        new Step.Connect("subscribers"),
                        new Step.Phase("disconnect", false),
                        new Step.Leave("subscribers", true));
    }

    @Test
    void subscribeTakesItsOptions() {
        Plan plan = Typed.plan("subscribe -n 2 -i 7 -qos 2 -topic a/{client}/ -ci 3 -t 9");

        Group subscribers = only(plan);
        assertThat(subscribers.subscribing().interval()).isEqualTo(millis(7));
        assertThat(subscribers.connecting()).isEqualTo(new Group.Connecting(millis(3), 100, Duration.ofSeconds(9)));
        assertThat(subscribers.subscriptions())
                .extracting(subscription -> subscription.filter().toString())
                .containsExactly("a/{client}/0", "a/{client}/1");
        assertThat(subscribers.subscriptions())
                .extracting(Group.Subscribing::qos)
                .containsOnly(Qos.EXACTLY_ONCE);
    }
}
