package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of a PUBLISH of QoS 1 has it, or refuses it (MQTT 5.0, section 3.4; MQTT 3.1.1, section 3.4).
 *
 * @param packetId of the PUBLISH, 1 to 65,535
 * @param reason always success in MQTT 3.x
 * @param properties only in MQTT 5.0
 */
public record Puback(int packetId, ReasonCode reason, AckProperties properties) implements Packet {
    public Puback {
        Check.packetId(packetId);
        Check.reason(reason, PacketType.PUBACK); // [MQTT-3.4.2-1]
        Objects.requireNonNull(properties, "properties");
    }

    /** Success. */
    public Puback(int packetId) {
        this(packetId, ReasonCode.SUCCESS);
    }

    /** With this reason and nothing more to say. */
    public Puback(int packetId, ReasonCode reason) {
        this(packetId, reason, AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }

    static Puback read(PacketReader in) {
        return new Puback(in.packetId(), Ack.readReason(in), Ack.readProperties(in));
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        Check.that(
                version == MqttVersion.V5 || !reason.isError(), "MQTT 3.x cannot refuse a message"); // [MQTT3-3.3.5-2]
        return Ack.put(out, version, packetId, reason, properties);
    }
}
