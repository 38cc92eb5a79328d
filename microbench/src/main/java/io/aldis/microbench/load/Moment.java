package io.aldis.microbench.load;

import java.util.Optional;

/**
 * What was read at one moment.
 *
 * @param time as {@link System#nanoTime}
 * @param broker what the broker's process had used, if we know the process
 * @param self what our own process had used
 */
record Moment(long time, Counts counts, Optional<Usage> broker, Usage self) {
    double secondsSince(Moment earlier) {
        return (time - earlier.time) / 1e9;
    }
}
