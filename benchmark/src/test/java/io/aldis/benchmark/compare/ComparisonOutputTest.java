package io.aldis.benchmark.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Result;
import java.io.StringReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One comparison, in all its forms. */
class ComparisonOutputTest {

    private static final ComparisonResult RESULT = result();

    private static ComparisonResult result() {
        Result lost =
                Runs.result(ExitCode.GUARANTEE, List.of("5 <messages> were lost."), Runs.phase("load", 456_780, null));
        Runs runs = new Runs()
                .show("m", Runs.received(122_698), Runs.received(120_000), Runs.received(125_000))
                .show("a", Runs.received(5_695_410), Runs.received(5_600_000), lost);
        return new Comparison(
                        runs,
                        ComparisonObserver.NONE,
                        Presence::of,
                        InstantSource.fixed(Instant.parse("2026-11-27T12:00:00Z")),
                        new Machine(2, 24L << 30, "Linux 6.1 amd64", "OpenJDK 17.0.15"))
                .run(
                        Contender.parse(List.of("mosquitto=m:1883", "aldis=a:1884")),
                        List.of(Runs.plan("p2p")),
                        new Rounds(3, 0, false),
                        "bench compare --scenario 'a|b`<c>&'");
    }

    @Test
    void aTerminalGetsAlignedColumns() {
        assertThat(ComparisonText.of(RESULT)).isEqualTo("""
                        mosquitto: m:1883
                        aldis: a:1884
                        2 cores, 24.0 GiB, Linux 6.1 amd64, OpenJDK 17.0.15
                        3 rounds in turns, without warm-up. Medians of the rounds; spread is from the smallest to the largest, as a part of the median.

                        p2p, load
                          100 publishers <fast> | QoS 1
                                                             mosquitto  spread         aldis (!)    spread  ÷ mosquitto
                        verdict                                     ok          1 of 3 guarantee
                        received/s                             122,698     4 %         5,600,000     101 %          46×
                        sent/s                                 122,698     4 %         5,600,000     101 %          46×
                        deliveries lost                              0     0 %                 0       0 %            –
                        broker CPU µs per message in or out      2.038     4 %             0.044       2 %       0.022×
                        broker CPU µs per delivery               4.075     4 %             0.089       2 %       0.022×
                        broker cores                              0.50     0 %              0.50       0 %        1.00×
                        broker peak MiB                             64     0 %                64       0 %        1.00×
                        delivery latency p50 ms                   1.00     0 %              1.00       0 %        1.00×
                        delivery latency p99 ms                   4.00     0 %              4.00       0 %        1.00×
                        delivery latency p99.9 ms                 8.25     0 %              8.25       0 %        1.00×
                        tool CPU µs per message                  0.408     4 %             0.009  12,161 %       0.022×
                        (!) aldis, round 3: 5 <messages> were lost.
                        """);
    }

    @Test
    void markdownHasDateMachineAndCommand() {
        assertThat(ComparisonText.markdown(RESULT)).isEqualTo("""
                        ## 2026-11-27

                        2 cores, 24.0 GiB, Linux 6.1 amd64, OpenJDK 17.0.15. 3 rounds in turns, without warm-up. Medians of the rounds; spread is from the smallest to the largest, as a part of the median.

                        ``bench compare --scenario 'a|b`<c>&'``

                        - mosquitto: `m:1883`
                        - aldis: `a:1884`

                        ### p2p, load

                        100 publishers \\<fast\\> \\| QoS 1

                        | | mosquitto | spread | aldis (!) | spread | ÷ mosquitto |
                        | --- | ---: | ---: | ---: | ---: | ---: |
                        | verdict | ok | | 1 of 3 guarantee | | |
                        | received/s | 122,698 | 4 % | 5,600,000 | 101 % | 46× |
                        | sent/s | 122,698 | 4 % | 5,600,000 | 101 % | 46× |
                        | deliveries lost | 0 | 0 % | 0 | 0 % | – |
                        | broker CPU µs per message in or out | 2.038 | 4 % | 0.044 | 2 % | 0.022× |
                        | broker CPU µs per delivery | 4.075 | 4 % | 0.089 | 2 % | 0.022× |
                        | broker cores | 0.50 | 0 % | 0.50 | 0 % | 1.00× |
                        | broker peak MiB | 64 | 0 % | 64 | 0 % | 1.00× |
                        | delivery latency p50 ms | 1.00 | 0 % | 1.00 | 0 % | 1.00× |
                        | delivery latency p99 ms | 4.00 | 0 % | 4.00 | 0 % | 1.00× |
                        | delivery latency p99.9 ms | 8.25 | 0 % | 8.25 | 0 % | 1.00× |
                        | tool CPU µs per message | 0.408 | 4 % | 0.009 | 12,161 % | 0.022× |

                        - (!) aldis, round 3: 5 \\<messages\\> were lost.
                        """);
    }

