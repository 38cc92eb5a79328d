package io.aldis.broker.time;

import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time of this machine, with the loops' own timers.
 *
 * @param wallClock tells the wall-clock time
 */
record SystemClock(InstantSource wallClock) implements BrokerClock {

    static final SystemClock OF_THIS_MACHINE = new SystemClock(InstantSource.system());

    @Override
    public long currentTimeMillis() {
        return wallClock.millis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Future<?> schedule(ScheduledExecutorService loop, Runnable task, long nanos) {
        return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }
}
