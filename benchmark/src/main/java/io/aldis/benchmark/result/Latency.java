package io.aldis.benchmark.result;

import java.util.List;

/**
 * How long something took, in milliseconds. Without values all figures are 0.
 *
 * @param count how many values
 * @param curve the percentiles at growing levels, for a chart; ends with the maximum
 */
public record Latency(
        long count,
        double min,
        double mean,
        double p50,
        double p90,
        double p99,
        double p999,
        double max,
        List<Point> curve) {

    /** No values. */
    public static final Latency NONE = new Latency(0, 0, 0, 0, 0, 0, 0, 0, List.of());

    /**
     * A point of the curve.
     *
     * @param percentile 0 to 100
     * @param millis what so many percent of the values do not exceed
     */
    public record Point(double percentile, double millis) {}

    public Latency {
        curve = List.copyOf(curve);
    }
}
