package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way, in either direction (MQTT 5.0, section 3.3; MQTT 3.1.1, section 3.3).
 *
 * @param topic a topic name, without wildcards, which the encoder checks; empty only with a topic alias
 * @param retain from a client: keep it for later subscribers; from a server: it was kept
 * @param dup whether this is, or may be, sent again; never at QoS 0
 * @param packetId 1 to 65,535; 0 at QoS 0, which has none
 * @param properties only in MQTT 5.0
 */
public record Publish(
        String topic, Binary payload, Qos qos, boolean retain, boolean dup, int packetId, PublishProperties properties)
        implements Packet {
    // The flags in the first byte (3.3.1).
    static final int RETAIN = 0x01;
    static final int QOS_SHIFT = 1;
    static final int DUP = 0x08;

    public Publish {
        Objects.requireNonNull(payload, "payload");
        Check.that(
                !topic.isEmpty() || properties.topicAlias() != null,
                "an empty topic without a topic alias"); // [MQTT-4.7.3-1]
        if (qos == Qos.AT_MOST_ONCE) {
            Check.that(packetId == 0, "a packet identifier at QoS 0"); // [MQTT-2.2.1-2], [MQTT3-2.3.1-5]
            Check.that(!dup, "DUP at QoS 0"); // [MQTT-3.3.1-2], [MQTT3-3.3.1-2]
        } else {
            Check.packetId(packetId);
        }
    }

    /** A message of QoS 0. */
    public static Publish qos0(String topic, Binary payload) {
        return new Publish(topic, payload, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE);
    }

    /** A message of QoS 1. */
    public static Publish qos1(String topic, Binary payload, int packetId) {
        return new Publish(topic, payload, Qos.AT_LEAST_ONCE, false, false, packetId, PublishProperties.NONE);
    }

    /** A message of QoS 2. */
    public static Publish qos2(String topic, Binary payload, int packetId) {
        return new Publish(topic, payload, Qos.EXACTLY_ONCE, false, false, packetId, PublishProperties.NONE);
    }

    /** The same, retained or not. */
    public Publish withRetain(boolean retain) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    /** The same, for the first time or not. */
    public Publish withDup(boolean dup) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    /** The same with this packet identifier. */
    public Publish withPacketId(int packetId) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    /** The same with these properties. */
    public Publish withProperties(PublishProperties properties) {
        return new Publish(topic, payload, qos, retain, dup, packetId, properties);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }

    static Publish read(PacketReader in) {
        int flags = in.flags();
        Qos qos = Qos.of(flags >> QOS_SHIFT & 3);
        boolean acknowledged = qos != Qos.AT_MOST_ONCE;
        String topic = in.topicName();
        int packetId = acknowledged ? in.packetId() : 0; // [MQTT3-2.3.1-5]
        PublishProperties properties = in.is(MqttVersion.V5) ? PublishProperties.read(in) : PublishProperties.NONE;
        if (topic.isEmpty() && properties.topicAlias() == null) {
            throw in.protocolError("empty topic name without a topic alias");
        }
        // MQTT 3.1 gives DUP no meaning at QoS 0; the later versions have refused it by now.
        boolean dup = acknowledged && (flags & DUP) != 0;
        return new Publish(topic, in.rest(), qos, (flags & RETAIN) != 0, dup, packetId, properties);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        boolean v5 = version == MqttVersion.V5;
        // [MQTT3-3.3.2-2]
        Check.that(topic.isEmpty() || Topics.isValidName(topic), "a topic name has no wildcards"); // [MQTT-3.3.2-2]
        Check.that(v5 || !topic.isEmpty(), "MQTT 3.x has no topic aliases");
        return PacketWriter.string(out, topic)
                + (qos == Qos.AT_MOST_ONCE ? 0 : PacketWriter.twoBytes(out, packetId))
                + (v5 ? properties.put(out) : 0)
                + PacketWriter.bytes(out, payload);
    }

    int flags() {
        return flags(qos, retain, dup);
    }

    static int flags(Qos qos, boolean retain, boolean dup) {
        return (dup ? DUP : 0) | qos.level() << QOS_SHIFT | (retain ? RETAIN : 0);
    }
}
