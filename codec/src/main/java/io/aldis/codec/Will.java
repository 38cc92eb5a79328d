package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the server publishes for a client whose connection breaks (MQTT 5.0, section 3.1.2.5).
 *
 * @param topic a topic name
 * @param properties only in MQTT 5.0
 */
public record Will(String topic, Binary payload, Qos qos, boolean retain, WillProperties properties) {
    public Will {
        Check.that(Topics.isValidName(topic), "a will topic is a topic name"); // [MQTT-4.7.0-1], [MQTT-4.7.3-1]
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(qos, "qos");
        Objects.requireNonNull(properties, "properties");
    }

    /** A will that is not retained. */
    public static Will of(String topic, Binary payload, Qos qos) {
        return new Will(topic, payload, qos, false, WillProperties.NONE);
    }

    /** The same, retained or not. */
    public Will withRetain(boolean retain) {
        return new Will(topic, payload, qos, retain, properties);
    }

    /** The same with these properties. */
    public Will withProperties(WillProperties properties) {
        return new Will(topic, payload, qos, retain, properties);
    }

    static Will read(PacketReader in, Qos qos, boolean retain) {
        WillProperties properties = in.is(MqttVersion.V5) ? WillProperties.read(in) : WillProperties.NONE;
        String topic = in.string("will topic"); // [MQTT3-3.1.3-10], [MQTT-3.1.3-11]
        in.requireTopicName(topic, "will topic");
        return new Will(topic, in.binary("will payload"), qos, retain, properties);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        return (version == MqttVersion.V5 ? properties.put(out) : 0)
                + PacketWriter.string(out, topic)
                + PacketWriter.binary(out, payload);
    }
}
