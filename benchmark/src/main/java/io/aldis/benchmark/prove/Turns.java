package io.aldis.benchmark.prove;

import io.aldis.benchmark.compare.CompareFailed;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one thread on which all clients live, with its timers. */
final class Turns implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    /** The first bug that showed on the thread. */
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Where channels of clients live. */
    EventLoop loop() {
        return loop;
    }

    /** Does something later, on the thread. */
    void after(long milliseconds, Runnable deed) {
        var unused = loop.schedule(() -> guarded(deed), milliseconds, TimeUnit.MILLISECONDS);
    }

    private void guarded(Runnable deed) {
        try {
            deed.run();
        } catch (RuntimeException | Error bug) {
            failed(bug);
        }
    }

    /** A bug of ours, which {@link #ask} tells the thread that conducts. */
    void failed(Throwable bug) {
        failure.compareAndSet(null, bug);
    }

    /**
     * Asks something there, from another thread.
     *
     * @throws IllegalStateException if a bug has shown there
     * @throws CompareFailed if this thread is interrupted
     */
    <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error bug) {
                answer.completeExceptionally(bug);
            }
        });
        T answered = answerOf(answer);
        Throwable bug = failure.get();
        if (bug != null) {
            throw new IllegalStateException(bug);
        }
        return answered;
    }

    /**
     * Lets another thread wait.
     *
     * @throws CompareFailed if that thread is interrupted
     */
    void pause(long milliseconds) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        after(milliseconds, () -> over.complete(true));
        boolean waited = answerOf(over);
        assert waited;
    }

    private static <T> T answerOf(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CompareFailed.interrupted("Interrupted by the user.");
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
    }

    /** The same without an answer. */
    void tell(Runnable deed) {
        Boolean done = ask(() -> {
            deed.run();
            return true;
        });
        assert done;
    }

    /** Ends the thread and all its connections. */
    @Override
    public void close() {
        var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
