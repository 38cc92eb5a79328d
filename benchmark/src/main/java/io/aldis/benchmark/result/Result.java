package io.aldis.benchmark.result;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one run showed.
 *
 * @param scenario its name, such as {@code p2p}
 * @param command the line with which it can be repeated
 * @param broker where the broker is, such as {@code mqtt://localhost:1883}
 * @param mqtt the version spoken, such as {@code 3.1.1}
 * @param setting what was sent by whom, in words, a line each
 * @param began when
 * @param environment where
 * @param phases in their order
 * @param samples one for each second, in their order
 * @param totals of the whole run
 * @param verdict whether the broker kept its promises
 */
public record Result(
        String scenario,
        String command,
        String broker,
        String mqtt,
        List<String> setting,
        Instant began,
        Environment environment,
        List<PhaseResult> phases,
        List<Sample> samples,
        Counts totals,
        Verdict verdict) {

    public Result {
        setting = List.copyOf(setting);
        phases = List.copyOf(phases);
        samples = List.copyOf(samples);
    }

    /** The phases the run is about. */
    public List<PhaseResult> measured() {
        return phases.stream().filter(PhaseResult::measured).toList();
    }

    /** Where it was measured. */
    public record Environment(
            String tool,
            String java,
            String system,
            int processors,
            @Nullable Long brokerPid) {}

    /**
     * How it ended.
     *
     * @param exit {@link ExitCode#OK} if all is well
     * @param findings what is wrong, a sentence each, the gravest first; empty if all is well
     * @param remarks what is allowed but worth knowing, a sentence each
     */
    public record Verdict(ExitCode exit, List<String> findings, List<String> remarks) {
        public Verdict {
            findings = List.copyOf(findings);
            remarks = List.copyOf(remarks);
        }
    }
}
