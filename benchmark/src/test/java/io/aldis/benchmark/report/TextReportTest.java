package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.result.Usage;
import org.junit.jupiter.api.Test;

class TextReportTest {

    @Test
    void aRunIsToldFromItsSettingToItsVerdict() {
        assertThat(TextReport.of(ExampleResult.bad()).replace('\u2028', ' ')).isEqualTo("""
                        fan-out against mqtt://broker:1883, MQTT 3.1.1
                          10 publishers, 10 subscribers
                          QoS 1, 64 bytes

                        Throughput  seconds   in/s  out/s  out MB/s    sent   acked  received  connected
                        measure        10.0  1,200  1,195      0.25  12,000  11,990    11,950         20

                        Latency, ms   count    min   mean    p50    p90    p99  p99.9    max
                        delivery     11,950  0.200  1.500  1.250  3.500  12.50  125.0  1,250

                        CPU and memory  CPU s  cores  µs/message     memory       peak
                        this tool        2.40   0.24       100.0  100.0 MiB  100.0 MiB

                        Totals
                          sent 12,000   acknowledged 11,990   refused 10   expected 12,000   received 11,950
                          duplicates 5   late 3   corrupt 2   misdirected 1   foreign 4
                          connections made 20   failed 1

                        Verdict: The broker broke its promises. (exit code 5)
                          Wrong: 60 messages of QoS 1 were lost.
                          Wrong: </script><!-- tags & "quotes"   do no harm.
                          Note: 5 messages of QoS 1 came twice, which is allowed.
                        """);
    }

    @Test
    void onlyMeasuredPhasesAreInTheTables() {
        assertThat(TextReport.of(ExampleResult.minute()))
                .contains("\nmeasure ")
                .doesNotContain("warm up", "drain")
                .contains("\nbroker ", "402.0 MiB", "437.0 MiB")
                .contains("Each connection took 30,412 bytes of the broker's memory (phase connect).")
                .contains("Verdict: The broker kept its promises.\n");
    }

    @Test
    void aRunWithoutMessagesHasNoFigureThatIsNoNumber() {
        assertThat(TextReport.of(ExampleResult.nothing(new Usage(0, 0, 0, 0))))
                .doesNotContain("NaN", "Infinity", "Latency, ms")
                .containsPattern("(?m)^measure +0\\.0 +0 +0 +0\\.00 +0 +0 +0 +0$")
                .containsPattern("(?m)^broker +0\\.00 +- +- +0 B +0 B$")
                .contains("Verdict: The broker could not be reached");
    }

    @Test
    void wordsOfTheBrokerDoNotCommandTheTerminal() {
        assertThat(TextReport.of(ExampleResult.refused("Not \033[2Jyou\u009b!")))
                .contains("Wrong: Not ?[2Jyou?!\n")
                .doesNotContain("\033", "\u009b");
    }
}
