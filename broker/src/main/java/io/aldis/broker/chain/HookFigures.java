package io.aldis.broker.chain;

import io.aldis.broker.admin.HookUse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is counted of one registered hook, and where it is complained about. Safe for use by every thread. */
final class HookFigures {

    private static final Logger log = LoggerFactory.getLogger(Hooks.class);

    /** Of the same hook's failures is spoken so often. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Of hooks that are called for each message, one call in so many is timed, as long as they are quick. */
    private static final int SAMPLE = 8;

    /** The same when a thread has called them so often: reading the clock twice takes longer than many a hook. */
    private static final int LATER_SAMPLE = 64;

    private static final int LATER = 1024;

    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    /** How many threads count apart, and how far apart so that they do not share a line of the processor's cache. */
    private static final int LANES = 32;

    private static final int LANE_SHIFT = 5;

    private final String owner;
    private final String hook;
    private final String type;

    /** Calls in each lane, but for those that two threads of a lane count at the same time; null if each call is timed. */
    private final int @Nullable [] ticks;

    private volatile boolean slower;
    private final LongAdder calls = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final LongAdder failures = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final AtomicLong speaksNext = new AtomicLong(Long.MIN_VALUE);

    /**
     * Nothing counted yet.
     *
     * @param owner the plugin that registered it, or {@link Hooks#EMBEDDER}
     * @param hook its name, such as OnConnect
     * @param type the class that implements it
     * @param perMessage whether it is called for each message
     */
    HookFigures(String owner, String hook, String type, boolean perMessage) {
        ticks = perMessage ? new int[LANES << LANE_SHIFT] : null;
        this.owner = owner;
        this.hook = hook;
        this.type = type;
    }

    /** For how many calls the time of the next one is to stand; 0 if it is not to be timed. */
    int weightOfNext() {
        if (ticks == null || slower) {
            return 1;
        }
        int lane = ((int) Thread.currentThread().getId() & (LANES - 1)) << LANE_SHIFT;
        int tick = ticks[lane]++;
        int sample = tick >= LATER ? LATER_SAMPLE : SAMPLE;
        return tick % sample == 0 ? sample : 0;
    }

    /** A call that was not timed. */
    void called() {
        calls.increment();
    }

    /**
     * A call that was timed.
     *
     * @param weight of {@link #weightOfNext}; if the call was not quick, it stands for itself alone, as the next ones will
     */
    void took(long time, int weight) {
        boolean slow = ticks != null && time > QUICK_NANOS;
        calls.increment();
        nanos.add(slow ? time : time * weight);
        longest.accumulate(time);
        if (slow != slower) { // Seldom: all loops read it, and a write would take it from their caches.
            slower = slow;
        }
    }

    /** It failed: counted, and told now and then. */
    void failed(String how, @Nullable Throwable failure, LongSupplier nanoTime) {
        failures.increment();
        if (speaks(nanoTime.getAsLong())) {
            log.error("The hook {} {}; its failures are told every ten seconds at most", this, how, failure);
        }
    }

    /** It was not told of something, for it had been too slow for too long. */
    void lost(LongSupplier nanoTime) {
        lost.increment();
        if (speaks(nanoTime.getAsLong())) {
            log.error("The hook {} is too slow: it is not told of everything any more", this);
        }
    }

    /**
     * It held up a loop.
     *
     * @param moved whether it leaves the loop for that
     */
    void slow(long time, boolean moved, LongSupplier nanoTime) {
        long millis = TimeUnit.NANOSECONDS.toMillis(time);
        if (moved) {
            log.warn(
                    "The hook {} held up a loop, with all its clients, for {} ms, and is called on threads of its own until it has "
                            + "proved to be quick. If it waits for something, register it with blocking(), or let it answer "
                            + "asynchronously",
                    this,
                    millis);
        } else if (speaks(nanoTime.getAsLong())) {
            log.warn(
                    "The hook {} held up a loop, with all its clients, for {} ms, and cannot leave it; "
                            + "that is told every ten seconds at most",
                    this,
                    millis);
        }
    }

    /** It has proved to be quick. */
    void quick() {
        log.info("The hook {} has been quick for long, and is called on the loops again", this);
    }

    private boolean speaks(long now) {
        long due = speaksNext.get();
        return (due == Long.MIN_VALUE || now - due >= 0) && speaksNext.compareAndSet(due, now + SILENCE_NANOS);
    }

    HookUse use(boolean offLoop) {
        return new HookUse(
                owner, hook, type, offLoop, calls.sum(), failures.sum(), lost.sum(), nanos.sum(), longest.get());
    }

    @Override
    public String toString() {
        return hook + " of " + owner + " (" + type + ")";
    }
}
