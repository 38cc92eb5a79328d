package io.aldis.junit;

import io.aldis.broker.time.BrokerClock;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The time of a broker under test: it stands still until a test lets it pass, and then all that comes due happens at once. It begins
 * at the start of the year 2030.
 *
 * <p>What it covers is all that the broker waits for: expiry of sessions and messages, keep alive, will delay, retries, timeouts,
 * and delays of {@link Faults}. It does not cover clients, which go by their own clocks, nor threads of hooks.
 *
 * <p>Callable from any thread but the broker's own.
 */
public final class VirtualClock implements BrokerClock {

    /** Shorter waits are how the broker looks at something again soon. They pass by themselves. */
    private static final long SHORTEST_NANOS = Duration.ofMillis(50).toNanos();

    private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    /** How long a loop may be busy with one task. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Loops look at their sockets once in each, and do not read all there is if it is much. */
    private static final int ROUNDS_WITH_SOCKETS = 3;

    /** Held by whoever lets time pass or waits: loops can be stopped by one only. */
    private final Object turn = new Object();

    private final List<ScheduledExecutorService> loops = new CopyOnWriteArrayList<>();

    // Guarded by this; the times are read without.
    private final TreeSet<Alarm> alarms = new TreeSet<>(
            Comparator.<Alarm>comparingLong(alarm -> alarm.dueAt).thenComparingLong(alarm -> alarm.number));
    private long lastNumber;
    private volatile long nanos;
    private volatile @Nullable Long flowingSince;

    VirtualClock() {}

    // What a test does.

    /**
     * Lets time pass, and returns when the broker has done all that came due on the way, each thing at its time and in its order,
     * and what followed from it: what clients get for it is in their sockets then.
     *
     * @param time 0 or more
     * @throws IllegalStateException if the broker is busy with one task for more than ten seconds, or is the one who calls
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("Time cannot go back by " + time.negated() + ".");
        }
        synchronized (turn) {
            settle();
            long end = nanos + time.toNanos();
            for (List<Alarm> due = nextUntil(end); !due.isEmpty(); due = nextUntil(end)) {
                due.forEach(Alarm::ring);
                awaitQuiet(1);
            }
            settle();
        }
    }

    /**
     * Returns when the broker has done all that it can without time passing, and so has handled what clients have sent, if it was in
     * their sockets before; what is more than a megabyte may take longer.
     *
     * @throws IllegalStateException as {@link #advance} does
     */
    public void settle() {
        synchronized (turn) {
            awaitQuiet(ROUNDS_WITH_SOCKETS);
        }
    }

    /** What time it is for the broker. */
    public Instant now() {
        return BEGINNING.plusNanos(nanoTime());
    }

    // What the broker asks.

    @Override
    public long currentTimeMillis() {
        return BEGINNING.toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(nanoTime());
    }

    @Override
    public long nanoTime() {
        Long since = flowingSince;
        return since == null ? nanos : nanos + System.nanoTime() - since;
    }

    @Override
    public synchronized Future<?> schedule(ScheduledExecutorService loop, Runnable task, long delayNanos) {
        if (flowingSince != null || delayNanos < SHORTEST_NANOS) {
            return loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        }
        Alarm alarm = new Alarm(loop, task, nanos + delayNanos, ++lastNumber);
        alarms.add(alarm);
        return alarm;
    }

    @Override
    public void began(ScheduledExecutorService loop) {
        loops.add(loop);
    }

    /** From now on time passes by itself, so that the broker can stop. */
    synchronized void flow() {
        flowingSince = System.nanoTime();
        for (Alarm alarm : alarms) {
            alarm.loop.schedule(alarm::go, alarm.dueAt - nanos, TimeUnit.NANOSECONDS);
        }
        alarms.clear();
    }

    // How time passes.

    /** Goes on to the next alarms at or before {@code end}, or to the end if there are none. */
    private synchronized List<Alarm> nextUntil(long end) {
        List<Alarm> due = new ArrayList<>();
        if (flowingSince != null) {
            return due;
        }
        nanos = alarms.isEmpty() ? end : Math.min(end, alarms.first().dueAt);
        while (!alarms.isEmpty() && alarms.first().dueAt <= nanos) {
            due.add(alarms.pollFirst());
        }
        return due;
    }

    private void awaitQuiet(int rounds) {
        int quiet = 0;
        while (quiet < rounds) {
            quiet = standStill() ? quiet + 1 : 0;
        }
    }

    /** Stops all loops at the same time to see whether any has something to do; true if none has. */
    private boolean standStill() {
        List<ScheduledExecutorService> running = loops.stream()
                .filter(Predicate.not(ScheduledExecutorService::isShutdown))
                .toList();
        CountDownLatch arrived = new CountDownLatch(running.size());
        CountDownLatch leave = new CountDownLatch(1);
        try {
            running.forEach(loop -> stop(loop, arrived, leave));
            if (!arrived.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException(
                        "The broker has been busy with one task for " + PATIENCE + "; does a hook wait?");
            }
            return running.stream().allMatch(VirtualClock::isIdle);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the broker was busy", interrupted);
        } finally {
            leave.countDown();
        }
    }

    private static void stop(ScheduledExecutorService loop, CountDownLatch arrived, CountDownLatch leave) {
        if (loop instanceof EventExecutor executor && executor.inEventLoop()) {
            throw new IllegalStateException("A thread of the broker cannot wait for the broker.");
        }
        try {
            afterSockets(loop, () -> {
                arrived.countDown();
                awaitQuietly(leave);
            });
        } catch (RejectedExecutionException ended) {
            arrived.countDown();
        }
    }

    /** Runs {@code task} on a loop when it has looked at its sockets: not in the present iteration, but in the next. */
    private static void afterSockets(ScheduledExecutorService loop, Runnable task) {
        if (loop instanceof SingleThreadEventLoop iterating) {
            loop.execute(() -> iterating.executeAfterEventLoopIteration(() -> loop.execute(task)));
        } else {
            loop.execute(task);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isIdle(ScheduledExecutorService loop) {
        return !(loop instanceof SingleThreadEventLoop executor) || executor.pendingTasks() == 0;
    }

    @Override
    public String toString() {
        return "VirtualClock[" + now() + "]";
    }

    /** A task of a loop that waits for its time. */
    private final class Alarm extends CompletableFuture<@Nullable Void> {
        private final ScheduledExecutorService loop;
        private final Runnable task;
        private final long dueAt;
        private final long number;

        Alarm(ScheduledExecutorService loop, Runnable task, long dueAt, long number) {
            this.loop = loop;
            this.task = task;
            this.dueAt = dueAt;
            this.number = number;
        }

        void ring() {
            try {
                loop.execute(this::go);
            } catch (RejectedExecutionException ended) {
                cancel(false);
            }
        }

        private void go() {
            if (complete(null)) {
                task.run();
            }
        }

        @Override
        public boolean cancel(boolean ignored) {
            synchronized (VirtualClock.this) {
                alarms.remove(this);
            }
            return super.cancel(false);
        }
    }
}
