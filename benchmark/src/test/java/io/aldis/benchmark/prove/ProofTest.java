package io.aldis.benchmark.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.result.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProofTest {

    private static final Counts GOOD = new Counts(1_000, 900, 0, 20_000, 0, 17, 0, 0, 0, 0, 10, 0);
    private static final Counts LOSSY = new Counts(1_000, 900, 0, 20_000, 4_321, 17, 0, 0, 0, 0, 10, 0);

    private static Proof proof(Counts counts, List<Long> starts, List<String> troubles) {
        List<String> examples = counts.kept() ? List.of() : List.of("Lost: message 7.");
        return new Proof("broker -p {port}", 42, 3, starts, counts, examples, troubles);
    }

    @Test
    void keptPromisesAreTold() {
        Proof proof = proof(GOOD, List.of(30L, 10L, 20L), List.of());

        assertThat(proof.exit()).isEqualTo(ExitCode.OK);
        assertThat(ProofText.of(proof))
                .startsWith("Broker: broker -p {port}\nSeed:   42\n")
                .containsPattern("median ms +20\n")
                .containsPattern("longest ms +30\n")
                .containsPattern("LOST +0\n")
                .endsWith("Verdict: what was acknowledged was kept (exit code 0)");
    }

    @Test
    void brokenPromisesAreToldWithExamples() {
        Proof proof = proof(LOSSY, List.of(30L, 10L, 20L), List.of("Not all came back."));

        assertThat(proof.exit()).isEqualTo(ExitCode.GUARANTEE);
        assertThat(ProofText.of(proof))
                .containsPattern("LOST +4,321\n")
                .contains("\nWhat is wrong, for example:\n  Lost: message 7.\n\nNot all came back.\n")
                .endsWith("Verdict: promises were broken (exit code 5)");
    }

    @Test
    void aBrokerThatDoesNotComeBackHasBrokenItsPromises() {
        assertThat(proof(GOOD, List.of(30L, 10L), List.of("It is gone.")).exit())
                .isEqualTo(ExitCode.GUARANTEE);
    }

    @Test
    void whatCouldNotBeCountedIsNotGood() {
        Proof proof = proof(GOOD, List.of(30L, 10L, 20L), List.of("2 clients are not back."));

        assertThat(proof.exit()).isEqualTo(ExitCode.UNFINISHED);
        assertThat(ProofText.of(proof)).contains("2 clients are not back.").endsWith("(exit code 6)");
    }

    @Test
    void programsReadJson() {
        assertThat(ProofJson.of(proof(LOSSY, List.of(30L, 10L, 20L), List.of())))
                .contains("\"seed\" : 42", "\"lost\" : 4321", "\"exitCode\" : 5", "\"troubles\" : [ ]");
    }
}
