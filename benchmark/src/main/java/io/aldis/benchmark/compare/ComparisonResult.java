package io.aldis.benchmark.compare;

import io.aldis.benchmark.result.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a comparison showed.
 *
 * @param command the line with which it can be repeated
 * @param began when
 * @param machine where
 * @param contenders the brokers, the first of which is the one that the others are compared with
 * @param rounds how often each carried each plan
 * @param sections what came of it: for each plan one, or several if several of its phases are measured
 * @param complete false if the user ended it before all was done
 */
public record ComparisonResult(
        String command,
        Instant began,
        Machine machine,
        List<Contender> contenders,
        Rounds rounds,
        List<Section> sections,
        boolean complete) {

    public ComparisonResult {
        contenders = List.copyOf(contenders);
        sections = List.copyOf(sections);
    }

    /**
     * {@link ExitCode#OK} if no round failed and all was done. Otherwise the gravest of what happened, which is what comes first in
     * {@link ExitCode}.
     */
    public ExitCode exit() {
        return sections.stream()
                .flatMap(section -> section.rows().stream())
                .flatMap(row -> row.rounds().stream())
                .map(Round::exit)
                .filter(exit -> exit != ExitCode.OK)
                .min(ExitCode::compareTo)
                .orElse(complete ? ExitCode.OK : ExitCode.INTERRUPTED);
    }

    /**
     * One measured phase of one plan.
     *
     * @param scenario the plan's name
     * @param phase the phase's name; empty if none was reached by any broker
     * @param setting what was sent by whom, in words, a line each
     * @param rows one for each broker, in their order
     */
    public record Section(String scenario, String phase, List<String> setting, List<Row> rows) {
        public Section {
            setting = List.copyOf(setting);
            rows = List.copyOf(rows);
        }

        /** Scenario and phase. */
        String title() {
            return phase.isEmpty() ? scenario : scenario + ", " + phase;
        }

        /** Those that at least one broker has. */
        List<Figure> figures() {
            return List.of(Figure.values()).stream()
                    .filter(figure ->
                            rows.stream().anyMatch(row -> row.summary(figure).known()))
                    .toList();
        }
    }

    /**
     * What one broker showed.
     *
     * @param contender its name
     * @param rounds in their order; fewer than wanted if the user ended it
     * @param figures all of them
     */
    public record Row(String contender, List<Round> rounds, Map<Figure, Summary> figures) {
        public Row {
            rounds = List.copyOf(rounds);
            figures = Map.copyOf(figures);
        }

        /** Its rounds put together, beside those of the first broker. */
        static Row of(String contender, List<Round> rounds, List<Round> baseline) {
            Map<Figure, Summary> figures = new EnumMap<>(Figure.class);
            for (Figure figure : Figure.values()) {
                figures.put(figure, summary(figure, rounds).beside(summary(figure, baseline)));
            }
            return new Row(contender, rounds, figures);
        }

        private static Summary summary(Figure figure, List<Round> rounds) {
            return Summary.of(rounds.stream().map(round -> round.value(figure)).toList());
        }

        /** One of the figures. */
        public Summary summary(Figure figure) {
            return figures.getOrDefault(figure, Summary.of(List.of()));
        }

        /** Whether a round did not end as it should; then its figures are not of a whole run. */
        public boolean failed() {
            return rounds.stream().anyMatch(Round::failed);
        }

        /** Such as "ok" or "2 of 3 broken off". */
        String verdict() {
            if (rounds.isEmpty()) {
                return "not run";
            } else if (!failed()) {
                return "ok";
            }
            Map<ExitCode, Integer> failures = new TreeMap<>();
            rounds.stream().filter(Round::failed).forEach(round -> failures.merge(round.exit(), 1, Integer::sum));
            List<String> parts = new ArrayList<>();
            failures.forEach((exit, times) -> parts.add(times + " of " + rounds.size() + " " + spoken(exit)));
            return String.join(", ", parts);
        }

        private static String spoken(ExitCode exit) {
            return exit.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** What was found wrong, each said once, with the rounds in which it was. */
        List<String> notes() {
            Map<String, List<String>> where = new LinkedHashMap<>();
            for (Round round : rounds) {
                for (String finding : round.findings()) {
                    where.computeIfAbsent(finding, unused -> new ArrayList<>()).add(Integer.toString(round.number()));
                }
            }
            List<String> notes = new ArrayList<>();
            where.forEach((finding, numbers) -> notes.add(contender + ", "
                    + (numbers.size() == 1 ? "round " : "rounds ") + String.join(", ", numbers) + ": " + finding));
            return notes;
        }
    }

    /**
     * One run.
     *
     * @param number from 1
     * @param exit how it ended
     * @param findings what was wrong, the gravest first
     * @param figures what it showed; empty if it did not reach the phase
     */
    public record Round(int number, ExitCode exit, List<String> findings, Map<Figure, Double> figures) {
        public Round {
            findings = List.copyOf(findings);
            figures = Map.copyOf(figures);
        }

        /** Whether it did not end as it should. */
        public boolean failed() {
            return exit != ExitCode.OK;
        }

        /** NaN if it is not known. */
        public double value(Figure figure) {
            return figures.getOrDefault(figure, Double.NaN);
        }
    }
}
