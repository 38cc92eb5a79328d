package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aldis.benchmark.engine.Timings.Kind;
import io.aldis.benchmark.result.Latency;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TimingsTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final Timings timings = new Timings();

    private Histogram of(int phase, Kind kind) {
        Histogram sum = Timings.empty();
        timings.addTo(sum, phase, kind);
        return sum;
    }

    @Test
    void aValueBelongsToThePhaseOfItsBeginning() {
        timings.phase(1000);
        timings.phase(2000);
        timings.record(Kind.ACKNOWLEDGE, 1999, 5000, 3);
        timings.record(Kind.ACKNOWLEDGE, 2000, 5000, 4);
        timings.delivered(1999, 5000, 5);
        timings.delivered(2000, 5000, 6);
        timings.phase(3000);
        timings.delivered(1000, 5000, 70);
        timings.delivered(2999, 5000, 80);
        timings.delivered(3000, 5000, 90);

        assertThat(of(0, Kind.ACKNOWLEDGE).getTotalCount()).isEqualTo(3);
        assertThat(of(1, Kind.ACKNOWLEDGE).getTotalCount()).isEqualTo(4);
        assertThat(of(2, Kind.ACKNOWLEDGE).getTotalCount()).isZero();
        assertThat(of(0, Kind.DELIVERY).getTotalCount()).isEqualTo(75);
        assertThat(of(1, Kind.DELIVERY).getTotalCount()).isEqualTo(86);
        assertThat(of(2, Kind.DELIVERY).getTotalCount()).isEqualTo(90);
        assertThat(of(0, Kind.CONNECT).getTotalCount()).isZero();
    }

    @Test
    void whatBeganBeforeTheFirstPhaseBelongsToIt() {
        timings.phase(1000);
        timings.record(Kind.CONNECT, 500, 1500, 1);

        assertThat(of(0, Kind.CONNECT).getTotalCount()).isEqualTo(1);
    }

    @Test
    void timesMayBeNegativeNumbers() {
        long start = Long.MAX_VALUE - 100;
        timings.phase(start);
        timings.phase(start + 200);
        timings.delivered(start + 199, start + 300, 1);
        timings.delivered(start + 200, start + 300, 2);

        assertThat(of(0, Kind.DELIVERY).getTotalCount()).isEqualTo(1);
        assertThat(of(1, Kind.DELIVERY).getTotalCount()).isEqualTo(2);
    }

    @Test
    void whatLastsLessThanNothingLastsNothingAndWhatLastsTooLongLastsTheLongest() {
        timings.phase(0);
        timings.delivered(10, 5, 1);
        timings.delivered(0, Long.MAX_VALUE, 1);

        Histogram delivery = of(0, Kind.DELIVERY);
        assertThat(delivery.getTotalCount()).isEqualTo(2);
        assertThat(delivery.getMinValue()).isZero();
        assertThat(delivery.getMaxValue() / 1e9).isCloseTo(1800, within(18.0));
    }

    @Test
    void anIntervalHasTheDeliveriesSinceTheLast() {
        timings.phase(0);
        timings.delivered(0, 7 * MILLISECOND, 5);
        timings.record(Kind.ACKNOWLEDGE, 0, 9 * MILLISECOND, 5);
        Histogram first = timings.interval(null);
        assertThat(first.getTotalCount()).isEqualTo(5);
        assertThat(first.getMaxValue() / 1e6).isCloseTo(7, within(0.07));

        timings.delivered(0, MILLISECOND, 2);
        timings.phase(10);
        timings.delivered(20, MILLISECOND, 1);
        Histogram second = timings.interval(first);
        assertThat(second.getTotalCount()).isEqualTo(3);
        assertThat(timings.interval(second).getTotalCount()).isZero();
    }

    @Test
    void figuresAreRightToOneHundredth() {
        Histogram histogram = Timings.empty();
        for (int millis = 1; millis <= 1000; millis++) {
            histogram.recordValue(millis * MILLISECOND);
        }
        Latency latency = Timings.latency(histogram);

        assertThat(latency.count()).isEqualTo(1000);
        assertThat(latency.min()).isCloseTo(1, within(0.01));
        assertThat(latency.mean()).isCloseTo(500.5, within(5.0));
        assertThat(latency.p50()).isCloseTo(500, within(5.0));
        assertThat(latency.p90()).isCloseTo(900, within(9.0));
        assertThat(latency.p99()).isCloseTo(990, within(10.0));
        assertThat(latency.p999()).isCloseTo(999, within(10.0));
        assertThat(latency.max()).isCloseTo(1000, within(10.0));
        assertThat(latency.curve()).isNotEmpty();
    }

    @Test
    void ofNothingThereAreNoFigures() {
        assertThat(Timings.latency(Timings.empty())).isEqualTo(Latency.NONE);
    }
}
