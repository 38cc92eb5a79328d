package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.OperationRefused;
import io.aldis.broker.admin.Page;
import io.aldis.broker.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.assertj.core.api.Assertions;

/** What {@link Admin} answers to a test. */
final class Answers {

    private Answers() {}

    /** A broker whose ledger answers at once, or late. */
    static VirtualBroker broker(boolean late, Settings settings) {
        return late ? VirtualBroker.ofLateAnswers(3, 7, settings) : new VirtualBroker(3, 7, settings);
    }

    /** What a stage is completed with when nothing is left to do. */
    static <T> T of(VirtualBroker broker, CompletionStage<T> stage) {
        broker.settle();
        assertThat(stage.toCompletableFuture()).as("the answer").isDone();
        return stage.toCompletableFuture().join();
    }

    /** Why it was refused. */
    static OperationRefused refusal(VirtualBroker broker, CompletionStage<?> stage) {
        broker.settle();
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        CompletionException failure = Assertions.catchThrowableOfType(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        assertThat(failure.getCause()).isInstanceOf(OperationRefused.class);
        return (OperationRefused) failure.getCause();
    }

    /** All entries, page by page; {@code between} happens after each. */
    static <E> List<E> all(BiFunction<String, Integer, Page<E>> pages, int limit, Runnable between) {
        List<E> all = new ArrayList<>();
        String after = Page.START;
        do {
            Page<E> page = pages.apply(after, limit);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.entries());
            assertThat(page.isLast() || page.next().compareTo(after) > 0)
                    .as("whether %s goes on after %s", page, after)
                    .isTrue();
            after = page.next();
            between.run();
        } while (!after.isEmpty());
        return all;
    }
}
