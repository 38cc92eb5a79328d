package io.aldis.benchmark.compare;

import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Plan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets brokers carry the same plans in turns, A B C A B C, so that what else the machine does meets all of them.
 *
 * <p>All brokers that are started run during all rounds of a plan, unless they are to be fresh for each round; then only the one that
 * is measured runs.
 */
public final class Comparison {

    private final Runner runner;
    private final ComparisonObserver observer;
    private final Presence.Opening opening;
    private final InstantSource clock;
    private final Machine machine;

    /** A comparison whose runs are carried out by the runner. */
    public Comparison(Runner runner, ComparisonObserver observer) {
        this(runner, observer, Presence::of, InstantSource.system(), Machine.here());
    }

    Comparison(
            Runner runner,
            ComparisonObserver observer,
            Presence.Opening opening,
            InstantSource clock,
            Machine machine) {
        this.runner = runner;
        this.observer = observer;
        this.opening = opening;
        this.clock = clock;
        this.machine = machine;
    }

    /**
     * Compares, which takes as long as all runs together.
     *
     * <p>A broker that fails in a round keeps what it showed, and the others go on. When a run was ended by the user, nothing more is
     * done; that run does not count.
     *
     * @param contenders the first is what the others are compared with
     * @param scenarios the plans, whose targets say how brokers are spoken to; host and port are those of each broker
     * @param command the line with which it can be repeated
     * @throws CompareFailed if no comparison can be made of it, or a broker could not be started before anything was measured
     */
    public ComparisonResult run(List<Contender> contenders, List<Plan> scenarios, Rounds rounds, String command) {
        Contender.Syntax.check(contenders);
        if (scenarios.isEmpty()) {
            throw CompareFailed.usage("There is nothing to compare brokers by. Give one scenario or more.");
        }
        Instant began = clock.instant();
        List<ComparisonResult.Section> sections = new ArrayList<>();
        boolean complete = true;
        for (Plan scenario : scenarios) {
            Course course = new Course(scenario, contenders, rounds, runner, observer);
            // A mistake in the first start costs nothing yet, and the user wants to mend it at once.
            boolean mayLeaveOut = !sections.isEmpty();
            complete = rounds.fresh() ? course.afresh(opening, mayLeaveOut) : course.together(opening, mayLeaveOut);
            sections.addAll(course.sections());
            if (!complete) {
                break;
            }
        }
        return new ComparisonResult(command, began, machine, contenders, rounds, sections, complete);
    }
}
