package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of a PUBLISH of QoS 2 has it, or refuses it (MQTT 5.0, section 3.5; MQTT 3.1.1, section 3.5).
 *
 * @param packetId of the PUBLISH, 1 to 65,535
 * @param reason always success in MQTT 3.x
 * @param properties only in MQTT 5.0
 */
public record Pubrec(int packetId, ReasonCode reason, AckProperties properties) implements Packet {
    public Pubrec {
        Check.packetId(packetId);
        Check.reason(reason, PacketType.PUBREC); // [MQTT-3.5.2-1]
        Objects.requireNonNull(properties, "properties");
    }

    /** Success. */
    public Pubrec(int packetId) {
        this(packetId, ReasonCode.SUCCESS);
    }

    /** With this reason and nothing more to say. */
    public Pubrec(int packetId, ReasonCode reason) {
        this(packetId, reason, AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }

    static Pubrec read(PacketReader in) {
        return new Pubrec(in.packetId(), Ack.readReason(in), Ack.readProperties(in));
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        Check.that(
                version == MqttVersion.V5 || !reason.isError(), "MQTT 3.x cannot refuse a message"); // [MQTT3-3.3.5-2]
        return Ack.put(out, version, packetId, reason, properties);
    }
}
