package io.aldis.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An acknowledgement is a promise: the packaged broker is killed with SIGKILL at random moments under load, and keeps what it has
 * acknowledged. Each run has another seed, which is told if it fails.
 */
class DurabilityTest {

    private static final int AT_MOST_MINUTES = 40;

    @TempDir
    private Path directory;

    @Test
    void itKeepsWhatItAcknowledgedThroughTenKills() throws Exception {
        prove("--rounds", "10");
    }

    @Test
    @Tag("durability")
    void itKeepsWhatItAcknowledgedThroughTwoHundredKills() throws Exception {
        prove("--rounds", "200");
    }

    /** The proof sees what a broker forgets that keeps nothing. */
    @Test
    void aBrokerThatKeepsNothingIsFoundOut() throws Exception {
        String command = "'" + SourceTree.realLauncher() + "' start --port {port} --storage memory";
        try (Launch proof = launch("--rounds", "1", "--clients", "6", "--patience", "3", "--command", command)) {
            String told = proof.rest();
            assertThat(proof.exitCode()).as(told + proof.said()).isEqualTo(5);
            assertThat(told).containsPattern("SESSIONS LOST +[1-9]").contains("promises were broken");
        }
    }

    private void prove(String... arguments) throws Exception {
        try (Launch proof = launch(arguments)) {
            String told = proof.rest();
            assertThat(proof.exitCode()).as(told + proof.said()).isZero();
        }
    }

    private Launch launch(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("prove-durability"));
        all.addAll(List.of(arguments));
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("ALDIS_JAVA_HOME", System.getProperty("java.home"));
        variables.remove("ALDIS_OPTS");
        return Launch.of(SourceTree.realLauncher(), directory, variables, AT_MOST_MINUTES, all.toArray(String[]::new));
    }
}
