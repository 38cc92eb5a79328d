package io.aldis.benchmark.scenario;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** No plan can be made of a scenario. The message says why, a line for each thing that is wrong, and is meant for the user. */
public final class ScenarioFailed extends RuntimeException {

    private final transient List<Problem> problems;

    /**
     * One thing that is wrong.
     *
     * @param line from 1; 0 if it is not about a place in the file
     * @param column from 1; 0 if it is not about a place in the file
     * @param text what was expected, what came, how to mend it
     */
    public record Problem(int line, int column, String text) {}

    ScenarioFailed(String file, List<Problem> problems) {
        super(message(file, problems), null, false, false);
        this.problems = inOrder(problems);
    }

    /** About the whole file. */
    static ScenarioFailed of(String file, String text) {
        return new ScenarioFailed(file, List.of(new Problem(0, 0, text)));
    }

    /** What is wrong, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(String file, List<Problem> problems) {
        return inOrder(problems).stream()
                .map(problem -> problem.line == 0
                        ? file + ": " + problem.text
                        : file + ":" + problem.line + ":" + problem.column + ": " + problem.text)
                .collect(Collectors.joining("\n"));
    }

    private static List<Problem> inOrder(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
