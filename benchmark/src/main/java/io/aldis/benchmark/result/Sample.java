package io.aldis.benchmark.result;

import org.jspecify.annotations.Nullable;

/**
 * One second of a run.
 *
 * @param at its end, in seconds since the run began
 * @param seconds how long it was, about 1
 * @param phase in which it ended
 * @param counts in this second
 * @param connections open at its end
 * @param p50 delivery latency in this second, in milliseconds; 0 if nothing came
 * @param p99 the same
 * @param max the same
 * @param brokerCores processor cores the broker kept busy; null if its process is not known
 * @param brokerBytes memory it held at the end; null if its process is not known
 * @param toolCores processor cores this tool kept busy
 */
public record Sample(
        double at,
        double seconds,
        String phase,
        Counts counts,
        int connections,
        double p50,
        double p99,
        double max,
        @Nullable Double brokerCores,
        @Nullable Long brokerBytes,
        double toolCores) {

    /** A count of this second, each second. */
    public double perSecond(long count) {
        return seconds > 0 ? count / seconds : 0;
    }
}
