package io.aldis.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.storage.RocksStorage;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done with data, whether a broker has left it or runs with it. */
@Timeout(120)
class StoreCommandsTest {

    /** Longer than what is kept in each queue by itself. */
    private static final String LONG = "long ".repeat(200);

    @TempDir
    Path directory;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    private int run(Object... words) {
        out = new StringWriter();
        err = new StringWriter();
        String[] typed = Stream.of(words).map(String::valueOf).toArray(String[]::new);
        return new Commands(new PrintWriter(out), new PrintWriter(err), () -> {
                    throw new AssertionError("no broker is to be started");
                })
                .run(typed);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private static Connect connect(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600));
    }

    private static void withBroker(Path data, Consumer<Broker> use) {
        try (Broker broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(1)
                .storage(RocksStorage.in(data))
                .start()) {
            use.accept(broker);
        }
    }

    /** Two sessions with messages of their own and a shared one, a receipt and something retained. */
    private static void fill(Broker broker) {
        for (String clientId : List.of("anna", "bert")) {
            try (RawClient client = RawClient.connected(broker.port(), connect(clientId))) {
                client.subscribe("news/#", Qos.EXACTLY_ONCE);
                client.disconnect();
            }
        }
        try (RawClient client = RawClient.connected(broker.port(), Connect.v5("publisher"))) {
            client.publish("news/1", "first", Qos.AT_LEAST_ONCE);
            client.publish("news/2", LONG, Qos.EXACTLY_ONCE);
            client.publish("news/3", "übrig", Qos.AT_LEAST_ONCE, true);
            client.disconnect();
        }
    }

    private static void expectMessages(Broker broker, String clientId) {
        try (RawClient client = RawClient.connect(broker.port())) {
            Connack connack = client.connect(connect(clientId));
            assertThat(connack.sessionPresent()).isTrue();
            assertThat(List.of(client.takeMessage(), client.takeMessage(), client.takeMessage()))
                    .extracting(Publish::topic, message -> message.payload().toUtf8(), Publish::qos)
                    .containsExactly(
                            tuple("news/1", "first", Qos.AT_LEAST_ONCE),
                            tuple("news/2", LONG, Qos.EXACTLY_ONCE),
                            tuple("news/3", "übrig", Qos.AT_LEAST_ONCE));
            client.disconnect();
        }
    }

    private void filled() {
        withBroker(data(), StoreCommandsTest::fill);
    }

    // Export and import.

    @Test
    void whatABrokerKeptGoesOnInAnotherPlace() throws IOException {
        filled();
        Path file = directory.resolve("a.jsonl");
        Path second = directory.resolve("b.jsonl");
        Path other = directory.resolve("other");

        assertThat(run("store", "export", "--data", data(), file))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith("Wrote 14 lines into ");
        assertThat(run("store", "import", "--data", other, file))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith("Read 14 lines into ");
        assertThat(run("store", "export", "--data", other, second)).isZero();
        assertThat(Files.readString(second)).isEqualTo(Files.readString(file));
        assertThat(run("store", "check", "--data", other)).as(out.toString()).isZero();

        withBroker(other, broker -> {
            expectMessages(broker, "bert");
            expectMessages(broker, "anna");
        });
    }

    @Test
    void anExportCanBeRead() throws IOException {
        filled();

        assertThat(run("store", "export", "--data", data())).isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0))
                .startsWith("{\"kind\":\"header\",\"format\":1,\"aldis\":\"(development)\",\"counters\":{");
        assertThat(lines).filteredOn(line -> line.contains("long long")).hasSize(1); // Kept once, for two.
        assertThat(lines)
                .contains(
                        "{\"kind\":\"message\",\"client\":\"anna\",\"place\":0,\"state\":\"open\",\"qos\":1,\"message\":{\"topic\":\"news/1\","
                                + "\"qos\":1,\"publisher\":\"publisher\",\"payload\":\"first\"}}",
                        "{\"kind\":\"message\",\"client\":\"anna\",\"place\":1,\"state\":\"open\",\"qos\":2,\"shared\":1}",
                        "{\"kind\":\"retained\",\"message\":{\"topic\":\"news/3\",\"qos\":1,\"retain\":true,\"publisher\":\"publisher\","
                                + "\"payload\":\"\\u00fcbrig\"}}",
                        "{\"kind\":\"end\",\"lines\":13}");
    }

    @Test
    void anExportOverwritesNothing() throws IOException {
        filled();
        Path file = Files.writeString(directory.resolve("there"), "mine");

        assertThat(run("store", "export", "--data", data(), file)).isEqualTo(1);

        assertThat(err.toString()).contains("is there already; name another file");
        assertThat(file).hasContent("mine");
    }

    @Test
    void nothingIsImportedOverSomething() {
        filled();
        Path file = directory.resolve("a.jsonl");
        run("store", "export", "--data", data(), file);

        assertThat(run("store", "import", "--data", data(), file)).isEqualTo(1);

        assertThat(err.toString()).contains("There is something in the store", "Name another directory with --data");
        withBroker(data(), broker -> expectMessages(broker, "anna"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "place":1 | "place":"x" | line 6: the field "place" should be a whole number of 64 bits, but is "x"
            "kind":"message" | hello | line 5: a JSON object is expected, but "
            {"kind":"end" | {"kind":"end","kind":"end" | line 14: a JSON object is expected, but "
            "payload":"first" | "payload":{"base64":"?"} | line 5: base64 is expected, but "?" came
            "open" | 5 | line 5: the field "state" should be one of open, received, done, but is 5
            """)
    void aBadLineIsNamedAndNothingIsImported(String good, String bad, String why) throws IOException {
        filled();
        Path file = directory.resolve("a.jsonl");
        run("store", "export", "--data", data(), file);
        Path broken = Files.writeString(
                directory.resolve("broken"), Files.readString(file).replace(good, bad));

        assertThat(run("store", "import", "--data", directory.resolve("other"), broken))
                .isEqualTo(1);

        assertThat(err.toString()).contains(why).contains("Nothing was imported.");
        assertThat(run("store", "stats", "--data", directory.resolve("other"))).isZero();
        assertThat(out.toString()).containsPattern("sessions +0").containsPattern("queued messages +0");
    }

    @Test
    void aFileThatWasCutOffIsNotImported() throws IOException {
        filled();
        Path file = directory.resolve("a.jsonl");
        run("store", "export", "--data", data(), file);
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, lines.size() - 1));

        assertThat(run("store", "import", "--data", directory.resolve("other"), file))
                .isEqualTo(1);

        assertThat(err.toString()).contains("its end: expected is {\"kind\":\"end\",…}", "was cut off");
    }

    @Test
    void bytesThatAreNoTextSurvive() throws IOException {
        Binary payload = Binary.wrap(new byte[] {(byte) 0xFF, 0, (byte) 0xC3});
        withBroker(data(), broker -> {
            try (RawClient client = RawClient.connected(broker.port(), Connect.v5("publisher"))) {
                client.publish(Publish.qos1("t", payload, 1).withRetain(true));
                client.disconnect();
            }
        });
        Path file = directory.resolve("a.jsonl");

        run("store", "export", "--data", data(), file);
        assertThat(Files.readString(file)).contains("\"payload\":{\"base64\":\"/wDD\"}");
        assertThat(run("store", "import", "--data", directory.resolve("other"), file))
                .isZero();

        withBroker(directory.resolve("other"), broker -> {
            try (RawClient client = RawClient.connected(broker.port(), Connect.v5("reader"))) {
                client.subscribe("t", Qos.AT_MOST_ONCE);
                assertThat(client.takeMessage().payload()).isEqualTo(payload);
            }
        });
    }

    // Check.

    @Test
    void whatIsWellIsSaidToBe() {
        filled();

        assertThat(run("store", "check", "--data", data())).isZero();

        assertThat(out.toString()).startsWith("All is well: ").contains(" rows were read, and they fit each other.");
    }

    @Test
    void rowsThatDoNotFitAreTold() {
        filled();
        try (KeyValueStore store = RocksStorage.in(data()).open();
                Batch batch = store.batch()) {
            batch.put(store.table("retained"), "broken".getBytes(UTF_8), new byte[] {7});
            batch.removeRange(store.table("message"), new byte[] {0}, new byte[] {(byte) 0xFF});
            store.commit(batch, true);
        }

        assertThat(run("store", "check", "--data", data())).isEqualTo(1);

        assertThat(out.toString())
                .contains(
                        "Does not fit: 1 rows that cannot be read, such as:",
                        "Table retained, key 62726f6b656e (hexadecimal)",
                        "Does not fit: 2 rows of queues whose message is missing, such as:",
                        "anna, place 1, shared message 1");
    }

    @Test
    void damageIsToldAndRepaired() throws IOException {
        filled();
        withBroker(data(), broker -> {}); // Its log is in tables now.
        Path table = tables().get(0);
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(10);
            file.write(~file.read());
            file.seek(11);
            file.write(0x55);
        }

        assertThat(run("store", "check", "--data", data())).isEqualTo(1);
        assertThat(out.toString())
                .contains("Damaged: ", table.getFileName().toString(), "run: aldis store check --repair");
        assertThat(run("store", "check", "--repair", "--data", data())).isEqualTo(1);
        assertThat(out.toString()).contains("Lost: Table ", "All else was saved.");
        run("store", "check", "--data", data());
        assertThat(out.toString()).doesNotContain("Damaged");
    }

    private List<Path> tables() throws IOException {
        try (Stream<Path> files = Files.list(data().resolve("rocksdb"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted()
                    .toList();
        }
    }

    // Stats.

    @Test
    void whatIsThereIsCounted() {
        filled();

        assertThat(run("store", "stats", "--data", data())).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "sessions 2",
                        "subscriptions 2",
                        "queued messages 6",
                        "shared messages 1",
                        "retained messages 1");
        assertThat(run("store", "stats", "--json", "--data", data())).isZero();
        assertThat(out.toString()).contains("\"queuedMessages\" : 6", "\"diskBytes\" : ");
    }

    // Backup.

    @Test
    void aBackupIsMadeWhileABrokerRunsAndAfterwards() {
        Path during = directory.resolve("during");
        withBroker(data(), broker -> {
            fill(broker);
            assertThat(run("store", "backup", "--data", data(), during))
                    .as(err.toString())
                    .isZero();
            assertThat(out.toString()).containsPattern("Copied \\d+ rows of .*data into .*during\\.");
            assertThat(run("store", "export", "--data", data())).isEqualTo(1);
            assertThat(err.toString()).contains("is in use by this process itself");
        });
        assertThat(run("store", "backup", "--data", data(), directory.resolve("after")))
                .isZero();

        assertThat(run("store", "check", "--data", during)).as(out.toString()).isZero();
        withBroker(during, broker -> expectMessages(broker, "anna"));
        withBroker(directory.resolve("after"), broker -> expectMessages(broker, "bert"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            check  |
            stats  |
            export |
            backup | copy
            """)
    void whereNothingIsNothingIsMade(String command, String more) {
        Path nowhere = directory.resolve("nowhere");

        assertThat(
                        more == null
                                ? run("store", command, "--data", nowhere)
                                : run("store", command, "--data", nowhere, directory.resolve(more)))
                .isEqualTo(1);

        assertThat(err.toString()).contains("There is no store in " + nowhere).hasLineCount(1);
        assertThat(nowhere).doesNotExist();
    }

    // What is typed wrong.

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            store chek          | aldis: unknown command 'chek'; did you mean 'check'? (aldis store --help tells more)
            store import        | aldis: missing required parameter: 'FILE' (aldis store import --help tells more)
            store backup        | aldis: missing required parameter: 'DIR2' (aldis store backup --help tells more)
            store check --fix   | aldis: unknown option '--fix' (aldis store check --help tells more)
            """)
    void whatIsTypedWrongIsExplained(String typed, String explained) {
        assertThat(run((Object[]) typed.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isEqualToNormalizingNewlines(explained + "\n");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run("store", "import", "--data", data(), directory.resolve("none")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("there is no file ", "none");
        assertThat(data()).doesNotExist();
    }
}
