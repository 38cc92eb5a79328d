package io.aldis.benchmark.compare;

import io.aldis.benchmark.compare.ComparisonObserver.Turn;
import io.aldis.benchmark.compare.ComparisonResult.Round;
import io.aldis.benchmark.compare.ComparisonResult.Row;
import io.aldis.benchmark.compare.ComparisonResult.Section;
import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All brokers carry one plan. */
final class Course {

    private final Plan plan;
    private final List<Contender> contenders;
    private final Rounds rounds;
    private final Runner runner;
    private final ComparisonObserver observer;

    /** What was measured, by the names of brokers. */
    private final Map<String, List<Measured>> kept = new LinkedHashMap<>();

    Course(Plan plan, List<Contender> contenders, Rounds rounds, Runner runner, ComparisonObserver observer) {
        this.plan = plan;
        this.contenders = contenders;
        this.rounds = rounds;
        this.runner = runner;
        this.observer = observer;
        contenders.forEach(contender -> kept.put(contender.name(), new ArrayList<>()));
    }

    /** A round of one broker. Without a result it was not there. */
    private record Measured(
            int number,
            ExitCode exit,
            List<String> findings,
            @Nullable Result result) {

        Round in(String phase) {
            return new Round(number, exit, findings, figures(phase));
        }

        private Map<Figure, Double> figures(String phase) {
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            if (result != null) {
                result.measured().stream()
                        .filter(candidate -> candidate.name().equals(phase))
                        .findFirst()
                        .ifPresent(found -> List.of(Figure.values())
                                .forEach(figure -> figures.put(figure, figure.of(result, found))));
            }
            return figures;
        }
    }

    /**
     * Starts all, lets them carry the plan in turns, stops all.
     *
     * @param mayLeaveOut whether a broker that cannot be started is left out, rather than an error
     * @return false if the user ended it
     */
    boolean together(Presence.Opening opening, boolean mayLeaveOut) {
        List<Presence> present = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                present.add(open(contender, opening, mayLeaveOut));
            }
            return inTurns(present, rounds.warmUps(), true) && inTurns(present, rounds.measured(), false);
        } finally {
            present.forEach(Presence::close);
        }
    }

    private boolean inTurns(List<Presence> present, int times, boolean warmUp) {
        for (int number = 1; number <= times; number++) {
            for (Presence broker : present) {
                if (!carry(broker, new Turn(plan.name(), broker.contender().name(), number, times, warmUp))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The same, but each is started for each of its rounds. */
    boolean afresh(Presence.Opening opening, boolean mayLeaveOut) {
        boolean lenient = mayLeaveOut;
        for (int number = 1; number <= rounds.measured(); number++) {
            for (Contender contender : contenders) {
                try (Presence broker = open(contender, opening, lenient)) {
                    if (!inTurns(List.of(broker), rounds.warmUps(), true)
                            || !carry(
                                    broker,
                                    new Turn(plan.name(), contender.name(), number, rounds.measured(), false))) {
                        return false;
                    }
                }
                lenient = true;
            }
        }
        return true;
    }

    private Presence open(Contender contender, Presence.Opening opening, boolean mayLeaveOut) {
        try {
            if (contender instanceof Contender.Local local) {
                observer.starting(local);
            }
            return opening.open(contender);
        } catch (CompareFailed failed) {
            if (!mayLeaveOut) {
                throw failed;
            }
            return new Presence.Missing(contender, failed.exit(), String.valueOf(failed.getMessage()));
        }
    }

    /** False if the user ended it. */
    private boolean carry(Presence broker, Turn turn) {
        Measured measured;
        if (broker instanceof Presence.There there) {
            Result result = runner.run(
                    plan.against(plan.target().at(there.host(), there.port())), there.pid(), observer.begins(turn));
            observer.ended(turn, result);
            List<String> findings = new ArrayList<>(result.verdict().findings());
            findings.addAll(there.findings());
            measured = new Measured(turn.number(), result.verdict().exit(), findings, result);
        } else {
            Presence.Missing missing = (Presence.Missing) broker;
            observer.leftOut(turn, missing.why());
            measured = new Measured(turn.number(), missing.exit(), List.of(missing.why()), null);
        }
        if (measured.exit() == ExitCode.INTERRUPTED) {
            return false;
        }
        if (!turn.warmUp()) {
            kept.computeIfAbsent(turn.contender(), unused -> new ArrayList<>()).add(measured);
        }
        return true;
    }

    /** What came of it: one for each phase that is measured. */
    List<Section> sections() {
        Set<String> phases = new LinkedHashSet<>();
        List<String> setting = List.of();
        for (List<Measured> rounds : kept.values()) {
            for (Measured round : rounds) {
                if (round.result() != null) {
                    round.result().measured().stream().map(PhaseResult::name).forEach(phases::add);
                    setting = setting.isEmpty() ? round.result().setting() : setting;
                }
            }
        }
        if (phases.isEmpty()) {
            phases.add("");
        }
        List<Section> sections = new ArrayList<>();
        for (String phase : phases) {
            sections.add(new Section(plan.name(), phase, setting, rows(phase)));
        }
        return sections;
    }

    private List<Row> rows(String phase) {
        Map<String, List<Round>> byName = new LinkedHashMap<>();
        kept.forEach((name, measured) ->
                byName.put(name, measured.stream().map(round -> round.in(phase)).toList()));
        List<Round> baseline = byName.values().iterator().next();
        List<Row> rows = new ArrayList<>();
        byName.forEach((name, itsRounds) -> rows.add(Row.of(name, itsRounds, baseline)));
        return rows;
    }
}
