package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sender of a PUBLISH of QoS 2 has the PUBREC and will not send the message again (MQTT 5.0, section 3.6; MQTT
 * 3.1.1, section 3.6).
 *
 * @param packetId of the PUBLISH, 1 to 65,535
 * @param reason always success in MQTT 3.x
 * @param properties only in MQTT 5.0
 */
public record Pubrel(int packetId, ReasonCode reason, AckProperties properties) implements Packet {
    public Pubrel {
        Check.packetId(packetId);
        Check.reason(reason, PacketType.PUBREL); // [MQTT-3.6.2-1]
        Objects.requireNonNull(properties, "properties");
    }

    /** Success. */
    public Pubrel(int packetId) {
        this(packetId, ReasonCode.SUCCESS);
    }

    /** With this reason and nothing more to say. */
    public Pubrel(int packetId, ReasonCode reason) {
        this(packetId, reason, AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }

    static Pubrel read(PacketReader in) {
        return new Pubrel(in.packetId(), Ack.readReason(in), Ack.readProperties(in));
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        return Ack.put(out, version, packetId, reason, properties);
    }
}
