package io.aldis.benchmark.compare;

import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.result.Result;

/** Watches a comparison while it goes on. Called by the thread that conducts it. */
public interface ComparisonObserver {

    /** Watches nothing. */
    ComparisonObserver NONE = new ComparisonObserver() {};

    /** A local broker is about to be started. */
    default void starting(Contender.Local contender) {}

    /** A run begins; what is returned watches it. */
    default Observer begins(Turn turn) {
        return Observer.NONE;
    }

    /** It has ended. */
    default void ended(Turn turn, Result result) {}

    /** A round was left out, because the broker could not be started. */
    default void leftOut(Turn turn, String why) {}

    /**
     * The run of one broker in one round.
     *
     * @param scenario the plan's name
     * @param contender the broker's name
     * @param number of the round, from 1
     * @param of how many there are
     * @param warmUp whether nothing of it is kept
     */
    record Turn(String scenario, String contender, int number, int of, boolean warmUp) {}
}
