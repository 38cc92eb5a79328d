package io.aldis.broker.lifecycle;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A thread for a piece of a plugin's own code, for a limited time: a stranger may wait, and may hang. */
final class PluginThread {

    private PluginThread() {}

    /**
     * Runs a plugin's code and waits for it.
     *
     * @param about names the thread
     * @param loader finds what the code looks for by name
     * @param budget after which the thread is interrupted and no longer waited for
     * @param late gets what is returned after that, on that thread
     * @return what the code returned
     * @throws Failed with what the code threw, or a {@link TimeoutException}
     */
    static <T> T call(String about, ClassLoader loader, Duration budget, Callable<T> code, Consumer<T> late) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(code, outcome, late), "aldis-plugin " + about);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.start();
        if (!isDone(outcome, budget)
                && outcome.completeExceptionally(new TimeoutException("it was not done within " + seconds(budget)))) {
            thread.interrupt();
        }
        try {
            return outcome.join();
        } catch (CompletionException failed) {
            throw new Failed(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private static boolean isDone(CompletableFuture<?> outcome, Duration budget) {
        try {
            outcome.get(budget.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException over) {
            return false;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> void run(Callable<T> code, CompletableFuture<T> outcome, Consumer<T> late) {
        try {
            T value = code.call();
            if (!outcome.complete(value)) {
                late.accept(value);
            }
        } catch (Throwable failure) { // Whatever it is, it is the plugin's.
            outcome.completeExceptionally(failure);
        }
    }

    private static String seconds(Duration budget) {
        return budget.toMillis() % 1000 == 0 ? budget.toSeconds() + " s" : budget.toMillis() + " ms";
    }

    /** A plugin's code failed; the cause is what it threw. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Failed(Throwable cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }
}
