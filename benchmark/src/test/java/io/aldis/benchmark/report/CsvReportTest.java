package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvReportTest {

    @Test
    void thereIsAHeadingAndALineForEachSample() {
        List<String> lines = CsvReport.of(ExampleResult.minute()).lines().toList();
        assertThat(lines)
                .hasSize(61)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(21));
        assertThat(lines.get(0))
                .startsWith("time_s,phase,sent_per_s,received_per_s,acknowledged_per_s,connections,p50_ms");
        assertThat(lines.get(20))
                .matches("20\\.002,measure,\\d+\\.0,\\d+\\.0,\\d+\\.0,400,0\\.\\d{3},.*,0,0,0,0,0,0,0");
    }

    @Test
    void aNameWithCommasAndQuotesIsQuoted() {
        assertThat(CsvReport.of(ExampleResult.bad()).lines().toList().get(1))
                .isEqualTo("1.000,\"measure, \"\"first\"\"\",12000.0,11950.0,11990.0,19,1.250,12.500,1250.000,,,0.250,"
                        + "2400000,2500000,1,10,5,3,2,1,4");
    }

    @Test
    void whatIsNotKnownIsEmpty() {
        assertThat(CsvReport.of(ExampleResult.nothing()).lines().toList().get(1))
                .isEqualTo("0.000,measure,0.0,0.0,0.0,0,,,,,,,0,0,0,0,0,0,0,0,0");
    }
}
