package io.aldis.broker.chain;

import io.aldis.broker.admin.HookUse;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Place place;

    /** Events it is still to hear of on other threads. */
    private final AtomicInteger waiting = new AtomicInteger();

    Told(HookSet set, HookFigures figures, Consumer<E> hook, boolean blocking) {
        this.set = set;
        this.figures = figures;
        this.hook = hook;
        place = new Place(figures, blocking, true);
    }

    HookUse use() {
        return figures.use(place.offLoop());
    }

    /** Tells it, here or on another thread in the turn of the client it is {@code about}. */
    void tell(E event, String about, HookThreads threads) {
        LongSupplier nanoTime = threads.nanoTime();
        if (place.hasProved() && waiting.get() == 0) {
            place.comeBack(); // And does not overtake itself.
        }
        if (place.offLoop()) {
            tellOffLoop(event, about, threads);
            return;
        }
        int weight = figures.weightOfNext();
        if (weight > 0) {
            long began = nanoTime.getAsLong();
            call(event, nanoTime);
            long took = nanoTime.getAsLong() - began;
            figures.took(took, weight);
            place.tookOnLoop(took, threads.loopLimitNanos(), nanoTime);
        } else {
            call(event, nanoTime);
            figures.called();
        }
    }

    private void tellOffLoop(E event, String about, HookThreads threads) {
        LongSupplier nanoTime = threads.nanoTime();
        set.enter();
        waiting.incrementAndGet();
        try {
            threads.inTurn(about, () -> {
                try {
                    long began = nanoTime.getAsLong();
                    call(event, nanoTime);
                    long took = nanoTime.getAsLong() - began;
                    figures.took(took, 1);
                    place.tookOffLoop(took, threads.loopLimitNanos());
                } finally {
                    waiting.decrementAndGet();
                    set.leave();
                }
            });
        } catch (RuntimeException full) {
            waiting.decrementAndGet();
            set.leave();
            figures.lost(nanoTime);
        }
    }

    private void call(E event, LongSupplier nanoTime) {
        try {
            hook.accept(event);
        } catch (Throwable failure) { // Whatever it is, it concerns nobody else.
            figures.failed("failed", failure, nanoTime);
        }
    }
}
