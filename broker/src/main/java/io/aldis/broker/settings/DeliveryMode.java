package io.aldis.broker.settings;

/** How often a session gets a message that several of its filters match (MQTT 5.0 §3.3.4). */
public enum DeliveryMode {
    /** Once, at the highest QoS of these subscriptions, with all their identifiers. */
    ONLY_ONCE,
    /** Once for each matching subscription, as that subscription asks for it. */
    OVERLAP
}
