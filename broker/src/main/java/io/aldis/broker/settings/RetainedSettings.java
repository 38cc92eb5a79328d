package io.aldis.broker.settings;

/**
 * What is kept for later subscribers.
 *
 * @param available whether messages can be retained; announced (MQTT 5.0 §3.2.2.3.5)
 * @param maximumMessages most topics with a retained message; one that takes the place of another is always kept. A message of
 *     QoS 1 or 2 from a 5.0 client that would be one more is refused with 0x97 (quota exceeded), others are not retained
 * @param maximumPayloadBytes largest payload of a retained message in bytes; a larger one of QoS 1 or 2 from a 5.0 client is
 *     refused with 0x97, others remove the message they would replace, for that is no longer the last one of its topic
 */
public record RetainedSettings(boolean available, long maximumMessages, int maximumPayloadBytes) {

    public RetainedSettings {
        Check.inRange("maximumMessages", maximumMessages, 0, Long.MAX_VALUE);
        Check.inRange("maximumPayloadBytes", maximumPayloadBytes, 0, 268_435_455);
    }

    /** The defaults. */
    public static RetainedSettings defaults() {
        return new RetainedSettings(true, 1_000_000, 268_435_455);
    }

    /** These with another {@code available}. */
    public RetainedSettings withAvailable(boolean value) {
        return new RetainedSettings(value, maximumMessages, maximumPayloadBytes);
    }

    /** These with another {@code maximumMessages}. */
    public RetainedSettings withMaximumMessages(long value) {
        return new RetainedSettings(available, value, maximumPayloadBytes);
    }

    /** These with another {@code maximumPayloadBytes}. */
    public RetainedSettings withMaximumPayloadBytes(int value) {
        return new RetainedSettings(available, maximumMessages, value);
    }
}
