package io.aldis.microbench.load;

/**
 * When a run's phases begin and end, as values of {@link System#nanoTime}. Sending lasts from the start to the end of
 * the measured window.
 */
record Timetable(long start, long windowStart, long windowEnd) {
    static Timetable from(long start, Plan.Timing timing) {
        long windowStart = start + timing.warmUp().toNanos();
        return new Timetable(start, windowStart, windowStart + timing.window().toNanos());
    }

    boolean measures(long time) {
        return time - windowStart >= 0 && time - windowEnd < 0;
    }

    boolean isOver(long time) {
        return time - windowEnd >= 0;
    }
}
