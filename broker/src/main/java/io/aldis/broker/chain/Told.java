package io.aldis.broker.chain;

import io.aldis.broker.hook.HookUse;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One registered listening hook.
 *
 * @param <E> what it hears of
 */
final class Told<E> {

    private final HookSet set;
    private final HookFigures figures;
    private final Consumer<E> hook;
    private volatile boolean offLoop;

    Told(HookSet set, HookFigures figures, Consumer<E> hook, boolean blocking) {
        this.set = set;
        this.figures = figures;
        this.hook = hook;
        offLoop = blocking;
    }

    HookUse use() {
        return figures.use(offLoop);
    }

    /** Tells it, here or on a thread of {@code blocking} in its turn. */
    void tell(E event, Executor blocking, LongSupplier nanoTime, long loopLimitNanos) {
        if (!offLoop) {
            long took = call(event, nanoTime);
            if (took > loopLimitNanos) {
                offLoop = true;
                figures.slow(took, true, nanoTime);
            }
            return;
        }
        set.enter();
        try {
            blocking.execute(() -> {
                try {
                    call(event, nanoTime);
                } finally {
                    set.leave();
                }
            });
        } catch (RuntimeException full) {
            set.leave();
            figures.lost(nanoTime);
        }
    }

    private long call(E event, LongSupplier nanoTime) {
        long began = nanoTime.getAsLong();
        try {
            hook.accept(event);
        } catch (Throwable failure) { // Whatever it is, it concerns nobody else.
            figures.failed("failed", failure, nanoTime);
        }
        long took = nanoTime.getAsLong() - began;
        figures.took(took);
        return took;
    }
}
