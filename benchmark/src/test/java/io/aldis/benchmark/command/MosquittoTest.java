package io.aldis.benchmark.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.command.Mosquitto.Listening;
import io.aldis.benchmark.engine.Conductor;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.transport.TargetDialer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our figures against those of others: a Mosquitto, and {@code mosquitto_sub}, which counts as {@code wc -l} would. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class MosquittoTest {

    @TempDir
    private Path folder;

    /** A whole run, as Main makes it. */
    private static Result run(Mosquitto mosquitto, ExitCode expected, String line) {
        List<Result> kept = new ArrayList<>();
        Conductor conductor = new Conductor(
                target -> new TargetDialer(target, Duration.ofSeconds(10)), TargetDialer::ioHandlerFactory);
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        Collections.addAll(words, "-q", "-h", "127.0.0.1", "-p", Integer.toString(mosquitto.port()));
        int exit = Bench.run(
                (plan, pid, observer) -> {
                    Result result = conductor.run(plan, pid, observer);
                    kept.add(result);
                    return result;
                },
                writer,
                writer,
                words.toArray(String[]::new));
        assertThat(exit).as(said.toString()).isEqualTo(expected.code());
        assertThat(said.toString()).contains("Verdict:");
        return kept.get(0);
    }

    private static void assertSpotless(Result result) {
        assertThat(result.verdict().findings()).isEmpty();
        Counts totals = result.totals();
        assertThat(List.of(
                        totals.failed(),
                        totals.refused(),
                        totals.lost(),
                        totals.duplicates(),
                        totals.late(),
                        totals.corrupt(),
                        totals.misdirected(),
                        totals.foreign()))
                .containsOnly(0L);
        assertThat(totals.delivered()).isEqualTo(totals.expected());
    }

    /** One more message, behind all others of a run that is over. */
    private static void sendLast(Mosquitto mosquitto, String topic) {
        run(mosquitto, ExitCode.OK, "publish -C -c 1 -n 1 -ci 0 -s 28 -topic " + topic);
    }

    @Test
    void aReceiverOfItsOwnCountsTheSameMessages() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder);
                Listening listening = mosquitto.listen("-t", "x/#", "-q", "1")) {
            Result result = run(
                    mosquitto, ExitCode.OK, "publish -c 20 -n 100 -i 1 -ci 1 -s 200 -qos 1 -sub 2 -topic x/{client}");
            sendLast(mosquitto, "x/last");
            List<String> lines = listening.until("x/last");

            assertThat(lines).hasSize(2000);
            for (int client = 0; client < 20; client++) {
                assertThat(Collections.frequency(lines, "x/" + client + " 200")).isEqualTo(100);
            }
            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.totals().sent()).isEqualTo(lines.size());
            assertThat(result.totals().acknowledged()).isEqualTo(lines.size());
            assertThat(result.totals().expected()).isEqualTo(2L * lines.size());
            assertThat(result.totals().delivered()).isEqualTo(2L * lines.size());
            assertThat(result.totals().received() - result.totals().foreign()).isEqualTo(2L * lines.size());
            assertThat(result.totals().subscribed()).isEqualTo(2);
            // 2 subscribers, 20 publishers, and these once more to remove their sessions.
            assertThat(result.totals().connected()).isEqualTo(42);
        }
    }

    @Test
    void aReceiverOfItsOwnCountsTheRetainedMessagesAndNoneIsLeft() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            // More than fits into a socket: all has to leave before the connection ends.
            int topics = 20_000;
            List<String> seen;
            Result result;
            try (Listening listening = mosquitto.listen("-t", "bench/#", "-t", "last", "-q", "1")) {
                result = run(mosquitto, ExitCode.OK, "retained -c 1 --topics " + topics + " -sub 3 -qos 1");
                sendLast(mosquitto, "last");
                seen = listening.until("last");
            }
            assertSpotless(result);
            assertThat(result.totals().sent()).isEqualTo(topics);
            assertThat(result.totals().retained()).isEqualTo(3L * topics);
            assertThat(result.totals().received()).isEqualTo(3L * topics);
            assertThat(seen.stream().filter(line -> line.endsWith(" 64"))).hasSize(topics);
            assertThat(seen.stream().filter(line -> line.endsWith(" 0"))).hasSize(topics);

            try (Listening rest = mosquitto.listen("-t", "bench/#", "-t", "last", "-q", "1")) {
                sendLast(mosquitto, "last");
                assertThat(rest.until("last")).isEmpty();
            }
        }
    }

    @Test
    void whatSomebodyElseHasRetainedIsForeign() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            Result result = run(mosquitto, ExitCode.OK, "publish -C -c 1 -n 10 -i 1 -ci 0 -sub 2 -topic x");
            // The sign that Mosquitto is there, to each subscriber of #.
            assertThat(result.totals().foreign()).isEqualTo(2);
            assertThat(result.totals().received()).isEqualTo(22);
            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.verdict().remarks())
                    .containsExactly("2 messages came that this run had not sent, and were not counted.");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5.0, 0",
        "5.0, 1",
        "5.0, 2",
        "3.1.1, 0",
        "3.1.1, 1",
        "3.1.1, 2",
        "3.1, 1",
    })
    void pairsGetWhatIsSentToThemInEachVersionAndQualityOfService(String version, int qos) throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            String line = "p2p --mqtt " + version + " -c 10 -n 500 -s 100 -qos " + qos;
            Result result = run(mosquitto, ExitCode.OK, line);

            assertSpotless(result);
            assertThat(result.mqtt()).isEqualTo(version);
            assertThat(result.totals().sent()).isEqualTo(5000);
            assertThat(result.totals().received()).isEqualTo(5000);
            assertThat(result.totals().acknowledged()).isEqualTo(qos == 0 ? 0 : 5000);
            assertThat(result.measured().get(0).delivery().count()).isEqualTo(5000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fanin -c 20 -sub 4 -n 100 -qos 1",
                "fanout -sub 20 -n 100 -qos 2",
                "shared --mqtt 5.0 -c 10 -sub 6 --share-groups 2 -n 200 -qos 1",
                "offline -c 10 --queue 50",
                "reconnect-storm -c 50 -d 0.5 --rate 500 -qos 1",
                "slow-consumer -sub 5 -d 0.5 --warm-up 0 -qos 1",
                "latency -c 10 --rate 500 -d 0.5 --warm-up 0 -qos 1",
                "subscribe -c 5 -n 20 -i 0 -ci 0",
                "connect -c 50 -ci 1",
                "scenario chat --scale 0.05 -d 1 --warm-up 0",
            })
    void everyModeEndsWell(String line) throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            Result result = run(mosquitto, ExitCode.OK, line + " --pid " + mosquitto.pid());

            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.totals().lost()).isZero();
            assertThat(result.measured())
                    .allSatisfy(phase -> assertThat(phase.broker()).isNotNull());
        }
    }

    // Mosquitto brings a message once for each filter, which MQTT allows.
    @Test
    void copiesForOverlappingFiltersAreNoFault() throws IOException {
        Path scenario = Files.writeString(folder.resolve("overlap.yaml"), """
                name: overlap
                warm-up: 0s
                duration: 500ms
                groups:
                  - name: reader
                    clients: 2
                    subscribe:
                      - {filter: "bench/{run}/#", qos: 2}
                      - {filter: "bench/{run}/+", qos: 2}
                  - name: writer
                    clients: 2
                    publish: {topic: "bench/{run}/x", qos: 2, size: 100, rate: 50/s}
                """);
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            Result result = run(mosquitto, ExitCode.OK, "scenario " + scenario);

            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.totals().lost()).isZero();
        }
    }

    // They subscribe again and again, and each time what is retained comes again.
    @Test
    void whatIsRetainedComesToThoseWhoComeAndGo() throws IOException {
        Path scenario = Files.writeString(folder.resolve("come-and-go.yaml"), """
                name: come-and-go
                warm-up: 0s
                duration: 1s
                groups:
                  - name: reader
                    clients: 10
                    subscribe:
                      - {filter: "bench/{run}/#", qos: 1, retained: true}
                    churn: {stay: 100ms, away: 20ms}
                  - name: writer
                    clients: 5
                    publish: {topic: "bench/{run}/{client}", qos: 1, size: 28-500, rate: 50/s, retain: true}
                """);
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            Result result = run(mosquitto, ExitCode.OK, "scenario " + scenario);

            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.totals().retained()).isPositive();
            assertThat(result.totals().delivered())
                    .isLessThanOrEqualTo(result.totals().expected());
        }
    }

    @Test
    void whatComesTooLateIsNotCalledLost() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder)) {
            Result result = run(
                    mosquitto,
                    ExitCode.UNFINISHED,
                    "fanout -sub 200 -qos 1 -d 0.5 --warm-up 0 --drain 0 --window 1000");

            assertThat(result.verdict().findings())
                    .containsExactly("Messages were still coming when the time to wait for them was over.");
            assertThat(result.verdict().remarks())
                    .anySatisfy(remark ->
                            assertThat(remark).endsWith(" had not happened when the time to wait for them was over."));
        }
    }

    // A queue that is too short loses what QoS 1 promises.
    @Test
    void lossesAreFoundAndCounted() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.orSkip(folder, "max_queued_messages 10", "max_inflight_messages 10")) {
            Result result = run(mosquitto, ExitCode.GUARANTEE, "offline -c 3 --queue 50");

            assertThat(result.totals().received()).isLessThan(150);
            assertThat(result.totals().lost()).isEqualTo(150 - result.totals().received());
            assertThat(result.verdict().findings())
                    .containsExactly(
                            result.totals().lost()
                                    + " deliveries at QoS 1 were lost: the broker had taken the messages and did not bring them.");
        }
    }
}
