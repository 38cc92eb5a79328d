package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    /** What is started keeps nothing, if nothing else is said. */
    private int run(StopCause stopCause, String... typed) {
        List<String> all = new ArrayList<>(List.of(typed));
        if (typed.length > 0 && typed[0].equals("start") && !all.contains("--data")) {
            all.addAll(1, List.of("--storage", "memory"));
        }
        String[] arguments = all.toArray(String[]::new);
        return new Commands(new PrintWriter(out), new PrintWriter(err), () -> stopCause).run(arguments);
    }

    private int run(String... arguments) {
        return run(broker -> "being started by mistake", arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "start --version"})
    void theVersionIsTold(String typed) {
        assertThat(run(typed.split(" "))).isZero();
        assertThat(out.toString()).startsWith("Aldis ").hasLineCount(1);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .startsWith("Usage: aldis")
                .contains(
                        "  start",
                        "  settings",
                        "  bench             Measures any MQTT broker; 'aldis bench --help' tells how.",
                        "  prove-durability  Kills a broker again and again, and counts what is lost;");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpForStartNamesItsOptionsAndTheirDefaults() {
        assertThat(run("start", "--help")).isZero();
        assertThat(out.toString()).contains("--host=HOST", "127.0.0.1", "--port=PORT", "1883");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void nothingTypedIsAnsweredWithHelp() {
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("Usage: aldis");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            strat                      | aldis: unknown command 'strat'; did you mean 'start'? (aldis --help tells more)
            conquer                    | aldis: unknown command 'conquer' (aldis --help tells more)
            --prot 1883                | aldis: unknown option '--prot'; did you mean 'start --port'? (aldis --help tells more)
            start --prot 1883          | aldis: unknown option '--prot'; did you mean '--port'? (aldis start --help tells more)
            start -p 1883              | aldis: unknown option '-p'; did you mean '--port'? (aldis start --help tells more)
            start --hostname localhost | aldis: unknown option '--hostname'; did you mean '--host'? (aldis start --help tells more)
            start --loud               | aldis: unknown option '--loud' (aldis start --help tells more)
            start now                  | aldis: unexpected argument 'now' (aldis start --help tells more)
            start --port               | aldis: missing required parameter for option '--port' (PORT) (aldis start --help tells more)
            start --port 65536         | aldis: invalid value for option '--port': '65536' is no port, which is a number from 0 to 65535 (aldis start --help tells more)
            start --port -1            | aldis: invalid value for option '--port': '-1' is no port, which is a number from 0 to 65535 (aldis start --help tells more)
            start --loops 0            | aldis: invalid value for option '--loops': '0' is no number from 1 to 1024 (aldis start --help tells more)
            start --loops all          | aldis: invalid value for option '--loops': 'all' is no number from 1 to 1024 (aldis start --help tells more)
            start --port mqtt          | aldis: invalid value for option '--port': 'mqtt' is no port, which is a number from 0 to 65535 (aldis start --help tells more)
            start --port 1 --port 2    | aldis: option '--port' (PORT) should be specified only once (aldis start --help tells more)
            start --set x=1            | aldis: invalid value for option '--set': there is no setting 'x'; 'aldis settings' lists all (aldis start --help tells more)
            start --listener quic://a:1 | aldis: invalid value for option '--listener': quic://a:1: it must begin with one of mqtt://, mqtts://, ws://, wss:// and unix:// (aldis start --help tells more)
            start --host ''            | aldis: invalid value for option '--host': it is empty (aldis start --help tells more)
            """)
    void whatIsTypedWrongIsExplainedInOneLine(String typed, String explained) {
        assertThat(run(typed.replace("''", " ").split(" ", -1))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEqualToNormalizingNewlines(explained + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench", "bench --help", "bench p2p -p 1", "bench -V start", "prove-durability --rounds 3"})
    void theBenchmarkIsTheLaunchersMatter(String typed) {
        String name = typed.split(" ", -1)[0];
        assertThat(run(typed.split(" "))).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "aldis: " + name + " is a program of its own, which the launcher runs: in "
                                + "the directory of the sources, ./aldis " + name + " --help tells more.\n");
    }

    @Test
    void aStartedBrokerSaysWhereItListensAndWhatToDo() {
        int[] port = new int[1];
        StopCause aClientHasComeAndGone = broker -> {
            port[0] = broker.port();
            try (RawClient client = RawClient.connected(port[0], Connect.v5("visitor"))) {
                client.expectNothing();
                client.disconnect();
            }
            return "a visit";
        };

        assertThat(run(aClientHasComeAndGone, "start", "--port", "0")).isZero();

        assertThat(port[0]).isPositive();
        assertThat(out.toString())
                .contains("is listening on mqtt://127.0.0.1:" + port[0])
                .contains("process " + ProcessHandle.current().pid())
                .contains("Ctrl-C")
                .contains("mosquitto_sub -h 127.0.0.1 -p " + port[0] + " -t 'hello/#' -v")
                .contains("mosquitto_pub -h 127.0.0.1 -p " + port[0] + " -t hello/world -m ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void listenersTakeThePlaceOfTheOneThatIsThereWithoutThem() {
        StopCause clientsCome = broker -> {
            assertThat(broker.addresses()).hasSize(2);
            try (RawClient client = RawClient.connected(broker.port(), Connect.v5("visitor"))) {
                client.expectNothing();
            }
            return "a visit";
        };

        assertThat(run(clientsCome, "start", "--listener", "mqtt://127.0.0.1:0", "--listener", "ws://127.0.0.1:0"))
                .isZero();

        assertThat(out.toString())
                .contains("is listening on mqtt://127.0.0.1:")
                .contains("also listening on ws://127.0.0.1:");
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        assertThat(run("start", "--listener", "mqtts://127.0.0.1:0?certificate=no.crt&key=no.key"))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("aldis: cannot listen on mqtts://127.0.0.1:0: There is no file no.crt\n");
    }

    @Test
    void settingsAreObeyed() {
        StopCause aClientAsks = broker -> {
            try (RawClient client = RawClient.connect(broker.port())) {
                Connack connack = client.connect(Connect.v5("visitor"));
                assertThat(connack.properties().receiveMaximum()).isEqualTo(7);
                assertThat(connack.properties().topicAliasMaximum()).isEqualTo(3);
            }
            return "a visit";
        };

        int code = run(
                aClientAsks,
                "start",
                "--port",
                "0",
                "--set",
                "session.receive-maximum=7",
                "--set",
                "connection.topic-alias-maximum=3");

        assertThat(code).isZero();
    }

    @Test
    void settingsAreListedWithTheirDefaults() {
        assertThat(run("settings")).isZero();
        assertThat(out.toString())
                .contains("queue.maximum-messages=1000", "session.maximum-expiry=never", "one of drop-newest");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatIsInTheDirectoryOfDataOutlivesTheBroker() {
        String data = directory.resolve("data").toString();
        assertThat(run(
                        broker -> {
                            try (RawClient client = RawClient.connected(broker.port(), Connect.v311("visitor"))) {
                                client.publish(new Publish(
                                        "a",
                                        Binary.utf8("kept"),
                                        Qos.AT_LEAST_ONCE,
                                        true,
                                        false,
                                        1,
                                        PublishProperties.NONE));
                            }
                            return "a visit";
                        },
                        "start",
                        "--port",
                        "0",
                        "--data",
                        data))
                .isZero();
        assertThat(out.toString())
                .contains("It keeps messages in " + data + " and acknowledges when they are on the disk.");
        int code = run(
                broker -> {
                    try (RawClient client = RawClient.connected(broker.port(), Connect.v311("reader"))) {
                        client.subscribe("a", Qos.AT_LEAST_ONCE);
                        assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("kept");
                    }
                    Commands second = new Commands(new PrintWriter(out), new PrintWriter(err), () -> running -> "");
                    assertThat(second.run("start", "--port", "0", "--data", data))
                            .isEqualTo(1);
                    return "another visit";
                },
                "start",
                "--port",
                "0",
                "--data",
                data,
                "--set",
                "durability.acknowledgements=written",
                "--set",
                "durability.topics=alarms/#:synced,#:memory");
        assertThat(err.toString()).hasLineCount(1).startsWith("aldis: ").contains(data, "in use");
        assertThat(code).isZero();
        assertThat(out.toString()).contains("acknowledges when they outlive the process.");
    }

    @Test
    void aStorageInMemoryHasNoDirectory() {
        assertThat(run(broker -> "a word", "start", "--port", "0")).isZero();
        assertThat(out.toString()).contains("Nothing outlives it: what it knows is in memory alone.");
        assertThat(run("start", "--storage", "memory", "--data", "x")).isEqualTo(2);
        assertThat(run("start", "--storage", "tape", "--data", "x")).isEqualTo(2);
        assertThat(err.toString())
                .contains("with memory nothing is kept; leave --data out", "'tape' is neither disk nor memory");
        assertThat(run("start", "--data", "x", "--set", "durability.topics=alarms"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'alarms' is no filter with a colon and a promise after it");
    }

    @Test
    void stoppingIsToldStepByStep() {
        assertThat(run(broker -> "a word", "start", "--port", "0")).isZero();

        assertThat(out.toString().lines().filter(line -> line.startsWith("Stopping") || line.matches("\\d\\. .*")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Stopping after a word, within 10 s"),
                        line -> assertThat(line).startsWith("1. Listeners closed"),
                        line -> assertThat(line).isEqualTo("2. Idle connections closed: 0."),
                        line -> assertThat(line)
                                .isEqualTo("3. All other connections ended: 0 in good order, 0 by force."),
                        line -> assertThat(line).startsWith("4. Stopped, after "));
    }

    @Test
    void aPortInUseIsNamedWithAWayOut() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = other.getLocalPort();

            assertThat(run("start", "--port", Integer.toString(taken))).isEqualTo(1);

            assertThat(out.toString()).isEmpty();
            assertThat(err.toString())
                    .hasLineCount(1)
                    .startsWith("aldis: cannot listen on 127.0.0.1, port " + taken + ": Address already in use; ")
                    .contains("choose another with --port " + (taken + 1) % 65_536);
        }
    }

    @Test
    void aHostThatIsUnknownIsNamed() {
        assertThat(run("start", "--host", "no host at all", "--port", "0")).isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).hasLineCount(1).startsWith("aldis: the host 'no host at all' is unknown; ");
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        // From the block that is set aside for documentation.
        assertThat(run("start", "--host", "192.0.2.1", "--port", "0")).isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).hasLineCount(1).startsWith("aldis: cannot listen on 192.0.2.1, port 0: ");
    }
}
