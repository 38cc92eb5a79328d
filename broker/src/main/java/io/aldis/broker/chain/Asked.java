package io.aldis.broker.chain;

import io.aldis.broker.admin.HookUse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One registered deciding hook.
 *
 * @param <E> what it is asked about
 * @param <A> what it answers
 */
final class Asked<E, A> {

    private final HookSet set;
    private final HookFigures figures;
    private final @Nullable Function<E, @Nullable A> now;
    private final @Nullable Function<E, @Nullable CompletionStage<? extends A>> later;
    private final Place place;

    private Asked(
            HookSet set,
            HookFigures figures,
            @Nullable Function<E, @Nullable A> now,
            @Nullable Function<E, @Nullable CompletionStage<? extends A>> later,
            boolean blocking) {
        this.set = set;
        this.figures = figures;
        this.now = now;
        this.later = later;
        place = new Place(figures, blocking);
    }

    /** One that answers at once. */
    static <E, A> Asked<E, A> now(HookSet set, HookFigures figures, Function<E, @Nullable A> hook, boolean blocking) {
        return new Asked<>(set, figures, hook, null, blocking);
    }

    /** One that answers later. */
    static <E, A> Asked<E, A> later(
            HookSet set,
            HookFigures figures,
            Function<E, @Nullable CompletionStage<? extends A>> hook,
            boolean blocking) {
        return new Asked<>(set, figures, null, hook, blocking);
    }

    HookSet set() {
        return set;
    }

    HookFigures figures() {
        return figures;
    }

    HookUse use() {
        return figures.use(place.offLoop());
    }

    /** Whether the answer comes when it is asked, and no later. */
    boolean answersAtOnce() {
        if (place.hasProved()) {
            place.comeBack();
        }
        return now != null && !place.offLoop();
    }

    /** Asks one that answers at once; null if it failed, which has been told. */
    @Nullable
    A ask(E event, LongSupplier nanoTime, long loopLimitNanos) {
        boolean timed = figures.times();
        long began = timed ? nanoTime.getAsLong() : 0;
        A answer = null;
        try {
            answer = now == null ? null : now.apply(event);
            if (answer == null) {
                figures.failed("answered null", null, nanoTime);
            }
        } catch (Throwable failure) { // Whatever is wrong with a hook is no reason to let anything through.
            figures.failed("failed", failure, nanoTime);
        }
        if (timed) {
            tookOnLoop(nanoTime.getAsLong() - began, loopLimitNanos);
        } else {
            figures.called();
        }
        return answer;
    }

    private void tookOnLoop(long took, long loopLimitNanos) {
        figures.took(took);
        place.tookOnLoop(took, loopLimitNanos);
    }

    /** A question whose answer is under way. */
    interface Question<A> {
        /** Completes with the answer, null included. */
        CompletionStage<? extends @Nullable A> answer();

        /** Nobody waits for it any more: a thread that is still busy with it is interrupted. */
        void giveUp();
    }

    /** Asks one that does not answer at once, or must not be called on the loop. */
    Question<A> askLater(E event, Executor blocking, LongSupplier nanoTime, long loopLimitNanos) {
        return place.offLoop()
                ? askOffLoop(event, blocking, nanoTime, loopLimitNanos)
                : askOnLoop(event, nanoTime, loopLimitNanos);
    }

    private Question<A> askOnLoop(E event, LongSupplier nanoTime, long loopLimitNanos) {
        long began = nanoTime.getAsLong();
        CompletionStage<? extends @Nullable A> stage = call(event);
        tookOnLoop(nanoTime.getAsLong() - began, loopLimitNanos);
        return new Question<>() {
            @Override
            public CompletionStage<? extends @Nullable A> answer() {
                return stage;
            }

            @Override
            public void giveUp() {}
        };
    }

    private CompletionStage<? extends @Nullable A> call(E event) {
        try {
            CompletionStage<? extends @Nullable A> stage = now != null
                    ? CompletableFuture.completedFuture(now.apply(event))
                    : later == null ? null : later.apply(event);
            return stage == null ? CompletableFuture.completedFuture(null) : stage;
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private Question<A> askOffLoop(E event, Executor blocking, LongSupplier nanoTime, long loopLimitNanos) {
        CompletableFuture<@Nullable A> answer = new CompletableFuture<>();
        FutureTask<Void> task = new FutureTask<>(
                () -> {
                    long began = nanoTime.getAsLong();
                    CompletionStage<? extends @Nullable A> stage = call(event);
                    long took = nanoTime.getAsLong() - began;
                    figures.took(took);
                    place.tookOffLoop(took, loopLimitNanos);
                    stage.whenComplete((said, failure) -> {
                        if (failure == null) {
                            answer.complete(said);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    });
                },
                null);
        try {
            blocking.execute(task);
        } catch (RuntimeException full) {
            answer.completeExceptionally(full);
        }
        return new Question<>() {
            @Override
            public CompletionStage<? extends @Nullable A> answer() {
                return answer;
            }

            @Override
            public void giveUp() {
                task.cancel(true);
            }
        };
    }
}
