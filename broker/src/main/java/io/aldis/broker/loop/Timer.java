package io.aldis.broker.loop;

/** A task that waits for its time on a {@link Loop}. */
@FunctionalInterface
public interface Timer {

    /** Forgets the task if it has not begun; without effect otherwise. Called on the loop that holds it. */
    void cancel();
}
