package io.aldis.benchmark.engine;

import io.aldis.benchmark.result.Latency;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * How long things took for the clients of one event loop, phase by phase. Written on that loop only; {@link #interval} may be called by one
 * other thread.
 */
final class Timings {

    /** What is timed. */
    enum Kind {
        CONNECT,
        SUBSCRIBE,
        ACKNOWLEDGE,
        DELIVERY,
        RETAINED,
        DELAY
    }

    // A percentile is right to 1 %, and a histogram is small enough to stay in the processor's cache.
    private static final int DIGITS = 2;
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(30);

    /** One phase of the run, from its beginning to that of the next. */
    private record Phase(long start, Map<Kind, Histogram> histograms) {
        Histogram of(Kind kind) {
            return histograms.computeIfAbsent(kind, ignored -> empty());
        }
    }

    private final List<Phase> phases = new ArrayList<>();
    private Phase current = new Phase(Long.MIN_VALUE, new EnumMap<>(Kind.class));

    // Of the current phase, for those of every message.
    private Histogram delivery = current.of(Kind.DELIVERY);

    private final SingleWriterRecorder interval = new SingleWriterRecorder(LONGEST, DIGITS);

    static Histogram empty() {
        return new Histogram(LONGEST, DIGITS);
    }

    /** A phase begins. */
    void phase(long start) {
        current = new Phase(start, new EnumMap<>(Kind.class));
        delivery = current.of(Kind.DELIVERY);
        phases.add(current);
    }

    /** Something ended now that began at {@code start}; it belongs to the phase of its beginning. */
    void record(Kind kind, long start, long now, long times) {
        phaseOf(start).of(kind).recordValueWithCount(bounded(now - start), times);
    }

    /** So many messages with this time in their stamp have arrived now. */
    void delivered(long stamp, long now, long messages) {
        long nanos = bounded(now - stamp);
        Histogram histogram =
                stamp - current.start() >= 0 ? delivery : phaseOf(stamp).of(Kind.DELIVERY);
        histogram.recordValueWithCount(nanos, messages);
        interval.recordValueWithCount(nanos, messages);
    }

    private Phase phaseOf(long time) {
        for (int i = phases.size() - 1; i > 0; i--) {
            if (time - phases.get(i).start() >= 0) {
                return phases.get(i);
            }
        }
        return phases.isEmpty() ? current : phases.get(0);
    }

    /** Adds what a phase, numbered from 0, has to a sum. To be called on the loop. */
    void addTo(Histogram sum, int phase, Kind kind) {
        Histogram histogram = phases.get(phase).histograms().get(kind);
        if (histogram != null) {
            sum.add(histogram);
        }
    }

    /** Deliveries since the last call. */
    Histogram interval(@Nullable Histogram recycled) {
        return interval.getIntervalHistogram(recycled);
    }

    private static long bounded(long nanos) {
        return Math.max(0, Math.min(nanos, LONGEST));
    }

    /** The figures of a histogram of nanoseconds. */
    static Latency latency(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return Latency.NONE;
        }
        List<Latency.Point> curve = new ArrayList<>();
        histogram
                .percentiles(5)
                .forEach(value -> curve.add(
                        new Latency.Point(value.getPercentileLevelIteratedTo(), millis(value.getValueIteratedTo()))));
        return new Latency(
                histogram.getTotalCount(),
                millis(histogram.getMinValue()),
                histogram.getMean() / 1e6,
                millis(histogram.getValueAtPercentile(50)),
                millis(histogram.getValueAtPercentile(90)),
                millis(histogram.getValueAtPercentile(99)),
                millis(histogram.getValueAtPercentile(99.9)),
                millis(histogram.getMaxValue()),
                curve);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
