package io.aldis.benchmark.engine;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Sample;

/** Watches a run while it goes on. Each method is called by one thread, which it must not hold up. */
public interface Observer {

    /** Watches nothing. */
    Observer NONE = new Observer() {};

    /** A phase has begun. */
    default void phase(String name, boolean measured) {}

    /** A second has passed. */
    default void sample(Sample sample, Progress progress) {}

    /**
     * How far it is.
     *
     * @param totals since the run began
     * @param elapsedSeconds since the run began
     * @param secondsLeft of what is known in advance; less than 0 if nothing is
     * @param fraction of the whole that is done, 0 to 1; less than 0 if it is not known
     */
    record Progress(Counts totals, double elapsedSeconds, double secondsLeft, double fraction) {}
}
