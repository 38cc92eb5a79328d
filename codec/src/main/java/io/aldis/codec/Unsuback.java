package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    static Unsuback read(PacketReader in) {
        int packetId = in.packetId();
        if (!in.is(MqttVersion.V5)) {
            return new Unsuback(packetId, List.of(), AckProperties.NONE);
        }
        AckProperties properties = AckProperties.read(in);
        List<ReasonCode> reasons = new ArrayList<>();
        while (in.hasMore()) {
            reasons.add(in.reason());
        }
        if (reasons.isEmpty()) {
            throw in.protocolError("no reason codes; at least one expected");
        }
        return new Unsuback(packetId, reasons, properties);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        long size = PacketWriter.twoBytes(out, packetId);
        if (version == MqttVersion.V5) {
            Check.that(!reasons.isEmpty(), "an UNSUBACK without reason codes");
            size += properties.put(out);
            for (ReasonCode reason : reasons) {
                size += PacketWriter.oneByte(out, reason.code());
            }
        }
        return size;
    }
}
