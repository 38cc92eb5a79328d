package io.aldis.broker.time;

import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a broker takes for the time: two clocks and the timers that go by them. Everything in the broker that waits or expires goes by
 * it, so that a test can let hours pass at once.
 *
 * <p>Callable from any thread.
 */
public interface BrokerClock {

    /** The time of this machine. */
    static BrokerClock system() {
        return SystemClock.OF_THIS_MACHINE;
    }

    /** The time of this machine, but with another wall clock, which may jump: monotonic time and timers do not notice. */
    static BrokerClock system(InstantSource wallClock) {
        return new SystemClock(wallClock);
    }

    /** The wall clock in milliseconds since 1970, by which sessions and messages expire; may jump. */
    long currentTimeMillis();

    /** Monotonic time in nanoseconds, comparable only with other values of the same clock. */
    long nanoTime();

    /**
     * Runs {@code task} on {@code loop} when {@code nanos} of the monotonic time have passed; at once, but not within this call, if
     * that is 0 or less.
     *
     * @param loop one of the broker's event loops; the only thread on which the task may run
     * @return cancels the task if it has not begun
     */
    Future<?> schedule(ScheduledExecutorService loop, Runnable task, long nanos);

    /** An event loop that asks this clock begins to run. It is told once for each loop, before that loop asks. */
    default void began(ScheduledExecutorService loop) {}
}
