package io.aldis.acceptance.clients;

import java.nio.charset.StandardCharsets;

/** An application message as a client got it. */
record Received(String topic, String payload, int qos, boolean retained) {
    Received(String topic, byte[] payload, int qos, boolean retained) {
        this(topic, new String(payload, StandardCharsets.UTF_8), qos, retained);
    }
}
