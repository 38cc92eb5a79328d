package io.aldis.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged benchmark as a process of its own, started by the launcher as a user does. */
class BenchTest {

    /** For reads that nobody answers: longer than a run lives. */
    private static final int FOUR_MINUTES = 240_000;

    @TempDir
    private Path directory;

    private Launch launch(Path program, String... arguments) throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("ALDIS_JAVA_HOME", System.getProperty("java.home"));
        variables.remove("ALDIS_OPTS");
        return Launch.of(program, directory, variables, arguments);
    }

    private Launch bench(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = "bench";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return launch(SourceTree.realLauncher(), all);
    }

    @Test
    void helpNamesTheModes() throws Exception {
        try (Launch bench = bench("--help")) {
            assertThat(bench.rest())
                    .startsWith("Usage: aldis bench")
                    .contains("  connect ", "  publish ", "  subscribe ", "  p2p ", "  scenario ", "  compare ");
            assertThat(bench.exitCode()).isZero();
        }
    }

    @Test
    void theJarRunsByItself() throws Exception {
        try (Launch build = bench("--help")) {
            assertThat(build.exitCode()).isZero();
        }
        Path jar = SourceTree.realLauncher().resolveSibling("benchmark/target/bench/aldis-bench.jar");
        try (Launch bench = launch(
                Path.of(System.getProperty("java.home"), "bin", "java"), "-jar", jar.toString(), "p2p", "--help")) {
            assertThat(bench.rest()).startsWith("Usage: aldis bench p2p");
            assertThat(bench.exitCode()).isZero();
            assertThat(bench.said()).isEmpty();
        }
    }

    @Test
    void aBrokerThatIsNotThereIsToldWithAnExitCodeOfItsOwn() throws Exception {
        try (Launch bench = bench("p2p", "-h", "127.0.0.1", "-p", "1")) {
            assertThat(bench.rest())
                    .contains("(exit code 3)")
                    .containsPattern("Wrong: Client \\S+ is not connected: connection refused by 127\\.0\\.0\\.1:1\\.");
            assertThat(bench.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void aModeThatThereIsNotIsOneLineAndAMisuse() throws Exception {
        try (Launch bench = bench("p3p")) {
            assertThat(bench.exitCode()).isEqualTo(2);
            assertThat(bench.rest()).isEmpty();
            assertThat(bench.said().lines().filter(line -> line.startsWith("aldis bench: ")))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("\"p3p\"").endsWith("(aldis bench --help tells more)"));
        }
    }

    @Test
    void theLauncherBecomesTheToolWhichASignalReaches() throws Exception {
        try (ServerSocket broker = patient(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                Launch bench = bench("p2p", "-h", "127.0.0.1", "-p", Integer.toString(broker.getLocalPort()));
                Socket client = broker.accept()) {
            assertThat(client.getInputStream().read())
                    .as("the first byte of CONNECT")
                    .isEqualTo(0x10);

            bench.terminate();

            assertThat(bench.rest()).contains("Verdict: ").contains("(exit code 130)");
            assertThat(bench.exitCode()).isEqualTo(128 + 15);
        }
    }

    private static ServerSocket patient(ServerSocket socket) throws IOException {
        socket.setSoTimeout(FOUR_MINUTES);
        return socket;
    }
}
