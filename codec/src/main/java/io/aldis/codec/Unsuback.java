package io.aldis.codec;

import java.util.List;
import java.util.Objects;

/**
 * The server answers an UNSUBSCRIBE (MQTT 5.0, section 3.11; MQTT 3.1.1, section 3.11).
 *
 * @param packetId of the UNSUBSCRIBE, 1 to 65,535
 * @param reasons one for each of its filters, in their order; MQTT 3.x does not say them, and there the list is empty
 * @param properties only in MQTT 5.0
 */
public record Unsuback(int packetId, List<ReasonCode> reasons, AckProperties properties) implements Packet {
    public Unsuback {
        Check.packetId(packetId);
        reasons = List.copyOf(reasons);
        for (ReasonCode reason : reasons) {
            Check.reason(reason, PacketType.UNSUBACK); // [MQTT-3.11.3-2]
        }
        Objects.requireNonNull(properties, "properties");
    }

    /** These reasons and nothing more to say. */
    public static Unsuback of(int packetId, ReasonCode... reasons) {
        return new Unsuback(packetId, List.of(reasons), AckProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
