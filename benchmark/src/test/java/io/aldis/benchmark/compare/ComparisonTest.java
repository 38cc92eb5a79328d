package io.aldis.benchmark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.aldis.benchmark.compare.ComparisonResult.Row;
import io.aldis.benchmark.compare.ComparisonResult.Section;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ComparisonTest {

    private static final Machine MACHINE = new Machine(2, 4L << 30, "Linux 6 amd64", "JVM 17");

    private final Runs runs = new Runs();
    private final List<String> seen = new ArrayList<>();

    private final ComparisonObserver observer = new ComparisonObserver() {
        @Override
        public void starting(Contender.Local contender) {
            seen.add("start " + contender.name());
        }

        @Override
        public void ended(Turn turn, Result result) {
            seen.add((turn.warmUp() ? "warm-up " : "round ") + turn.number() + "/" + turn.of() + " " + turn.scenario()
                    + " " + turn.contender());
        }

        @Override
        public void leftOut(Turn turn, String why) {
            seen.add("left out " + turn.contender());
        }
    };

    private ComparisonResult compare(Rounds rounds, List<String> brokers, String... scenarios) {
        return compare(Presence::of, rounds, brokers, scenarios);
    }

    private ComparisonResult compare(
            Presence.Opening opening, Rounds rounds, List<String> brokers, String... scenarios) {
        return new Comparison(runs, observer, opening, InstantSource.fixed(Instant.EPOCH), MACHINE)
                .run(
                        Contender.parse(brokers),
                        List.of(scenarios).stream().map(Runs::plan).toList(),
                        rounds,
                        "bench compare");
    }

    @Test
    void brokersTakeTurns() {
        runs.show("a", Runs.received(1)).show("b", Runs.received(1));

        compare(new Rounds(2, 1, false), List.of("A=a:1", "B=b:2@77"), "p2p", "fan");

        assertThat(runs.log)
                .containsExactly(
                        "p2p a:1", "p2p b:2", "p2p a:1", "p2p b:2", "p2p a:1", "p2p b:2", //
                        "fan a:1", "fan b:2", "fan a:1", "fan b:2", "fan a:1", "fan b:2");
        assertThat(runs.pids.subList(0, 4)).containsExactly(null, 77L, null, 77L);
        assertThat(seen.subList(0, 6))
                .containsExactly(
                        "warm-up 1/1 p2p A",
                        "warm-up 1/1 p2p B",
                        "round 1/2 p2p A",
                        "round 1/2 p2p B",
                        "round 2/2 p2p A",
                        "round 2/2 p2p B");
    }

    @Test
    void nothingOfTheWarmUpIsKept() {
        runs.show("a", Runs.received(1), Runs.received(2), Runs.received(100), Runs.received(200));

        ComparisonResult result = compare(new Rounds(2, 2, false), List.of("A=a:1"), "p2p");

        assertThat(row(result, 0).rounds())
                .extracting(round -> round.value(Figure.RECEIVED))
                .containsExactly(100.0, 200.0);
    }

    @Test
    void figuresAreMediansBesideThoseOfTheFirst() {
        runs.show("a", Runs.received(100), Runs.received(90), Runs.received(120))
                .show("b", Runs.received(500), Runs.received(400), Runs.received(1000));

        ComparisonResult result = compare(new Rounds(3, 0, false), List.of("A=a:1", "B=b:2"), "p2p");

        assertThat(row(result, 0).summary(Figure.RECEIVED)).isEqualTo(new Summary(100, 90, 120, 0.3, 1));
        assertThat(row(result, 1).summary(Figure.RECEIVED)).isEqualTo(new Summary(500, 400, 1000, 1.2, 5));
        assertThat(row(result, 1).verdict()).isEqualTo("ok");
        assertThat(result.exit()).isEqualTo(ExitCode.OK);
        assertThat(result.complete()).isTrue();
    }

    @Test
    void theMedianOfAnEvenNumberLiesInTheMiddle() {
        assertThat(Summary.of(List.of(4.0, Double.NaN, 1.0, 2.0, 10.0)))
                .isEqualTo(new Summary(3, 1, 10, 3, Double.NaN));
        assertThat(Summary.of(List.of(0.0, 0.0))).isEqualTo(new Summary(0, 0, 0, 0, Double.NaN));
        assertThat(Summary.of(List.of(0.0, 0.0, 5.0)).spread()).isNaN();
        assertThat(Summary.of(List.of(Double.NaN)).known()).isFalse();
    }

    @Test
    void eachFigureIsTakenFromTheMeasuredPhase() {
        runs.show("a", Runs.received(100));

        Row row = row(compare(new Rounds(1, 0, false), List.of("A=a:1"), "p2p"), 0);

        assertThat(row.rounds().get(0).value(Figure.RECEIVED)).isEqualTo(100);
        assertThat(row.rounds().get(0).value(Figure.SENT)).isEqualTo(100);
        assertThat(row.rounds().get(0).value(Figure.LOST)).isZero();
        assertThat(row.rounds().get(0).value(Figure.BROKER_MICROS_PER_MESSAGE)).isEqualTo(2500);
        assertThat(row.rounds().get(0).value(Figure.BROKER_MICROS_PER_DELIVERY)).isEqualTo(5000);
        assertThat(row.rounds().get(0).value(Figure.BROKER_CORES)).isCloseTo(0.5, within(1e-9));
        assertThat(row.rounds().get(0).value(Figure.BROKER_PEAK)).isEqualTo(64 << 20);
        assertThat(row.rounds().get(0).value(Figure.DELIVERY_P50)).isEqualTo(1);
        assertThat(row.rounds().get(0).value(Figure.DELIVERY_P99)).isEqualTo(4);
        assertThat(row.rounds().get(0).value(Figure.DELIVERY_P999)).isEqualTo(8.25);
        assertThat(row.rounds().get(0).value(Figure.CONNECTED)).isNaN();
        assertThat(row.rounds().get(0).value(Figure.CONNECT_P99)).isNaN();
        assertThat(row.rounds().get(0).value(Figure.TOOL_MICROS_PER_MESSAGE)).isEqualTo(500);
    }

    @Test
    void whereOnlyConnectionsAreMadeThereAreNoFiguresOfMessages() {
        PhaseResult phase = new PhaseResult(
                "connect",
                true,
                0,
                2,
                Runs.counts(500, 0, 0, 0, 0),
                new Latency(500, 1, 1, 1, 1, 9, 9, 9, List.of()),
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                null,
                null);
        runs.show("a", Runs.result(ExitCode.OK, List.of(), phase));

        Section section = compare(new Rounds(1, 0, false), List.of("A=a:1"), "conn")
                .sections()
                .get(0);

        assertThat(section.figures()).containsExactly(Figure.CONNECTED, Figure.CONNECT_P99);
        assertThat(section.rows().get(0).summary(Figure.CONNECTED).median()).isEqualTo(250);
        assertThat(section.rows().get(0).summary(Figure.CONNECT_P99).median()).isEqualTo(9);
    }

    @Test
    void whatCameAfterThePhaseIsNotLostAndWhatCameTwiceIsOne() {
        Result ran = Runs.result(ExitCode.OK, List.of(), phase("load", 100, 80, 0), unmeasured("drain", 0, 19, 2));
        runs.show("a", ran);

        Row row = row(compare(new Rounds(1, 0, false), List.of("A=a:1"), "p2p"), 0);

        assertThat(row.rounds().get(0).value(Figure.LOST)).isEqualTo(3);
    }

    private static PhaseResult phase(String name, long expected, long received, long duplicates) {
        return withCounts(name, true, Runs.counts(0, expected, expected, received, duplicates));
    }

    private static PhaseResult unmeasured(String name, long expected, long received, long duplicates) {
        return withCounts(name, false, Runs.counts(0, expected, expected, received, duplicates));
    }

    private static PhaseResult withCounts(String name, boolean measured, Counts counts) {
        Latency none = Latency.NONE;
        return new PhaseResult(name, measured, 0, 1, counts, none, none, none, none, none, none, null, null);
    }

    @Test
    void aBrokerThatFailsKeepsWhatItShowedAndTheOthersGoOn() {
        Result broken =
                Runs.result(ExitCode.BROKEN_OFF, List.of("It broke off 3 connections."), Runs.phase("load", 50, null));
        Result unreachable = Runs.result(ExitCode.UNREACHABLE, List.of("It cannot be reached."));
        runs.show("a", Runs.received(100)).show("b", broken, unreachable, unreachable);

        ComparisonResult result = compare(new Rounds(3, 0, false), List.of("A=a:1", "B=b:2"), "p2p", "fan");

        assertThat(runs.log).hasSize(12);
        Row failed = row(result, 1);
        assertThat(failed.failed()).isTrue();
        assertThat(failed.verdict()).isEqualTo("2 of 3 unreachable, 1 of 3 broken off");
        assertThat(failed.notes())
                .containsExactly("B, round 1: It broke off 3 connections.", "B, rounds 2, 3: It cannot be reached.");
        assertThat(failed.summary(Figure.RECEIVED)).isEqualTo(new Summary(5, 5, 5, 0, 0.05));
        assertThat(failed.summary(Figure.BROKER_CORES).known()).isFalse();
        assertThat(row(result, 0).failed()).isFalse();
        assertThat(result.exit()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void eachMeasuredPhaseIsASectionOfItsOwn() {
        Result two = Runs.result(
                ExitCode.OK,
                List.of(),
                Runs.phase("slow", 10, null),
                unmeasured("rest", 0, 0, 0),
                Runs.phase("fast", 90, null));
        Result one = Runs.result(ExitCode.UNFINISHED, List.of(), Runs.phase("slow", 20, null));
        runs.show("a", two).show("b", one);

        ComparisonResult result = compare(new Rounds(1, 0, false), List.of("A=a:1", "B=b:2"), "p2p");

        assertThat(result.sections()).extracting(Section::title).containsExactly("p2p, slow", "p2p, fast");
        assertThat(result.sections()
                        .get(0)
                        .rows()
                        .get(1)
                        .summary(Figure.RECEIVED)
                        .ratio())
                .isEqualTo(2);
        assertThat(result.sections()
                        .get(1)
                        .rows()
                        .get(0)
                        .summary(Figure.RECEIVED)
                        .median())
                .isEqualTo(9);
        assertThat(result.sections()
                        .get(1)
                        .rows()
                        .get(1)
                        .summary(Figure.RECEIVED)
                        .known())
                .isFalse();
    }

    @Test
    void whenTheUserEndsARunNothingMoreIsDone() {
        Result interrupted = Runs.result(ExitCode.INTERRUPTED, List.of("Ended."), Runs.phase("load", 50, null));
        runs.show("a", Runs.received(1)).show("b", Runs.received(2), interrupted);

        ComparisonResult result = compare(new Rounds(3, 0, false), List.of("A=a:1", "B=b:2"), "p2p", "fan");

        assertThat(runs.log).containsExactly("p2p a:1", "p2p b:2", "p2p a:1", "p2p b:2");
        assertThat(result.complete()).isFalse();
        assertThat(result.exit()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(row(result, 0).rounds()).hasSize(2);
        assertThat(row(result, 1).rounds()).hasSize(1);
    }

    @Test
    void localBrokersOfAScenarioAreStartedOnce() {
        runs.show("a", Runs.received(1));

        compare(this::pretend, new Rounds(2, 1, false), List.of("A=x {port}", "B=y {port}"), "p2p", "fan");

        assertThat(seen.stream().filter(line -> line.startsWith("start")))
                .containsExactly("start A", "start B", "start A", "start B");
    }

    @Test
    void freshBrokersAreStartedAndWarmedUpForEachRound() {
        runs.show("a", Runs.received(1));

        compare(this::pretend, new Rounds(2, 1, true), List.of("A=x {port}", "B=y {port}"), "p2p");

        assertThat(seen)
                .containsExactly(
                        "start A",
                        "warm-up 1/1 p2p A",
                        "round 1/2 p2p A", //
                        "start B",
                        "warm-up 1/1 p2p B",
                        "round 1/2 p2p B", //
                        "start A",
                        "warm-up 1/1 p2p A",
                        "round 2/2 p2p A", //
                        "start B",
                        "warm-up 1/1 p2p B",
                        "round 2/2 p2p B");
    }

    private Presence.There pretend(Contender contender) {
        return new Presence.There(contender, "a", 1, 42L, null);
    }

    @Test
    void aBrokerThatDoesNotStartAtFirstIsAnErrorAndLaterIsLeftOut() {
        runs.show("a", Runs.received(1));
        List<String> starts = new ArrayList<>();
        Presence.Opening opening = contender -> {
            starts.add(contender.name());
            if (contender.name().equals("B") && starts.size() > 2) {
                throw CompareFailed.unreachable("B does not start.");
            }
            return pretend(contender);
        };

        ComparisonResult result =
                compare(opening, new Rounds(2, 1, false), List.of("A=x {port}", "B=y {port}"), "p2p", "fan");

        Row row = result.sections().get(1).rows().get(1);
        assertThat(row.verdict()).isEqualTo("2 of 2 unreachable");
        assertThat(row.notes()).containsExactly("B, rounds 1, 2: B does not start.");
        assertThat(seen).endsWith("round 1/2 fan A", "left out B", "round 2/2 fan A", "left out B");

        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> compare(opening, new Rounds(1, 0, false), List.of("A=x {port}", "B=y {port}"), "p2p"))
                .withMessage("B does not start.");
    }

    @Test
    void aBrokerThatCannotBeStartedIsAnErrorWithItsWords() {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() ->
                        compare(Rounds.USUAL, List.of("A=a:1", "B=sh -c 'echo out of luck; exit 3' {port}"), "p2p"))
                .withMessageContaining("exit code 3. Its last words:\n  out of luck");
        assertThat(runs.log).isEmpty();
    }

    @Test
    void whatCannotBeComparedIsExplained() {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> compare(Rounds.USUAL, List.of("A=a:1")))
                .withMessage("There is nothing to compare brokers by. Give one scenario or more.");
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> new Rounds(0, 1, false))
                .withMessage("There must be a round or more, but it is to be 0.");
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> new Rounds(1, -1, false))
                .withMessage("There can be no less than 0 rounds of warm-up, but it is to be -1.");
    }

    @Test
    void theMachineIsKnown() {
        assertThat(Machine.here().text()).matches("\\d+ cores?, [\\d.]+ GiB, .+, .+");
    }

    private static Row row(ComparisonResult result, int index) {
        return result.sections().get(0).rows().get(index);
    }
}
