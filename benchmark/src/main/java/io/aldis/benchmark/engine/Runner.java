package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.Result;
import org.jspecify.annotations.Nullable;

/** Carries out plans, one at a time. */
@FunctionalInterface
public interface Runner {

    /**
     * Carries out a plan, on the calling thread and event loops of its own.
     *
     * @param brokerPid the broker's process on this machine, if its CPU time and memory are to be told
     * @return what was seen, also if the broker could not be reached or broke off: then the verdict says so
     */
    Result run(Plan plan, @Nullable Long brokerPid, Observer observer);
}
