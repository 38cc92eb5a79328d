package io.aldis.microbench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What the clients of one event loop have counted. Written on that loop only, once per batch; the counts may be read
 * from anywhere, the histograms when the loop has nothing more to do.
 */
final class Tally {
    // Two digits keep a histogram small enough to stay in the cache; a percentile is right to 1 %.
    private static final int DIGITS = 2;
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong late = new AtomicLong();

    private final Histogram latency = emptyHistogram();
    private final Histogram delay = emptyHistogram();

    static Histogram emptyHistogram() {
        return new Histogram(LONGEST, DIGITS);
    }

    void sent(long messages) {
        add(sent, messages);
    }

    void acknowledged(long messages) {
        add(acknowledged, messages);
    }

    void refused() {
        add(refused, 1);
    }

    void received(long messages) {
        add(received, messages);
    }

    void duplicate() {
        add(duplicates, 1);
    }

    void late() {
        add(late, 1);
    }

    /** So many messages of the measured window arrived this long, in nanoseconds, after the time in their stamp. */
    void latency(long nanos, long messages) {
        latency.recordValueWithCount(bounded(nanos), messages);
    }

    /** At a given rate: a message left this long after the time it should have. */
    void delay(long nanos) {
        delay.recordValue(bounded(nanos));
    }

    Counts counts() {
        return new Counts(sent.get(), acknowledged.get(), refused.get(), received.get(), duplicates.get(), late.get());
    }

    void addLatencyTo(Histogram sum) {
        sum.add(latency);
    }

    void addDelayTo(Histogram sum) {
        sum.add(delay);
    }

    private static void add(AtomicLong counter, long messages) {
        counter.lazySet(counter.getPlain() + messages);
    }

    private static long bounded(long nanos) {
        return Math.max(0, Math.min(nanos, LONGEST));
    }
}
