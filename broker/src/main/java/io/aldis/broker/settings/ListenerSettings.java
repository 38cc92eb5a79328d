package io.aldis.broker.settings;

/**
 * What holds for the connections of one listener.
 *
 * @param backlog most connections that the system keeps until the broker accepts them, 1 to 65,535; the system may have a lower
 *     limit
 */
public record ListenerSettings(int backlog) {

    public ListenerSettings {
        Check.inRange("backlog", backlog, 1, 65_535);
    }

    /** The defaults. */
    public static ListenerSettings defaults() {
        return new ListenerSettings(4096);
    }

    /** These with another {@code backlog}. */
    public ListenerSettings withBacklog(int value) {
        return new ListenerSettings(value);
    }
}
