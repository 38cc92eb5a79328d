package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What happens when the broker's loops do not keep up. Lag is by how much later than planned a loop does a small task that it has every
 * tenth of a second, by the clock of the machine.
 *
 * @param lagLimit from this lag of a loop on, listeners accept nobody: who connects waits in the backlog. It ends when no loop has lagged
 *     by more than half of that for half a second. Up to 24 days; zero for never
 * @param refuseAfter when it has lasted so long, listeners accept a few clients again, and tell each that comes with a CONNECT that the
 *     broker is busy (MQTT 5.0 §3.2.2.2, 0x89), up to 24 days
 */
public record OverloadSettings(Duration lagLimit, Duration refuseAfter) {

    public OverloadSettings {
        Check.inRange("lagLimit (milliseconds)", lagLimit.toMillis(), 0, Integer.MAX_VALUE);
        Check.inRange("refuseAfter (milliseconds)", refuseAfter.toMillis(), 0, Integer.MAX_VALUE);
    }

    /** The defaults. */
    public static OverloadSettings defaults() {
        return new OverloadSettings(Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    /** These with another {@code lagLimit}. */
    public OverloadSettings withLagLimit(Duration value) {
        return new OverloadSettings(value, refuseAfter);
    }

    /** These with another {@code refuseAfter}. */
    public OverloadSettings withRefuseAfter(Duration value) {
        return new OverloadSettings(lagLimit, value);
    }
}
