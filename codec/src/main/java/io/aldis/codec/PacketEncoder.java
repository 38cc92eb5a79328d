package io.aldis.codec;

import io.netty.buffer.ByteBuf;

/** Packets to bytes. Its working parts follow; until then it refuses to work. */
@SuppressWarnings("DoNotCallSuggester")
public final class PacketEncoder {
    private PacketEncoder() {}

    /** Appends the packet to {@code out}. */
    public static void encode(Packet packet, MqttVersion version, ByteBuf out) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** How many bytes the packet is on the wire, all of them counted. */
    public static int size(Packet packet, MqttVersion version) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Appends a PUBLISH to {@code out} without making objects. */
    public static void encodePublish(
            ByteBuf out,
            MqttVersion version,
            byte[] topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            boolean dup,
            int packetId,
            PublishProperties properties) {
        throw new UnsupportedOperationException("not there yet");
    }
}
