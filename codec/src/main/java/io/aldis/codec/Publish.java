package io.aldis.codec;

import java.util.Objects;

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
    public Publish {
        Objects.requireNonNull(payload, "payload");
        Check.that(
                !topic.isEmpty() || properties.topicAlias() != null,
                "an empty topic without a topic alias"); // [MQTT-4.7.3-1]
        if (qos == Qos.AT_MOST_ONCE) {
            Check.that(packetId == 0, "a packet identifier at QoS 0"); // [MQTT-2.2.1-2]
            Check.that(!dup, "DUP at QoS 0"); // [MQTT-3.3.1-2]
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
}
