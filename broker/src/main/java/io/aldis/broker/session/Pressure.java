package io.aldis.broker.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether a session's queue fills faster than its client empties it, so that publishers of QoS 1 and 2 should let it catch up.
 *
 * <p>They wait only for a client that takes its messages. For one that has taken none for a quarter of a second, or less than
 * {@link #LEAST_RATE} in a second, nobody waits: what does not fit in its queue is dropped and counted. So two clients of like speed
 * lose nothing, and one that is stuck holds nobody up.
 *
 * <p>Written by the thread that changes the queue, read by all. Costs hardly anything while the queue is less than half full.
 */
final class Pressure {

    /** Messages a second that a client must take to be waited for; a quarter of its queue if that is less. */
    private static final long LEAST_RATE = 250;

    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long begins;
    private final long ends;
    private final long leastRate;
    private final LongSupplier nanoTime;

    private volatile boolean filling;
    private volatile boolean slow;
    private volatile long lastTaken;

    // The second that is being measured.
    private long secondBegan;
    private long taken;

    /** What the queue holds. */
    private final AtomicLong held = new AtomicLong();

    /**
     * No pressure.
     *
     * @param bound most messages in the queue
     * @param nanoTime monotonic time
     */
    Pressure(long bound, LongSupplier nanoTime) {
        begins = bound / 2;
        ends = bound / 4;
        leastRate = Math.min(LEAST_RATE, ends);
        this.nanoTime = nanoTime;
    }

    /** The queue has grown to {@code messages}. */
    void grown(long messages) {
        held.lazySet(messages);
        if (!filling && messages > begins) {
            long now = nanoTime.getAsLong();
            lastTaken = now;
            secondBegan = now;
            taken = 0;
            slow = false;
            filling = true;
        }
    }

    /** The queue has grown to {@code messages} while the client is away: nobody waits for it. */
    void keeps(long messages) {
        held.lazySet(messages);
    }

    /** The queue has shrunk to {@code messages}. */
    void shrunk(long messages) {
        if (filling) {
            taken += Math.max(0, held.getPlain() - messages);
            measure(nanoTime.getAsLong());
            if (messages <= ends) {
                filling = false;
            }
        }
        held.lazySet(messages);
    }

    private void measure(long now) {
        lastTaken = now;
        long elapsed = now - secondBegan;
        if (elapsed >= SECOND) {
            slow = taken * SECOND / elapsed < leastRate;
            secondBegan = now;
            taken = 0;
        }
    }

    /** Whether the queue is too full for what comes, worth waiting for or not. Callable from any thread. */
    boolean filling() {
        return filling;
    }

    /** How many messages the queue held a moment ago. Callable from any thread. */
    long held() {
        return held.get();
    }

    /** Whether publishers should wait. Callable from any thread. */
    boolean pressed() {
        return filling && !slow && nanoTime.getAsLong() - lastTaken < STUCK_NANOS;
    }
}
