package io.aldis.codec;

/** How hard the two sides try to deliver a message (MQTT 5.0, section 4.3). */
public enum Qos {
    /** QoS 0: sent once and forgotten. */
    AT_MOST_ONCE(0),
    /** QoS 1: resent until acknowledged. */
    AT_LEAST_ONCE(1),
    /** QoS 2: resent until acknowledged, and recognised when it comes again. */
    EXACTLY_ONCE(2);

    private static final Qos[] LEVELS = values();

    private final int level;

    Qos(int level) {
        this.level = level;
    }

    /** The number on the wire: 0, 1 or 2. */
    public int level() {
        return level;
    }

    /**
     * The QoS with this number.
     *
     * @throws IllegalArgumentException unless {@code level} is 0, 1 or 2
     */
    public static Qos of(int level) {
        if (level < 0 || level >= LEVELS.length) {
            throw new IllegalArgumentException("QoS " + level + "; 0, 1 or 2 expected");
        }
        return LEVELS[level];
    }

    /** The lower of the two, as when a message meets a subscription (MQTT 5.0, section 3.8.4). */
    public Qos min(Qos other) {
        return level <= other.level ? this : other;
    }
}
