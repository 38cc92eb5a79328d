package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void thousandsAreSeparated() {
        assertThat(Figure.count(5_904_720)).isEqualTo("5,904,720");
        assertThat(Figure.rate(98_412.4)).isEqualTo("98,412");
    }

    @Test
    void smallFiguresHaveMoreDigits() {
        assertThat(Figure.rate(12.54)).isEqualTo("12.5");
        assertThat(Figure.precise(0.4123)).isEqualTo("0.412");
        assertThat(Figure.precise(12.412)).isEqualTo("12.41");
        assertThat(Figure.precise(999.96)).isEqualTo("1,000.0");
        assertThat(Figure.precise(1204.4)).isEqualTo("1,204");
        assertThat(Figure.precise(0)).isEqualTo("0");
    }

    @Test
    void bytesHaveAUnit() {
        assertThat(Figure.bytes(1023)).isEqualTo("1,023 B");
        assertThat(Figure.bytes(412L << 20)).isEqualTo("412.0 MiB");
    }

    @Test
    void secondsLookAsOnAClock() {
        assertThat(Figure.clock(64.6)).isEqualTo("1:05");
        assertThat(Figure.clock(3600)).isEqualTo("1:00:00");
    }

    @Test
    void whatIsNoNumberIsUnknown() {
        assertThat(Figure.rate(Double.NaN)).isEqualTo("-");
        assertThat(Figure.precise(Double.POSITIVE_INFINITY)).isEqualTo("-");
        assertThat(Figure.bytes(Double.NaN)).isEqualTo("-");
        assertThat(Figure.clock(Double.NaN)).isEqualTo("-");
    }
}
