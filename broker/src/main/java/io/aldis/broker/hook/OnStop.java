package io.aldis.broker.hook;

/**
 * Hears that the broker has stopped: the last of the four steps of a stop. No connection is left, and no loop.
 *
 * <p>Called on the thread that stops the broker, which waits for it. What it throws is logged, counted and hurts nobody.
 */
@FunctionalInterface
public interface OnStop {

    /** Hears of it. */
    void onStop();
}
