package io.aldis.broker.chain;

import io.aldis.broker.settings.HookSettings;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where hooks run that may block, and what time they have: on virtual threads where Java has them (21 and later), else on a bounded
 * pool. Callable from any thread.
 */
final class HookThreads {

    private final HookSettings settings;
    private final long loopLimitNanos;
    private final LongSupplier nanoTime;
    private final Executor blocking;
    private final @Nullable ExecutorService own;

    /** By client id: what its hooks are still to hear. */
    private final Map<String, ArrayDeque<Runnable>> turns = new ConcurrentHashMap<>();

    private HookThreads(
            HookSettings settings, LongSupplier nanoTime, Executor blocking, @Nullable ExecutorService own) {
        this.settings = settings;
        loopLimitNanos = settings.loopLimit().toNanos();
        this.nanoTime = nanoTime;
        this.blocking = blocking;
        this.own = own;
    }

    /** With threads of its own, which are started when they are needed. */
    static HookThreads of(HookSettings settings, LongSupplier nanoTime) {
        ExecutorService own = executor(settings.blockingThreads());
        return new HookThreads(settings, nanoTime, own, own);
    }

    /** With another's threads and time. */
    static HookThreads on(HookSettings settings, LongSupplier nanoTime, Executor blocking) {
        return new HookThreads(settings, nanoTime, blocking, null);
    }

    private static ExecutorService executor(int most) {
        try { // Compiled for Java 17, which cannot name it.
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invokeExact();
        } catch (Throwable olderJava) {
            return pool(most);
        }
    }

    private static ExecutorService pool(int most) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "aldis-hook-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    Executor blocking() {
        return blocking;
    }

    Duration decisionTimeout() {
        return settings.decisionTimeout();
    }

    long loopLimitNanos() {
        return loopLimitNanos;
    }

    /**
     * Runs a task that may block, but does not throw, after the earlier ones about the same client.
     *
     * @throws RejectedExecutionException if too many wait
     */
    void inTurn(String about, Runnable task) {
        boolean[] first = {false};
        turns.compute(about, (client, waiting) -> {
            ArrayDeque<Runnable> queue = waiting == null ? new ArrayDeque<>(2) : waiting;
            if (queue.size() >= settings.waitingEvents()) {
                throw new RejectedExecutionException(queue.size() + " events wait for hooks to hear of them");
            }
            first[0] = queue.isEmpty();
            queue.add(task);
            return queue;
        });
        if (first[0]) {
            blocking.execute(() -> run(about, task));
        }
    }

    /** Runs the first of a client's tasks; the next one gets a turn of its own, or runs here if there are no more turns. */
    private void run(String about, Runnable first) {
        Runnable task = first;
        while (task != null) {
            task.run();
            Runnable following = following(about);
            task = following == null || handedOver(about, following) ? null : following;
        }
    }

    /** What is first now that one has been run. */
    private @Nullable Runnable following(String about) {
        Runnable[] next = {null};
        turns.computeIfPresent(about, (client, queue) -> {
            queue.remove();
            next[0] = queue.peek();
            return next[0] == null ? null : queue;
        });
        return next[0];
    }

    private boolean handedOver(String about, Runnable following) {
        try {
            blocking.execute(() -> run(about, following));
            return true;
        } catch (RejectedExecutionException closing) {
            return false; // What was begun is told to the end.
        }
    }

    /** Takes no more, and ends the threads when they are done; what still runs after so long is interrupted. */
    void close(Duration patience) {
        if (own == null) {
            return;
        }
        own.shutdown();
        try {
            if (own.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        own.shutdownNow();
    }
}
