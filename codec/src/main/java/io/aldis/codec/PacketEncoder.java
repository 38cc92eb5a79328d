package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Packets to bytes.
 *
 * <p>In MQTT 3.x what only MQTT 5.0 knows is left out where the packet means the same without it: properties,
 * subscription options, reasons of success. What cannot be said without it is refused. A refused packet leaves nothing
 * in the buffer.
 *
 * <p>Without state, so for any thread.
 */
public final class PacketEncoder {
    /** A topic alias among the properties: its identifier and two bytes. */
    static final int ALIAS_SIZE = 3;

    private PacketEncoder() {}

    /**
     * Appends the packet to {@code out}, in the shortest form.
     *
     * @throws IllegalArgumentException if the packet cannot be said in this version: text that is no UTF-8 Encoded
     *     String (MQTT 5.0, section 1.5.4), a topic name with wildcards, a CONNECT of another version, more than
     *     268,435,455 bytes, and in MQTT 3.x an AUTH, a PUBLISH without a topic, a refusing PUBACK or PUBREC, a CONNACK
     *     whose reason has no {@linkplain ReasonCode#returnCode() return code}, a DISCONNECT with another reason than
     *     success
     */
    public static void encode(Packet packet, MqttVersion version, ByteBuf out) {
        long length = put(packet, version, null);
        int first = FixedHeader.firstByte(
                packet.type(),
                packet instanceof Publish publish ? publish.flags() : FixedHeader.reservedFlags(packet.type()));
        putFixedHeader(out, first, length);
        put(packet, version, out);
    }

    /**
     * How many bytes {@link #encode} appends, the fixed header counted.
     *
     * @throws IllegalArgumentException as {@link #encode} does
     */
    public static int size(Packet packet, MqttVersion version) {
        long length = put(packet, version, null);
        return 1 + PacketWriter.variableByteInteger(null, length) + (int) length;
    }

    /** Makes room for a packet of this remaining length and appends its fixed header. */
    private static void putFixedHeader(ByteBuf out, int first, long length) {
        int lengthBytes = PacketWriter.variableByteInteger(null, length);
        out.ensureWritable(1 + lengthBytes + (int) length);
        out.writeByte(first);
        PacketWriter.variableByteInteger(out, length);
    }

    /** All but the fixed header. */
    private static long put(Packet packet, MqttVersion version, @Nullable ByteBuf out) {
        return switch (packet.type()) {
            case CONNECT -> {
                Connect connect = (Connect) packet;
                Check.that(connect.version() == version, "a CONNECT of " + connect.version() + " in " + version);
                yield connect.put(out);
            }
            case CONNACK -> ((Connack) packet).put(out, version);
            case PUBLISH -> ((Publish) packet).put(out, version);
            case PUBACK -> ((Puback) packet).put(out, version);
            case PUBREC -> ((Pubrec) packet).put(out, version);
            case PUBREL -> ((Pubrel) packet).put(out, version);
            case PUBCOMP -> ((Pubcomp) packet).put(out, version);
            case SUBSCRIBE -> ((Subscribe) packet).put(out, version);
            case SUBACK -> ((Suback) packet).put(out, version);
            case UNSUBSCRIBE -> ((Unsubscribe) packet).put(out, version);
            case UNSUBACK -> ((Unsuback) packet).put(out, version);
            case PINGREQ, PINGRESP -> 0;
            case DISCONNECT -> ((Disconnect) packet).put(out, version);
            case AUTH -> ((Auth) packet).put(out, version);
        };
    }

    /**
     * Appends a PUBLISH to {@code out} without making any object (MQTT 5.0, section 3.3).
     *
     * @param topicUtf8 the topic name, which the caller vouches for: valid UTF-8, no wildcards
     * @param packetId 1 to 65,535; 0 at QoS 0
     * @param properties left out in MQTT 3.x
     * @throws IllegalArgumentException if {@link Publish} would refuse it or {@link #encode} would
     */
    public static void encodePublish(
            ByteBuf out,
            MqttVersion version,
            Binary topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            boolean dup,
            int packetId,
            PublishProperties properties) {
        encodePublish(out, version, topicUtf8, payload, qos, retain, dup, packetId, properties, 0);
    }

    /**
     * The same with a topic alias, which is only in MQTT 5.0 (MQTT 5.0, section 3.3.2.3.4).
     *
     * @param topicUtf8 the topic name, or nothing if the receiver knows the alias
     * @param properties without a topic alias if {@code alias} is one
     * @param alias 1 to 65,535; 0 for none
     */
    public static void encodePublish(
            ByteBuf out,
            MqttVersion version,
            Binary topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            boolean dup,
            int packetId,
            PublishProperties properties,
            int alias) {
        boolean acknowledged = qos != Qos.AT_MOST_ONCE;
        boolean v5 = version == MqttVersion.V5;
        checkPublish(acknowledged, dup, packetId);
        checkAlias(alias, v5, properties);
        checkTopic(topicUtf8, v5 && (alias != 0 || properties.topicAlias() != null));
        long propertyLength = v5 ? properties.putProperties(null) + (alias == 0 ? 0 : ALIAS_SIZE) : 0;
        long length = publishLength(v5, topicUtf8, acknowledged, propertyLength, payload);
        putFixedHeader(out, FixedHeader.firstByte(PacketType.PUBLISH, Publish.flags(qos, retain, dup)), length);
        out.writeShort(topicUtf8.size());
        topicUtf8.writeTo(out);
        if (acknowledged) {
            out.writeShort(packetId);
        }
        if (v5) {
            PacketWriter.variableByteInteger(out, propertyLength);
            if (alias != 0) {
                out.writeByte(Property.TOPIC_ALIAS.id());
                out.writeShort(alias);
            }
            properties.putProperties(out);
        }
        payload.writeTo(out);
    }

    /** The remaining length of a PUBLISH. */
    static long publishLength(boolean v5, Binary topicUtf8, boolean acknowledged, long propertyLength, Binary payload) {
        return 2L
                + topicUtf8.size()
                + (acknowledged ? 2 : 0)
                + (v5 ? PacketWriter.variableByteInteger(null, propertyLength) + propertyLength : 0)
                + payload.size();
    }

    static void checkPublish(boolean acknowledged, boolean dup, int packetId) {
        if (acknowledged) {
            Check.packetId(packetId);
        } else {
            Check.that(packetId == 0, "a packet identifier at QoS 0"); // [MQTT-2.2.1-2], [MQTT3-2.3.1-5]
            Check.that(!dup, "DUP at QoS 0"); // [MQTT-3.3.1-2], [MQTT3-3.3.1-2]
        }
    }

    private static void checkAlias(int alias, boolean v5, PublishProperties properties) {
        Check.range(alias, 0, Check.MAXIMUM_TWO_BYTES, "topic alias");
        Check.that(alias == 0 || (v5 && properties.topicAlias() == null), "a second topic alias, or one in MQTT 3.x");
    }

    static void checkTopic(Binary topicUtf8, boolean mayBeEmpty) {
        Check.that(mayBeEmpty || topicUtf8.size() > 0, "an empty topic without a topic alias"); // [MQTT-4.7.3-1]
        // [MQTT3-4.7.3-3]
        Check.that(topicUtf8.size() <= Check.MAXIMUM_TWO_BYTES, "a topic of more than 65535 bytes"); // [MQTT-4.7.3-3]
    }
}
