package io.aldis.benchmark.prove;

import io.aldis.benchmark.compare.CompareFailed;

/** Lets the thread that conducts wait. */
final class Pause {

    private Pause() {}

    /** @throws CompareFailed if the thread is interrupted, which stays so */
    static void of(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CompareFailed.interrupted("Interrupted by the user.");
        }
    }
}
