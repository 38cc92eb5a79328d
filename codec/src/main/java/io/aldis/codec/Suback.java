package io.aldis.codec;

import java.util.List;
import java.util.Objects;

/**
 * The server answers a SUBSCRIBE (MQTT 5.0, section 3.9; MQTT 3.1.1, section 3.9).
 *
 * @param packetId of the SUBSCRIBE, 1 to 65,535
 * @param reasons one for each of its filters, in their order. In MQTT 3.x every failure is said as 0x80, which MQTT 3.1 does not list but
 *     its clients know
 * @param properties only in MQTT 5.0
 */
public record Suback(int packetId, List<ReasonCode> reasons, AckProperties properties) implements Packet {
    public Suback {
        Check.packetId(packetId);
        Check.that(!reasons.isEmpty(), "a SUBACK without reason codes"); // [MQTT-3.8.4-6]
        reasons = List.copyOf(reasons);
        for (ReasonCode reason : reasons) {
            Check.reason(reason, PacketType.SUBACK); // [MQTT-3.9.3-2]
        }
        Objects.requireNonNull(properties, "properties");
    }

    /** These reasons and nothing more to say. */
    public static Suback of(int packetId, ReasonCode... reasons) {
        return new Suback(packetId, List.of(reasons), AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
