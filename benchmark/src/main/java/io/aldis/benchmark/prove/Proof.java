package io.aldis.benchmark.prove;

import io.aldis.benchmark.result.ExitCode;
import java.util.List;

/**
 * What came of killing a broker.
 *
 * @param broker the command it was started with
 * @param seed that repeats what was left to chance, but for the time things took
 * @param rounds that were asked for
 * @param startsMillis of each kill, from the next start of the process to the first CONNACK; fewer than rounds if it did not start again
 * @param counts what was counted
 * @param examples of what is wrong, a few sentences
 * @param troubles why not all could be counted, in words; none if all could
 */
public record Proof(
        String broker,
        long seed,
        int rounds,
        List<Long> startsMillis,
        Counts counts,
        List<String> examples,
        List<String> troubles) {

    public Proof {
        startsMillis = List.copyOf(startsMillis);
        examples = List.copyOf(examples);
        troubles = List.copyOf(troubles);
    }

    /** Whether the broker came back after each kill. */
    public boolean cameBack() {
        return startsMillis.size() == rounds;
    }

    /** What the process should answer. */
    public ExitCode exit() {
        if (!counts.kept() || !cameBack()) {
            return ExitCode.GUARANTEE;
        }
        return troubles.isEmpty() ? ExitCode.OK : ExitCode.UNFINISHED;
    }
}
