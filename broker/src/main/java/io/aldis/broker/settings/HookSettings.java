package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What hooks are allowed.
 *
 * @param decisionTimeout how long a deciding hook may take to answer; later than that it has said no
 * @param loopLimit how long a hook may hold up a loop; one that was seen to take longer is called on threads of its own until it has
 *     proved to be quick
 * @param blockingThreads most threads for hooks that block, 1 to 10,000, on Java 17 to 20; later ones have virtual threads, as many as
 *     are needed
 * @param waitingEvents most events about one client that may wait for blocking listening hooks, 1 to 1,000,000; they are not told of
 *     more
 */
public record HookSettings(Duration decisionTimeout, Duration loopLimit, int blockingThreads, int waitingEvents) {

    public HookSettings {
        Check.inRange("decisionTimeout (milliseconds)", decisionTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("loopLimit (milliseconds)", loopLimit.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("blockingThreads", blockingThreads, 1, 10_000);
        Check.inRange("waitingEvents", waitingEvents, 1, 1_000_000);
    }

    /** The defaults. */
    public static HookSettings defaults() {
        return new HookSettings(Duration.ofSeconds(10), Duration.ofMillis(100), 64, 1000);
    }

    /** These with another {@code decisionTimeout}. */
    public HookSettings withDecisionTimeout(Duration value) {
        return new HookSettings(value, loopLimit, blockingThreads, waitingEvents);
    }

    /** These with another {@code loopLimit}. */
    public HookSettings withLoopLimit(Duration value) {
        return new HookSettings(decisionTimeout, value, blockingThreads, waitingEvents);
    }

    /** These with another {@code blockingThreads}. */
    public HookSettings withBlockingThreads(int value) {
        return new HookSettings(decisionTimeout, loopLimit, value, waitingEvents);
    }

    /** These with another {@code waitingEvents}. */
    public HookSettings withWaitingEvents(int value) {
        return new HookSettings(decisionTimeout, loopLimit, blockingThreads, value);
    }
}
