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

    private final String owner;
    private final String hook;
    private final String type;
    /** Of hooks that are called for each message, one call in so many is timed, as long as they are quick. */
    private static final int SAMPLE = 8;

    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private final boolean perMessage;

    /** Counts calls, but for those that two threads count at the same time. */
    private int tick;

    private boolean slower;
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
        this.perMessage = perMessage;
        this.owner = owner;
        this.hook = hook;
        this.type = type;
    }

    /** Whether the next call is to be timed. */
    boolean times() {
        return !perMessage || slower || tick++ % SAMPLE == 0;
    }

    /** A call that was not timed. */
    void called() {
        calls.increment();
    }

    /** A call that was timed, as all are that are not quick. */
    void took(long time) {
        calls.increment();
        nanos.add(time);
        longest.accumulate(time);
        slower = time > QUICK_NANOS;
    }

    /** A call that was timed; if it was quick, it stands for those that were not. */
    void tookOfSome(long time) {
        took(time);
        if (perMessage && !slower) {
            nanos.add(time * (SAMPLE - 1));
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
