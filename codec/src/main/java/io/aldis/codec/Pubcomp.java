package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of a PUBLISH of QoS 2 has forgotten its identifier, which may be used again (MQTT 5.0, section 3.7; MQTT
 * 3.1.1, section 3.7).
 *
 * @param packetId of the PUBLISH, 1 to 65,535
 * @param reason always success in MQTT 3.x
 * @param properties only in MQTT 5.0
 */
public record Pubcomp(int packetId, ReasonCode reason, AckProperties properties) implements Packet {
    public Pubcomp {
        Check.packetId(packetId);
        Check.reason(reason, PacketType.PUBCOMP); // [MQTT-3.7.2-1]
        Objects.requireNonNull(properties, "properties");
    }

    /** Success. */
    public Pubcomp(int packetId) {
        this(packetId, ReasonCode.SUCCESS);
    }

    /** With this reason and nothing more to say. */
    public Pubcomp(int packetId, ReasonCode reason) {
        this(packetId, reason, AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBCOMP;
    }

    static Pubcomp read(PacketReader in) {
        return new Pubcomp(in.packetId(), Ack.readReason(in), Ack.readProperties(in));
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        return Ack.put(out, version, packetId, reason, properties);
    }
}
