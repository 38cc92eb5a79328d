package io.aldis.codec;

import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5.0 by their identifiers (MQTT 5.0, section 2.2.2.2, table 2-4). */
enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, "payload format indicator"),
    MESSAGE_EXPIRY_INTERVAL(0x02, "message expiry interval"),
    CONTENT_TYPE(0x03, "content type"),
    RESPONSE_TOPIC(0x08, "response topic"),
    CORRELATION_DATA(0x09, "correlation data"),
    SUBSCRIPTION_IDENTIFIER(0x0B, "subscription identifier"),
    SESSION_EXPIRY_INTERVAL(0x11, "session expiry interval"),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, "assigned client identifier"),
    SERVER_KEEP_ALIVE(0x13, "server keep alive"),
    AUTHENTICATION_METHOD(0x15, "authentication method"),
    AUTHENTICATION_DATA(0x16, "authentication data"),
    REQUEST_PROBLEM_INFORMATION(0x17, "request problem information"),
    WILL_DELAY_INTERVAL(0x18, "will delay interval"),
    REQUEST_RESPONSE_INFORMATION(0x19, "request response information"),
    RESPONSE_INFORMATION(0x1A, "response information"),
    SERVER_REFERENCE(0x1C, "server reference"),
    REASON_STRING(0x1F, "reason string"),
    RECEIVE_MAXIMUM(0x21, "receive maximum"),
    TOPIC_ALIAS_MAXIMUM(0x22, "topic alias maximum"),
    TOPIC_ALIAS(0x23, "topic alias"),
    MAXIMUM_QOS(0x24, "maximum QoS"),
    RETAIN_AVAILABLE(0x25, "retain available"),
    USER_PROPERTY(0x26, "user property"),
    MAXIMUM_PACKET_SIZE(0x27, "maximum packet size"),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, "wildcard subscription available"),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, "subscription identifier available"),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, "shared subscription available");

    private static final @Nullable Property[] BY_ID = new @Nullable Property[Long.SIZE];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final String text;

    Property(int id, String text) {
        this.id = id;
        this.text = text;
    }

    /** The number on the wire: below 64, so that a long holds one bit for each, and one byte holds it. */
    int id() {
        return id;
    }

    static @Nullable Property find(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    /** The name in the words of the standard. */
    @Override
    public String toString() {
        return text;
    }
}
