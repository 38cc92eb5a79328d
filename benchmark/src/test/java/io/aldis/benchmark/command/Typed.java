package io.aldis.benchmark.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.report.ExampleResult;
import io.aldis.benchmark.result.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a command line, with a runner that runs nothing. */
final class Typed implements Runner {

    final int exit;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Plan> plans = new ArrayList<>();
    private @Nullable Long pid;

    private Typed(String... words) {
        PrintWriter toOut = new PrintWriter(out, true);
        PrintWriter toErr = new PrintWriter(err, true);
        exit = Bench.run(this, toOut, toErr, words);
    }

    static Typed words(String... words) {
        return new Typed(words);
    }

    /** @param line words with one blank between */
    static Typed line(String line) {
        return new Typed(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }

    /** The plan of a line that makes sense. */
    static Plan plan(String line) {
        return line(line).plan();
    }

    /** What is said of a line that makes none. */
    static String wrong(String... words) {
        Typed typed = new Typed(words);
        assertThat(typed.plans).as("runs of %s", String.join(" ", words)).isEmpty();
        assertThat(typed.exit).isEqualTo(2);
        assertThat(typed.out()).isEmpty();
        return typed.err().strip();
    }

    @Override
    public Result run(Plan plan, @Nullable Long brokerPid, Observer observer) {
        plans.add(plan);
        pid = brokerPid;
        return ExampleResult.minute();
    }

    List<Plan> plans() {
        return plans;
    }

    Plan plan() {
        assertThat(plans).as(err()).hasSize(1);
        assertThat(exit).isZero();
        return plans.get(0);
    }

    @Nullable
    Long pid() {
        return pid;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    static Publishing publishing(Plan plan) {
        Publishing publishing = plan.group("publishers").publish();
        if (publishing == null) {
            throw new AssertionError("They publish nothing.");
        }
        return publishing;
    }

    static Group.Subscribing subscription(Plan plan) {
        return plan.group("subscribers").subscriptions().get(0);
    }

    /** The only step of a kind. */
    static <S extends Step> S step(Plan plan, Class<S> kind) {
        List<S> steps =
                plan.steps().stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(steps).hasSize(1);
        return steps.get(0);
    }
}
