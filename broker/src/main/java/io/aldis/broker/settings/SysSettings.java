package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What the broker publishes of itself under {@code $SYS/broker}: figures such as {@code $SYS/broker/clients/connected}, retained, at
 * QoS 0, each when it has changed. Only filters that begin with {@code $SYS/} get them.
 *
 * @param interval how often the topics are brought up to date; zero for no such topics
 */
public record SysSettings(Duration interval) {

    public SysSettings {
        Check.inRange("interval (milliseconds)", interval.toMillis(), 0, Integer.MAX_VALUE);
    }

    /** The defaults. */
    public static SysSettings defaults() {
        return new SysSettings(Duration.ofSeconds(10));
    }

    /** These with another {@code interval}. */
    public SysSettings withInterval(Duration value) {
        return new SysSettings(value);
    }
}
