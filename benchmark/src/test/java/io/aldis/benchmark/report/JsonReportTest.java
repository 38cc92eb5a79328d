package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {

    private final JsonMapper json = new JsonMapper();

    @Test
    void whatIsWrittenCanBeReadBack() {
        assertThat(json.readValue(JsonReport.of(ExampleResult.minute()), Result.class))
                .isEqualTo(ExampleResult.minute());
        assertThat(json.readValue(JsonReport.of(ExampleResult.bad()), Result.class))
                .isEqualTo(ExampleResult.bad());
    }

    @Test
    void namesAndTheirOrderAreThoseOfTheRecords() {
        JsonNode tree = json.readTree(JsonReport.of(ExampleResult.bad()));
        assertThat(tree.propertyNames())
                .containsExactly(
                        "scenario",
                        "command",
                        "broker",
                        "mqtt",
                        "setting",
                        "began",
                        "environment",
                        "phases",
                        "samples",
                        "totals",
                        "verdict");
        assertThat(tree.at("/began").asString()).isEqualTo("2026-03-14T15:09:26Z");
        assertThat(tree.at("/verdict/exit").asString()).isEqualTo("GUARANTEE");
        assertThat(tree.at("/phases/0/delivery/p999").asDouble()).isEqualTo(125);
    }

    @Test
    void eachPhaseAndSampleHasWhatCanBeDerived() {
        JsonNode tree = json.readTree(JsonReport.of(ExampleResult.bad()));
        JsonNode derived = tree.at("/phases/0/derived");
        assertThat(derived.at("/sentPerSecond").asDouble()).isEqualTo(1200);
        assertThat(derived.at("/receivedPerSecond").asDouble()).isEqualTo(1195);
        assertThat(derived.at("/toolMicrosPerMessage").asDouble()).isEqualTo(100);
        assertThat(derived.at("/brokerMicrosPerMessage").isNull()).isTrue();
        assertThat(tree.at("/samples/0/derived/sentPerSecond").asDouble()).isEqualTo(12_000);
    }

    @Test
    void whatIsNoNumberIsNull() {
        String text = JsonReport.of(ExampleResult.nothing(new Usage(0, 0, 0, 0)));
        assertThat(text).doesNotContain("NaN", "Infinity");
        assertThat(json.readTree(text).at("/samples/0/p50").isNull()).isTrue();
        assertThat(json.readTree(text)
                        .at("/phases/0/derived/brokerMicrosPerMessage")
                        .isNull())
                .isTrue();
    }
}
