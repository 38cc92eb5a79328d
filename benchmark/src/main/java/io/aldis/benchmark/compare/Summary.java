package io.aldis.benchmark.compare;

import java.util.List;

/**
 * One figure of one broker in all its rounds. What is not known is NaN.
 *
 * @param median of those rounds in which it is known
 * @param min the same
 * @param max the same
 * @param spread from smallest to largest, as a part of the median
 * @param ratio the median divided by that of the first broker
 */
public record Summary(double median, double min, double max, double spread, double ratio) {

    private static final Summary UNKNOWN = new Summary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /** Of values of which some may be NaN; the ratio is NaN still. */
    static Summary of(List<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return UNKNOWN;
        }
        double min = sorted[0];
        double max = sorted[sorted.length - 1];
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Summary(median, min, max, max == min ? 0 : quotient(max - min, median), Double.NaN);
    }

    Summary beside(Summary baseline) {
        return new Summary(median, min, max, spread, quotient(median, baseline.median));
    }

    private static double quotient(double dividend, double divisor) {
        return divisor > 0 ? dividend / divisor : Double.NaN;
    }

    /** Whether there is any value. */
    public boolean known() {
        return Double.isFinite(median);
    }
}
