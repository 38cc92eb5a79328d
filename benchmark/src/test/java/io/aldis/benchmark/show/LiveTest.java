package io.aldis.benchmark.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.engine.Observer.Progress;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Sample;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveTest {

    private static final Counts SECOND =
            new Counts(0, 0, 0, 98_412, 98_400, 0, 98_412, 98_410, 98_410, 0, 0, 0, 0, 0, 0, 0, 0);

    private final StringWriter shown = new StringWriter();

    @Test
    void onATerminalThereIsAPanel() {
        try (Live live = live(true, 80)) {
            live.phase("measure", true);
            live.sample(sample(27, SECOND, 1.6, 412L << 20), new Progress(SECOND, 27, 33, 0.45));
            assertThat(lines())
                    .containsExactly(
                            "measure (measured)",
                            " ".repeat(40) + "  45 %  0:27, 0:33 left",
                            "in 98,412/s  out 98,410/s  acknowledged 98,400/s",
                            "delivery  p50 0.412 ms  p99 2.100 ms  max 12.30 ms",
                            "400 connections  no errors",
                            "broker 1.60 cores, 412.0 MiB  tool 2.00 cores");
        }
    }

    @Test
    void theBarIsFilledAsFarAsTheRunIs() {
        try (Live live = live(true, 80)) {
            live.sample(sample(27, SECOND, null, null), new Progress(SECOND, 27, 81, 0.25));
            assertThat(shown.toString())
                    .contains("\033[46m" + " ".repeat(10) + "\033[100m" + " ".repeat(30) + "\033[0m");
        }
    }

    @Test
    void thePanelIsDrawnAgainInItsPlaceAndRemovedInTheEnd() {
        Live live = live(true, 80);
        live.sample(sample(1, SECOND, null, null), new Progress(SECOND, 1, -1, -1));
        assertThat(shown.toString()).doesNotContain("\033[6A");
        live.sample(sample(2, SECOND, null, null), new Progress(SECOND, 2, -1, -1));
        assertThat(shown.toString()).contains("\033[6A\r\033[2K");
        live.close();
        assertThat(shown.toString()).endsWith("\033[6A\r\033[J");
        int length = shown.toString().length();
        live.sample(sample(3, SECOND, null, null), new Progress(SECOND, 3, -1, -1));
        live.close();
        assertThat(shown.toString()).hasSize(length);
    }

    @Test
    void noLineIsLongerThanTheTerminalIsWide() {
        for (int columns : new int[] {20, 24, 30, 40, 52, 60}) {
            shown.getBuffer().setLength(0);
            try (Live live = live(true, columns)) {
                live.phase("a phase with quite a long name", true);
                live.sample(sample(27, SECOND, 1.6, 412L << 20), new Progress(SECOND, 27, 33, 0.45));
                assertThat(lines())
                        .hasSize(6)
                        .allSatisfy(line -> assertThat(line).hasSizeLessThan(columns));
            }
        }
    }

    @Test
    void errorsAreNamed() {
        Counts totals = new Counts(0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 2, 4, 5, 6, 7, 0, 0);
        try (Live live = live(true, 100)) {
            live.sample(sample(1, Counts.NONE, null, null), new Progress(totals, 1, -1, -1));
            assertThat(lines())
                    .contains("nothing delivered in this second")
                    .contains(
                            "400 connections  3 failed, 1 refused, 2 duplicates, 4 late, 5 corrupt, 6 misdirected, 7 foreign");
        }
    }

    @Test
    void elsewhereThereArePlainLines() {
        try (Live live = live(false, 80)) {
            live.phase("measure", true);
            live.sample(sample(1, SECOND, 1.6, 412L << 20), new Progress(SECOND, 1, 33, 0.45));
        }
        assertThat(shown.toString()).doesNotContain("\033");
        assertThat(shown.toString().lines())
                .containsExactly(
                        "-- measure (measured)",
                        "0:01  in 98,412/s  out 98,410/s  p50 0.412 ms  p99 2.100 ms  max 12.30 ms  connections 400");
    }

    @Test
    void plainLinesGetMoreSeldom() {
        try (Live live = live(false, 80)) {
            for (int second = 1; second <= 400; second++) {
                live.sample(sample(second, SECOND, null, null), new Progress(SECOND, second + 0.1, -1, -1));
            }
        }
        List<String> times = shown.toString()
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        assertThat(times)
                .startsWith("0:01", "0:02", "0:03")
                .containsSequence("0:09", "0:10", "0:15", "0:20", "0:25")
                .containsSequence("4:50", "4:55", "5:25", "5:55")
                .endsWith("6:25");
    }

    @Test
    void aPlainLineTellsOfAllSinceTheOneBefore() {
        Counts twice = SECOND.plus(SECOND);
        try (Live live = live(false, 80)) {
            live.sample(sample(20, SECOND, null, null), new Progress(SECOND, 20, -1, -1));
            live.sample(
                    new Sample(21, 1, "measure", twice, 400, 1, 2, 77, null, null, 2),
                    new Progress(SECOND, 21, -1, -1));
            live.sample(sample(25, SECOND, null, null), new Progress(SECOND, 25, -1, -1));
        }
        assertThat(shown.toString().lines().toList().get(1))
                .isEqualTo(
                        "0:25  in 147,618/s  out 147,615/s  p50 0.412 ms  p99 2.100 ms  max 77.00 ms  connections 400");
    }

    private Live live(boolean terminal, int columns) {
        return new Live(new PrintWriter(shown), terminal, columns);
    }

    private static Sample sample(int second, Counts counts, @Nullable Double cores, @Nullable Long bytes) {
        return new Sample(second, 1, "measure", counts, 400, 0.412, 2.1, 12.3, cores, bytes, 2);
    }

    /** What stands on the terminal after one drawing, without its looks. */
    private List<String> lines() {
        return shown.toString()
                .replaceAll("\033\\[[0-9]*[A-Za-z]|\r", "")
                .lines()
                .toList();
    }
}
