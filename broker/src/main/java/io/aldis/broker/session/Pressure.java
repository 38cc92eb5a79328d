package io.aldis.broker.session;

import java.util.function.LongSupplier;

/**
 * Whether a session's queue fills faster than its client takes it, so that publishers of QoS 1 and 2 should let it catch up.
 *
 * <p>Pressure lasts a moment at most: a client that has not caught up by then is <em>lagging</em>, nobody waits for it any more, and
 * what does not fit in its queue is dropped and counted. It counts anew when it has nearly emptied its queue. So two clients of
 * like speed lose nothing, and one that is stuck holds nobody up.
 *
 * <p>Written by the thread that changes the queue, read by all.
 */
final class Pressure {

    /** How long publishers wait for a client that does not catch up. */
    private static final long PATIENCE_NANOS = 100_000_000;

    private final long begins;
    private final long ends;
    private final LongSupplier nanoTime;
    private boolean lagging;
    private volatile boolean pressed;
    private volatile long since;

    /**
     * No pressure.
     *
     * @param bound most messages in the queue
     * @param nanoTime monotonic time
     */
    Pressure(long bound, LongSupplier nanoTime) {
        begins = bound / 2;
        ends = bound / 4;
        this.nanoTime = nanoTime;
    }

    /** The queue has grown to {@code messages}. */
    void grown(long messages) {
        if (pressed && impatient()) {
            pressed = false;
            lagging = true;
        } else if (!pressed && !lagging && messages > begins) {
            since = nanoTime.getAsLong();
            pressed = true;
        }
    }

    /** The queue has shrunk to {@code messages}. */
    void shrunk(long messages) {
        if ((pressed || lagging) && messages <= ends) {
            pressed = false;
            lagging = false;
        }
    }

    /** Whether publishers should wait. Callable from any thread. */
    boolean pressed() {
        return pressed && !impatient();
    }

    private boolean impatient() {
        return nanoTime.getAsLong() - since > PATIENCE_NANOS;
    }
}
