package io.aldis.broker.chain;

import java.util.function.LongSupplier;

/**
 * Where one hook is called: on the loop, or on a thread of its own because it is marked as blocking or has held up a loop. One that was
 * not marked may come back when it has been quick for long: it may have been the machine that was slow. Each time it has to be quick for
 * ten times as long. Safe for use by every thread.
 */
final class Place {

    private static final int FIRST_PROOF = 1_000;
    private static final int LONGEST_PROOF = 1_000_000_000;

    private final HookFigures figures;
    private final boolean marked;
    private final boolean movable;
    private volatile boolean offLoop;

    // Only while it is off the loop without being marked, where a call lost in the count does not matter.
    private volatile int quickCalls;
    private volatile int proof = FIRST_PROOF;

    /**
     * @param marked as blocking
     * @param movable whether it can leave the loop
     */
    Place(HookFigures figures, boolean marked, boolean movable) {
        this.figures = figures;
        this.marked = marked;
        this.movable = movable;
        offLoop = marked;
    }

    boolean offLoop() {
        return offLoop;
    }

    /** A call on the loop took so long. */
    void tookOnLoop(long nanos, long limit, LongSupplier nanoTime) {
        if (nanos > limit && !offLoop) {
            quickCalls = 0;
            offLoop = movable;
            figures.slow(nanos, movable, nanoTime);
        }
    }

    /** A call on another thread took so long. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // See there.
    void tookOffLoop(long nanos, long limit) {
        if (!marked) {
            quickCalls = nanos > limit ? 0 : quickCalls + 1;
        }
    }

    /** Whether it has been quick for so long that it may be called on the loop again. */
    boolean hasProved() {
        return !marked && offLoop && quickCalls >= proof;
    }

    /** It is called on the loop again. */
    void comeBack() {
        proof = Math.min(proof, LONGEST_PROOF / 10) * 10;
        quickCalls = 0;
        offLoop = false;
        figures.quick();
    }
}
