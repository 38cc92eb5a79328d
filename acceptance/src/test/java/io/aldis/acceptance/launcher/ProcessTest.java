package io.aldis.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged broker as a process of its own, started by the launcher as a user does. */
class ProcessTest {

    @TempDir
    private Path directory;

    private Path link;

    @BeforeEach
    void linkToTheLauncher() throws IOException {
        link = Files.createSymbolicLink(directory.resolve("a link"), SourceTree.realLauncher());
    }

    @AfterEach
    void removeTheLink() throws IOException {
        Files.delete(link);
    }

    /** From another directory and through a symbolic link, with the Java that runs this test. */
    private Launch launch(String... arguments) throws IOException {
        return launchWith("", arguments);
    }

    private Launch launchWith(String options, String... arguments) throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("ALDIS_JAVA_HOME", System.getProperty("java.home"));
        variables.put("ALDIS_OPTS", options);
        return Launch.of(link, directory, variables, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-Dio.netty.transport.noNative=true"})
    void itListensOnAUnixDomainSocketWithAndWithoutEpoll(String options) throws Exception {
        Path socket = directory.resolve("aldis.sock");
        String uri = "unix://" + socket + "?permissions=rw-------";
        try (Launch aldis = launchWith(options, "start", "--port", "0", "--listener", uri)) {
            int port = aldis.port();
            try (RawClient local = RawClient.over(UnixSocket.open(socket));
                    RawClient remote = RawClient.connected(port, Connect.v5("remote"))) {
                local.connect(Connect.v5("local"));
                local.subscribe("a", Qos.AT_LEAST_ONCE);
                remote.publish("a", "x".repeat(500_000), Qos.AT_LEAST_ONCE);
                assertThat(local.takeMessage().payload().size()).isEqualTo(500_000);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                        .isEqualTo("rw-------");
                aldis.terminate();
                local.expectDisconnect(ReasonCode.SERVER_SHUTTING_DOWN);
            }
            assertThat(aldis.exitCode()).isZero();
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void aTermSignalStopsItInFourStepsAndInGoodOrder() throws Exception {
        try (Launch aldis = launch("start", "--port", "0")) {
            int port = aldis.port();
            try (RawClient client = RawClient.connected(port, Connect.v311("idle one"))) {
                client.subscribe("a/#", Qos.AT_LEAST_ONCE);
                client.publish("a/b", "still here", Qos.AT_LEAST_ONCE);
                assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("still here");
                client.expectNothing();

                aldis.terminate();

                client.expectClosed();
            }
            assertThat(aldis.rest().lines().filter(line -> line.startsWith("Stopping") || line.matches("\\d\\. .*")))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("Stopping after SIGTERM, within 10 s"),
                            line -> assertThat(line).startsWith("1. Listeners closed"),
                            line -> assertThat(line).isEqualTo("2. Idle connections closed: 1."),
                            line -> assertThat(line)
                                    .isEqualTo("3. All other connections ended: 0 in good order, 0 by force."),
                            line -> assertThat(line).startsWith("4. Stopped, after "));
            assertThat(aldis.exitCode()).isZero();
        }
    }

    @Test
    void theLauncherBecomesTheBroker() throws Exception {
        try (Launch aldis = launch("start", "--port", "0")) {
            aldis.awaitLine("Stop it with Ctrl-C or: kill " + aldis.pid());
        }
    }

    @Test
    void aSecondSignalEndsAtOnceWhateverIsUnderWay() throws Exception {
        try (Launch aldis = launch("start", "--port", "0");
                RawClient debtor = RawClient.connected(aldis.port(), Connect.v311("debtor"))) {
            debtor.subscribe("a", Qos.AT_LEAST_ONCE);
            debtor.publish("a", "never acknowledged", Qos.AT_LEAST_ONCE);
            debtor.expect(Publish.class);

            aldis.terminate();
            aldis.awaitLine("Stopping after SIGTERM");
            aldis.insist();

            assertThat(aldis.exitCode()).isEqualTo(128 + 15);
            assertThat(aldis.said()).endsWith("Ended at once by a second signal, SIGTERM.\n");
        }
    }

    @Test
    void aPortInUseIsOneLineAndAFailure() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = other.getLocalPort();
            try (Launch aldis = launch("start", "--port", Integer.toString(taken))) {
                assertThat(aldis.exitCode()).isEqualTo(1);
                assertThat(aldis.rest()).isEmpty();
                assertThat(aldis.said().lines().filter(line -> line.startsWith("aldis: ")))
                        .satisfiesExactly(line -> assertThat(line)
                                .startsWith("aldis: cannot listen on 127.0.0.1, port " + taken
                                        + ": Address already in use; choose another with --port "));
            }
        }
    }

    @Test
    void aWrongOptionIsOneLineAndAMisuse() throws Exception {
        try (Launch aldis = launch("start", "--prot", "1883")) {
            assertThat(aldis.exitCode()).isEqualTo(2);
            assertThat(aldis.rest()).isEmpty();
            assertThat(aldis.said().lines().filter(line -> line.startsWith("aldis: ")))
                    .containsExactly(
                            "aldis: unknown option '--prot'; did you mean '--port'? (aldis start --help tells more)");
        }
    }
}