    @Test
    void jsonHasAllRounds() {
        JsonNode json = JsonMapper.shared().readTree(ComparisonJson.of(RESULT));

        assertThat(json.at("/began").asString()).isEqualTo("2026-11-27T12:00:00Z");
        assertThat(json.at("/machine/memoryBytes").asLong()).isEqualTo(24L << 30);
        assertThat(json.at("/rounds/measured").asInt()).isEqualTo(3);
        assertThat(json.at("/baseline").asString()).isEqualTo("mosquitto");
        assertThat(json.at("/contenders/1/given").asString()).isEqualTo("a:1884");
        JsonNode row = json.at("/sections/0/rows/1");
        assertThat(row.at("/figures/receivedPerSecond/median").asDouble()).isEqualTo(5_600_000);
        assertThat(row.at("/figures/receivedPerSecond/min").asDouble()).isEqualTo(45_678);
        assertThat(row.at("/figures/connectP99Millis/median").isNull()).isTrue();
        assertThat(row.at("/rounds/2/exit").asString()).isEqualTo("GUARANTEE");
        assertThat(row.at("/rounds/2/findings/0").asString()).isEqualTo("5 <messages> were lost.");
        assertThat(row.at("/rounds/2/figures/brokerCores").isNull()).isTrue();
        assertThat(row.at("/rounds/0/figures/brokerCores").asDouble()).isEqualTo(0.5);
        assertThat(json.toString()).doesNotContain("NaN");
    }

    @Test
    void aBrowserGetsBarsWithWhiskers() throws Exception {
        String page = ComparisonHtml.of(RESULT);
        // It is written so that it is XML as well, apart from its head.
        Document content = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(ComparisonHtml.content(RESULT))));

        int figures = RESULT.sections().get(0).figures().size();
        assertThat(content.getElementsByTagName("svg").getLength()).isEqualTo(figures);
        assertThat(content.getElementsByTagName("rect").getLength()).isEqualTo(2 * figures);
        assertThat(content.getElementsByTagName("path").getLength()).isEqualTo(2 * figures);
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("<title>Comparison of mosquitto, aldis</title>")
                .contains("prefers-color-scheme: dark")
                .contains("aldis: 5,600,000, from 45,678 to 5,695,410, 46×")
                .contains("aldis, round 3: 5 &lt;messages&gt; were lost.")
                .contains("--scenario &#39;a|b`&lt;c&gt;&amp;&#39;")
                .doesNotContain("<messages>", "NaN", "://", "<script", "@import", "url(");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RECEIVED, 12.34, 12.3",
        "RECEIVED, 12345.6, '12,346'",
        "RECEIVED, 0, 0",
        "LOST, 1234, '1,234'",
        "LOST, 0.5, 0.5",
        "BROKER_CORES, 1.514, 1.51",
        "BROKER_PEAK, 1572864, 1.5",
        "BROKER_PEAK, 104857600, 100",
        "BROKER_MICROS_PER_MESSAGE, 0.1321, 0.132",
        "BROKER_MICROS_PER_MESSAGE, 123.45, 123.5",
        "DELIVERY_P50, 0.1234, 0.123",
        "DELIVERY_P50, 1.234, 1.23",
        "DELIVERY_P50, 2499.84, '2,499.8'",
        "DELIVERY_P50, NaN, –",
    })
    void figuresAreWrittenForPeople(Figure figure, double value, String text) {
        assertThat(figure.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"46.4, 46×", "1, 1.00×", "0.123, 0.12×", "0.0123, 0.012×", "0, 0×", "1234, '1,234×'", "NaN, –"})
    void ratiosAreWrittenForPeople(double ratio, String text) {
        assertThat(Figure.timesText(ratio)).isEqualTo(text);
    }
}
