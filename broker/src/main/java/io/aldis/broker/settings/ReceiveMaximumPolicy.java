package io.aldis.broker.settings;

/** What happens to a client that has more QoS 1 and 2 messages unacknowledged than the receive maximum allows. */
public enum ReceiveMaximumPolicy {
    /** It is disconnected with reason 0x93 (MQTT 5.0 §3.3.4). */
    DISCONNECT,
    /** Its messages are taken all the same. */
    TOLERATE
}
