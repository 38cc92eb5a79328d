package io.aldis.broker.operation;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What was asked and has not been answered. When the broker stops, the rest is answered with a failure, so that nobody waits for ever. */
final class Answers {

    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** An answer to come. */
    @SuppressWarnings("CollectionUndefinedEquality") // Each future is equal to itself alone.
    <T> CompletableFuture<T> expect() {
        CompletableFuture<T> answer = new CompletableFuture<>();
        open.add(answer);
        answer.whenComplete((value, failure) -> open.remove(answer));
        if (stopped) {
            fail(answer);
        }
        return answer;
    }

    /** No answer comes any more. */
    void stop() {
        stopped = true;
        open.forEach(Answers::fail);
    }

    private static void fail(CompletableFuture<?> answer) {
        answer.completeExceptionally(new IllegalStateException("The broker has stopped."));
    }
}
