package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The form that PUBACK, PUBREC, PUBREL and PUBCOMP share: a packet identifier; in MQTT 5.0 then a reason and
 * properties, from the end left out when they say nothing (MQTT 5.0, sections 3.4.2.1 and 3.4.2.2.1).
 */
final class Ack {
    private Ack() {}

    static ReasonCode readReason(PacketReader in) {
        return in.hasMore() ? in.reason() : ReasonCode.SUCCESS;
    }

    static AckProperties readProperties(PacketReader in) {
        return in.hasMore() ? AckProperties.read(in) : AckProperties.NONE;
    }

    static long put(
            @Nullable ByteBuf out, MqttVersion version, int packetId, ReasonCode reason, AckProperties properties) {
        boolean withProperties = version == MqttVersion.V5 && !properties.isEmpty();
        boolean withReason = withProperties || (version == MqttVersion.V5 && reason != ReasonCode.SUCCESS);
        return PacketWriter.twoBytes(out, packetId)
                + (withReason ? PacketWriter.oneByte(out, reason.code()) : 0)
                + (withProperties ? properties.put(out) : 0);
    }
}
