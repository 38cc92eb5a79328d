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
            boolean movable,
            boolean blocking) {
        this.set = set;
        this.figures = figures;
        this.now = now;
        this.later = later;
        place = new Place(figures, blocking, movable);
    }

    /** One that answers at once. */
    static <E, A> Asked<E, A> now(HookSet set, HookFigures figures, Function<E, @Nullable A> hook, boolean blocking) {
        return new Asked<>(set, figures, hook, null, true, blocking);
    }

    /** One that answers at once and has to be asked on the loop, however slow it is. */
    static <E, A> Asked<E, A> here(HookSet set, HookFigures figures, Function<E, @Nullable A> hook) {
        return new Asked<>(set, figures, hook, null, false, false);
    }

    /** One that answers later. */
    static <E, A> Asked<E, A> later(
            HookSet set,
            HookFigures figures,
            Function<E, @Nullable CompletionStage<? extends A>> hook,
            boolean blocking) {
        return new Asked<>(set, figures, null, hook, true, blocking);
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
        int weight = figures.weightOfNext();
        long began = weight > 0 ? nanoTime.getAsLong() : 0;
        A answer = null;
        try {
            answer = now == null ? null : now.apply(event);
            if (answer == null) {
                figures.failed("answered null", null, nanoTime);
            }
        } catch (Throwable failure) { // Whatever is wrong with a hook is no reason to let anything through.
            figures.failed("failed", failure, nanoTime);
        }
        if (weight > 0) {
            long took = nanoTime.getAsLong() - began;
            figures.took(took, weight);
            place.tookOnLoop(took, loopLimitNanos, nanoTime);
        } else {
            figures.called();
        }
        return answer;
    }

    /** A question whose answer is under way. */
    interface Question<A> {
        /** Completes with the answer, null included. */
        CompletableFuture<@Nullable A> answer();

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
        CompletableFuture<@Nullable A> answer = new CompletableFuture<>();
        long began = nanoTime.getAsLong();
        call(event, answer);
        long took = nanoTime.getAsLong() - began;
        figures.took(took, 1);
        place.tookOnLoop(took, loopLimitNanos, nanoTime);
        return new Question<>() {
            @Override
            public CompletableFuture<@Nullable A> answer() {
                return answer;
            }

            @Override
            public void giveUp() {}
        };
    }

    /** Asks; what comes of it completes {@code answer}, be the stage of whatever kind. */
    private void call(E event, CompletableFuture<@Nullable A> answer) {
        try {
            CompletionStage<? extends @Nullable A> stage = later == null ? null : later.apply(event);
            if (stage == null) {
                answer.complete(now == null ? null : now.apply(event));
            } else {
                stage.whenComplete((said, failure) -> {
                    if (failure == null) {
                        answer.complete(said);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            }
        } catch (Throwable failure) { // Whatever is wrong with a hook is no reason to let anything through.
            answer.completeExceptionally(failure);
        }
    }

    private Question<A> askOffLoop(E event, Executor blocking, LongSupplier nanoTime, long loopLimitNanos) {
        CompletableFuture<@Nullable A> answer = new CompletableFuture<>();
        FutureTask<Void> task = new FutureTask<>(
                () -> {
                    long began = nanoTime.getAsLong();
                    call(event, answer);
                    long took = nanoTime.getAsLong() - began;
                    figures.took(took, 1);
                    place.tookOffLoop(took, loopLimitNanos);
                },
                null);
        set.enter(); // Until the thread is out of the hook, whether somebody still waits for its answer or not.
        try {
            blocking.execute(() -> {
                try {
                    task.run();
                } finally {
                    set.leave();
                }
            });
        } catch (RuntimeException full) {
            set.leave();
            answer.completeExceptionally(full);
        }
        return new Question<>() {
            @Override
            public CompletableFuture<@Nullable A> answer() {
                return answer;
            }

            @Override
            public void giveUp() {
                task.cancel(true);
            }
        };
    }
}
