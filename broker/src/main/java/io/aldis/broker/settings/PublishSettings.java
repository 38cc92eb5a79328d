package io.aldis.broker.settings;

import io.aldis.codec.Qos;

/**
 * What clients may publish.
 *
 * @param maximumQos highest QoS of a message from a client, and of what it gets; announced (MQTT 5.0 §3.2.2.3.4)
 * @param payloadFormatChecked whether a payload that is said to be UTF-8 is looked at, and refused if it is not
 *     (MQTT 5.0 §3.3.2.3.2)
 * @param maximumTopicLevels most levels of a topic name, 1 to 65,536
 * @param maximumTopicBytes longest topic name in bytes, 1 to 65,535
 */
public record PublishSettings(
        Qos maximumQos, boolean payloadFormatChecked, int maximumTopicLevels, int maximumTopicBytes) {

    public PublishSettings {
        Check.inRange("maximumTopicLevels", maximumTopicLevels, 1, 65_536);
        Check.inRange("maximumTopicBytes", maximumTopicBytes, 1, 65_535);
    }

    /** The defaults. */
    public static PublishSettings defaults() {
        return new PublishSettings(Qos.EXACTLY_ONCE, false, 65_536, 65_535);
    }

    /** These with another {@code maximumQos}. */
    public PublishSettings withMaximumQos(Qos value) {
        return new PublishSettings(value, payloadFormatChecked, maximumTopicLevels, maximumTopicBytes);
    }

    /** These with another {@code payloadFormatChecked}. */
    public PublishSettings withPayloadFormatChecked(boolean value) {
        return new PublishSettings(maximumQos, value, maximumTopicLevels, maximumTopicBytes);
    }

    /** These with another {@code maximumTopicLevels}. */
    public PublishSettings withMaximumTopicLevels(int value) {
        return new PublishSettings(maximumQos, payloadFormatChecked, value, maximumTopicBytes);
    }

    /** These with another {@code maximumTopicBytes}. */
    public PublishSettings withMaximumTopicBytes(int value) {
        return new PublishSettings(maximumQos, payloadFormatChecked, maximumTopicLevels, value);
    }
}
