package io.aldis.broker.loop;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One event loop: a thread that takes turns. Everything confined to a loop is touched by its thread only.
 *
 * <p>{@link #execute} may be called from any thread, every other method only from the loop itself unless it says so.
 */
public interface Loop extends Executor {

    /** This loop's place among the loops of its broker, from 0; fixed for life. Callable from any thread. */
    int index();

    /** Whether the calling thread is this loop. Callable from any thread. */
    boolean inEventLoop();

    /** Runs {@code task} on this loop, after what was given to it before. The one way in from another thread. */
    @Override
    void execute(Runnable task);

    /**
     * Runs {@code job} once, when all input of the present turn has been handled: the place where output is flushed and
     * bursts are handed over. Jobs run in the order they were given; a job given during that phase runs in the same phase.
     */
    void atEndOfTurn(Runnable job);

    /** Runs {@code task} on this loop after {@code delay}, unless the returned timer is cancelled before. */
    Timer schedule(Runnable task, Duration delay);

    /**
     * As {@link #schedule}, by the clock of the machine, whatever time the broker goes by: for measuring the machine, and for waiting for
     * it.
     */
    default Timer scheduleOnMachine(Runnable task, Duration delay) {
        return schedule(task, delay);
    }

    /** Monotonic time in nanoseconds by the clock of the machine. Callable from any thread. */
    default long machineNanos() {
        return nanoTime();
    }

    /** A number from 0 to below {@code bound}, drawn by chance. */
    int random(int bound);

    /** Monotonic time in nanoseconds, comparable only with other values of the same broker. Callable from any thread. */
    long nanoTime();

    /** Wall-clock time in milliseconds since 1970; may jump. Callable from any thread. */
    long currentTimeMillis();
}
