package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** One mode: makes a plan of what was typed. */
abstract class Mode implements Callable<Integer> {

    static final int MOST_CLIENTS = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable Bench bench;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final RunOptions run = new RunOptions();

    /** The clients and what they do. */
    abstract Scene scene();

    /** @param outstanding see {@link Plan} */
    record Scene(List<Group> groups, List<Step> steps, long outstanding) {
        Scene(List<Group> groups, List<Step> steps) {
            this(groups, steps, 0);
        }
    }

    /** The run that was asked for. */
    Plan plan() {
        Scene scene = scene();
        return new Plan(
                name(),
                bench().commandLine(),
                target.target(),
                scene.groups(),
                scene.steps(),
                run.loops(),
                scene.outstanding());
    }

    final String name() {
        if (spec == null) {
            throw new IllegalStateException("options were not read by the command line");
        }
        return spec.name();
    }

    final Bench bench() {
        if (bench == null) {
            throw new IllegalStateException("options were not read by the command line");
        }
        return bench;
    }

    final TargetOptions target() {
        return target;
    }

    final RunOptions run() {
        return run;
    }

    @Override
    public Integer call() {
        return bench().run(plan(), run);
    }

    static int clients(String option, int count) {
        Misuse.check(option, count, 1, MOST_CLIENTS);
        return count;
    }

    /** Topics of a run begin so, so that they do not meet those of others. */
    static final String PREFIX = "bench/{run}/";

    /** Subscribers, then publishers connect; these publish for some time, or some messages; all that was sent is waited for. */
    static List<Step> sending(LoadOptions load, String subscribers, Group sending) {
        String publishers = sending.name();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Phase("connect", false));
        steps.add(new Step.Connect(subscribers));
        steps.add(new Step.Connect(publishers));
        Publishing publishing = sending.publish();
        if (publishing != null && publishing.messages() > 0) {
            steps.add(new Step.Phase("run", true));
            steps.add(new Step.Begin(publishers));
            steps.add(new Step.AwaitSent(publishers, load.longest(publishing)));
            steps.add(new Step.Drain(load.drain()));
        } else {
            if (!load.warmUp().isZero()) {
                steps.add(new Step.Phase("warm-up", false));
                steps.add(new Step.Begin(publishers));
                steps.add(new Step.Wait(load.warmUp()));
                steps.add(new Step.Phase("run", true));
            } else {
                steps.add(new Step.Phase("run", true));
                steps.add(new Step.Begin(publishers));
            }
            steps.add(new Step.Wait(load.duration()));
            steps.add(new Step.Phase("drain", false));
            steps.add(new Step.End(publishers));
            steps.add(new Step.Drain(load.drain()));
        }
        return steps;
    }
}
