package io.aldis.broker.chain;

import io.aldis.broker.hook.HookUse;
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
     */
    HookFigures(String owner, String hook, String type) {
        this.owner = owner;
        this.hook = hook;
        this.type = type;
    }

    void took(long time) {
        calls.increment();
        nanos.add(time);
        longest.accumulate(time);
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
                    "The hook {} held up a loop, with all its clients, for {} ms; from now on it is called on threads of its own. "
                            + "Register it with blocking(), or let it answer asynchronously",
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
