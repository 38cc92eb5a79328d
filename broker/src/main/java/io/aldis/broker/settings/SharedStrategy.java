package io.aldis.broker.settings;

/** Which member of a shared subscription gets a message (MQTT 5.0 §4.8.2). Members that are connected and keep up come before others. */
public enum SharedStrategy {
    /** Each in turn. */
    ROUND_ROBIN,
    /** Any, by chance. */
    RANDOM,
    /** The one with the fewest unacknowledged messages. */
    LEAST_IN_FLIGHT,
    /** Always the same, for as long as it is there. */
    STICKY,
    /** The same for all messages of one publisher, for as long as it is there. */
    HASH_CLIENT,
    /** The same for all messages of one topic, for as long as it is there. */
    HASH_TOPIC
}
