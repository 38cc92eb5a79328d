package io.aldis.benchmark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aldis.benchmark.compare.Contender.Local;
import io.aldis.benchmark.compare.LocalBroker.Patience;
import io.aldis.benchmark.result.ExitCode;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** With real processes: a Java program that listens, and shells. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class LocalBrokerTest {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final String LISTENER = java(Listener.class) + " {port}";

    private static String java(Class<?> program) {
        return "'" + JAVA + "' -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path") + "' "
                + program.getName();
    }

    private static Local contender(String command) {
        return (Local) Contender.parse("tiny=" + command);
    }

    @Test
    void aBrokerAcceptsConnectionsOnceItIsStartedAndIsGoneOnceItIsClosed() throws Exception {
        LocalBroker broker = LocalBroker.start(contender(LISTENER + " {dir}"));
        ProcessHandle process = ProcessHandle.of(broker.pid()).orElseThrow();
        try (broker;
                Socket socket = new Socket(broker.host(), broker.port())) {
            // It closes what it has accepted.
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(broker.ending()).isEmpty();
            assertThat(broker.directory().resolve("file")).hasContent("data");
        }

        assertThat(process.isAlive()).isFalse();
        assertThat(broker.directory().getParent()).doesNotExist();
        assertThat(broker.ending())
                .hasValueSatisfying(ending -> assertThat(ending).startsWith("it ended with exit code 143"));
    }

    @Test
    void aBrokerThatIsKilledComesBackToItsDirectoryOnItsPort() throws Exception {
        try (LocalBroker broker =
                LocalBroker.start(contender("sh -c '" + LISTENER.replace("'", "\"") + " {dir}; true'"))) {
            Path left = Files.writeString(broker.directory().resolve("left"), "behind");
            ProcessHandle shell = ProcessHandle.of(broker.pid()).orElseThrow();
            ProcessHandle child = shell.descendants().findFirst().orElseThrow();

            broker.kill();

            assertThat(shell.isAlive()).isFalse();
            assertThat(child.isAlive()).isFalse();
            assertThat(broker.ending())
                    .hasValueSatisfying(ending -> assertThat(ending).startsWith("it ended with exit code 137"));
            long before = broker.launched();

            broker.revive();

            assertThat(broker.launched()).isGreaterThan(before);
            try (Socket socket = new Socket(broker.host(), broker.port())) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(broker.ending()).isEmpty();
            assertThat(left).hasContent("behind");
        }
    }

    @Test
    void whoeverIsTooEarlyIsQuoted() {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> LocalBroker.start(contender(
                        "sh -c 'echo no such option: $0 >&2; printf \"\\033[31mred\\033[0m\"; exit 7' {port}")))
                .withMessageStartingWith(
                        "tiny was started but does not run: it ended with exit code 7. Its last words:\n  no such option: ")
                .withMessageContaining("\n  red\nIt was started with: sh -c ")
                .satisfies(failed -> assertThat(failed.exit()).isEqualTo(ExitCode.UNREACHABLE));
    }

    @Test
    void ofManyWordsTheLastAreQuoted() {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> LocalBroker.start(
                        contender("sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i; done' {port}")))
                .withMessageContaining("exit code 0. Its last words:\n  line 1991\n")
                .withMessageContaining("  line 2000\n");
    }

    @Test
    void aProgramThatDoesNotExistIsNamed() {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> LocalBroker.start(contender("./there-is-no-such-broker {port}")))
                .withMessageStartingWith("Cannot start tiny with: ./there-is-no-such-broker {port}\n")
                .withMessageContaining("No such file");
    }

    @Test
    void oneThatListensElsewhereIsStopped() throws Exception {
        Path pid = Files.createTempFile("pid", "");
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> LocalBroker.start(
                        contender("sh -c 'echo $$ > \"$1\"; echo ready; exec sleep 60' {port} '" + pid + "'"),
                        new Patience(Duration.ofMillis(500), Duration.ofSeconds(5))))
                .withMessageStartingWith("tiny runs but accepts no connection at 127.0.0.1:")
                .withMessageContaining(" within 0.5 s")
                .withMessageContaining("It must listen on the port that stands where {port} is.");

        String written = Files.readString(pid).strip();
        if (!written.isEmpty()) {
            assertThat(ProcessHandle.of(Long.parseLong(written)).filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
        Files.delete(pid);
    }

    @Test
    void oneThatDoesNotHearSigtermIsKilled() {
        // What a process ignores, the program that takes its place ignores as well.
        LocalBroker broker = LocalBroker.start(
                contender("sh -c 'trap \"\" TERM; exec \"$@\"' sh " + LISTENER),
                new Patience(Duration.ofSeconds(30), Duration.ofMillis(100)));
        ProcessHandle process = ProcessHandle.of(broker.pid()).orElseThrow();
        broker.close();
        broker.close();

        process.onExit().join();
        assertThat(broker.ending())
                .hasValueSatisfying(ending -> assertThat(ending).startsWith("it ended with exit code 137"));
    }

    @Test
    void descendantsOfALauncherAreStoppedToo() {
        LocalBroker broker = LocalBroker.start(contender("sh -c 'trap : TERM; \"$@\" & wait; wait' sh " + LISTENER));
        List<ProcessHandle> family =
                ProcessHandle.of(broker.pid()).orElseThrow().descendants().toList();
        broker.close();

        assertThat(family).hasSize(1).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void whoeverEndsWithoutClosingLeavesNothingBehind() throws Exception {
        Process launcher = new ProcessBuilder(
                        JAVA,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Launcher.class.getName(),
                        "tiny=" + LISTENER)
                .redirectErrorStream(true)
                .start();
        String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        launcher.waitFor();

        assertThat(said).matches("\\d+\\s*");
        assertThat(ProcessHandle.of(Long.parseLong(said.strip())).filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
