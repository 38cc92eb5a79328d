package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.codec.MqttVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a file says.
 *
 * @param description empty if it has none
 * @param version the one to speak
 * @param warmUp zero for none
 * @param groups sized as they will be
 */
record Scenario(
        String name,
        String description,
        MqttVersion version,
        Duration warmUp,
        Duration duration,
        Duration drain,
        List<Group> groups) {

    Scenario {
        groups = List.copyOf(groups);
    }

    /** How it is carried out. */
    Plan plan(Overrides overrides) {
        return new Plan(
                name,
                overrides.command(),
                overrides.target(version),
                groups,
                steps(
                        Optional.ofNullable(overrides.warmUp()).orElse(warmUp),
                        Optional.ofNullable(overrides.duration()).orElse(duration),
                        Optional.ofNullable(overrides.drain()).orElse(drain)),
                overrides.loops());
    }

    private List<Step> steps(Duration warming, Duration running, Duration draining) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Phase("connect", false));
        each(steps, Scenario::subscribes, Step.Connect::new);
        each(steps, group -> !subscribes(group), Step.Connect::new);
        if (warming.isZero()) {
            steps.add(new Step.Phase("run", true));
            each(steps, Scenario::publishes, Step.Begin::new);
        } else {
            steps.add(new Step.Phase("warm-up", false));
            each(steps, Scenario::publishes, Step.Begin::new);
            steps.add(new Step.Wait(warming));
            steps.add(new Step.Phase("run", true));
        }
        steps.add(new Step.Wait(running));
        each(steps, Scenario::publishes, Step.End::new);
        steps.add(new Step.Phase("drain", false));
        steps.add(new Step.Drain(draining));
        each(steps, group -> true, group -> new Step.Leave(group, true));
        each(steps, Scenario::leavesSomething, Step.Forget::new);
        return steps;
    }

    private void each(List<Step> steps, Predicate<Group> which, Function<String, Step> step) {
        groups.stream().filter(which).map(Group::name).map(step).forEach(steps::add);
    }

    private static boolean subscribes(Group group) {
        return !group.subscriptions().isEmpty();
    }

    private static boolean publishes(Group group) {
        return group.publish() != null;
    }

    /** Also a session that began clean stays behind if it does not end with its connection (MQTT 5.0, section 4.1). */
    private static boolean leavesSomething(Group group) {
        Publishing publish = group.publish();
        return group.sessionExpirySeconds() > 0 || (publish != null && publish.retain());
    }
}
