package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One PUBLISH in one version, QoS and retain flag, encoded once and written to many receivers: only what differs
 * between them is patched in, which is the packet identifier, DUP and the topic alias (MQTT 5.0, section 3.3).
 *
 * <p>Immutable, so that it may cross threads. It has its own copy of the bytes.
 */
public final class PublishForm {
    private final byte[] packet;
    private final boolean acknowledged;

    /** Where the length of the topic is, behind the fixed header. */
    private final int topicStart;

    /** Where the topic ends; the packet identifier is here, if there is one. */
    private final int topicEnd;

    /** Where the properties are, behind their length; in MQTT 3.x, where the payload is. */
    private final int propertiesStart;

    /** -1 in MQTT 3.x. */
    private final int propertyLength;

    private PublishForm(byte[] packet, boolean acknowledged, int topicStart, int topicEnd, int propertyLength) {
        this.packet = packet;
        this.acknowledged = acknowledged;
        this.topicStart = topicStart;
        this.topicEnd = topicEnd;
        this.propertyLength = propertyLength;
        this.propertiesStart = topicEnd
                + (acknowledged ? 2 : 0)
                + (propertyLength < 0 ? 0 : PacketWriter.variableByteInteger(null, propertyLength));
    }

    /**
     * Encodes it.
     *
     * @param topicUtf8 the topic name, which the caller vouches for: not empty, valid UTF-8, no wildcards
     * @param properties without a topic alias; left out in MQTT 3.x
     * @throws IllegalArgumentException as {@link PacketEncoder#encodePublish} does, and if there is a topic alias
     */
    public static PublishForm of(
            MqttVersion version,
            Binary topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            PublishProperties properties) {
        Check.that(properties.topicAlias() == null, "a topic alias is given with each receiver");
        boolean acknowledged = qos != Qos.AT_MOST_ONCE;
        boolean v5 = version == MqttVersion.V5;
        long propertyLength = v5 ? properties.putProperties(null) : 0;
        long length = PacketEncoder.publishLength(v5, topicUtf8, acknowledged, propertyLength, payload);
        int topicStart = 1 + PacketWriter.variableByteInteger(null, length);
        byte[] packet = new byte[topicStart + (int) length];
        ByteBuf out = Unpooled.wrappedBuffer(packet).clear();
        // Any identifier will do: each receiver's own is put in its place.
        PacketEncoder.encodePublish(
                out, version, topicUtf8, payload, qos, retain, false, acknowledged ? 1 : 0, properties);
        return new PublishForm(
                packet, acknowledged, topicStart, topicStart + 2 + topicUtf8.size(), v5 ? (int) propertyLength : -1);
    }

    /** How many bytes {@link #writeTo(ByteBuf, int, boolean)} appends. */
    public int size() {
        return packet.length;
    }

    /** How many bytes {@link #writeTo(ByteBuf, int, boolean, int, boolean)} appends. */
    public int sizeWithAlias(boolean topicOmitted) {
        int length = lengthWithAlias(topicOmitted);
        return 1 + PacketWriter.variableByteInteger(null, length) + length;
    }

    /**
     * Appends it to {@code out}.
     *
     * @param packetId 1 to 65,535; 0 at QoS 0
     * @param dup whether it is sent again; never at QoS 0
     * @throws IllegalArgumentException if the packet identifier or DUP does not fit the QoS
     */
    public void writeTo(ByteBuf out, int packetId, boolean dup) {
        PacketEncoder.checkPublish(acknowledged, dup, packetId);
        int start = out.writerIndex();
        out.writeBytes(packet);
        if (dup) {
            out.setByte(start, packet[0] | Publish.DUP);
        }
        if (acknowledged) {
            out.setShort(start + topicEnd, packetId);
        }
    }

    /**
     * Appends it to {@code out} with a topic alias, which is only in MQTT 5.0 (MQTT 5.0, section 3.3.2.3.4).
     *
     * @param packetId 1 to 65,535; 0 at QoS 0
     * @param dup whether it is sent again; never at QoS 0
     * @param alias 1 to 65,535
     * @param topicOmitted whether the receiver knows the alias by now, so that it stands for the topic
     * @throws IllegalArgumentException if the packet identifier or DUP does not fit the QoS, the alias is out of
     *     range, or the version has none
     */
    public void writeTo(ByteBuf out, int packetId, boolean dup, int alias, boolean topicOmitted) {
        PacketEncoder.checkPublish(acknowledged, dup, packetId);
        Check.range(alias, 1, Check.MAXIMUM_TWO_BYTES, "topic alias"); // [MQTT-3.3.2-8]
        int length = lengthWithAlias(topicOmitted);
        out.ensureWritable(1 + PacketWriter.variableByteInteger(null, length) + length);
        out.writeByte(dup ? packet[0] | Publish.DUP : packet[0]);
        PacketWriter.variableByteInteger(out, length);
        if (topicOmitted) {
            out.writeShort(0);
        } else {
            out.writeBytes(packet, topicStart, topicEnd - topicStart);
        }
        if (acknowledged) {
            out.writeShort(packetId);
        }
        PacketWriter.variableByteInteger(out, (long) PacketEncoder.ALIAS_SIZE + propertyLength);
        out.writeByte(Property.TOPIC_ALIAS.id());
        out.writeShort(alias);
        out.writeBytes(packet, propertiesStart, packet.length - propertiesStart);
    }

    private int lengthWithAlias(boolean topicOmitted) {
        Check.that(propertyLength >= 0, "MQTT 3.x has no topic aliases");
        return 2
                + (topicOmitted ? 0 : topicEnd - topicStart - 2)
                + (acknowledged ? 2 : 0)
                + PacketWriter.variableByteInteger(null, (long) PacketEncoder.ALIAS_SIZE + propertyLength)
                + PacketEncoder.ALIAS_SIZE
                + (packet.length - propertiesStart);
    }
}
