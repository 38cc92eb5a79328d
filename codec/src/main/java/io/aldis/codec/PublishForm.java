package io.aldis.codec;

import io.netty.buffer.ByteBuf;

/** One PUBLISH, encoded once for many receivers. Its working parts follow; until then it refuses to work. */
@SuppressWarnings("DoNotCallSuggester")
public final class PublishForm {
    private PublishForm() {}

    /** Encodes it. */
    public static PublishForm of(
            MqttVersion version,
            byte[] topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            PublishProperties properties) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** How many bytes {@link #writeTo(ByteBuf, int, boolean)} writes. */
    public int size() {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Appends it to {@code out}. */
    public void writeTo(ByteBuf out, int packetId, boolean dup) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Appends it to {@code out} with a topic alias and with or without its topic; only in MQTT 5.0. */
    public void writeTo(ByteBuf out, int packetId, boolean dup, int alias, boolean topicOmitted) {
        throw new UnsupportedOperationException("not there yet");
    }
}
