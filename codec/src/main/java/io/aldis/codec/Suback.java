package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server answers a SUBSCRIBE (MQTT 5.0, section 3.9; MQTT 3.1.1, section 3.9).
 *
 * @param packetId of the SUBSCRIBE, 1 to 65,535
 * @param reasons one for each of its filters, in their order. In MQTT 3.x every failure is said as 0x80, which MQTT
 *     3.1 does not list but its clients know
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

    static Suback read(PacketReader in) {
        int packetId = in.packetId();
        AckProperties properties = in.is(MqttVersion.V5) ? AckProperties.read(in) : AckProperties.NONE;
        List<ReasonCode> reasons = new ArrayList<>();
        while (in.hasMore()) {
            reasons.add(in.is(MqttVersion.V5) ? in.reason() : readReturnCode(in));
        }
        if (reasons.isEmpty()) {
            throw in.protocolError("no reason codes; at least one expected"); // [MQTT-3.8.4-6]
        }
        return new Suback(packetId, reasons, properties);
    }

    private static ReasonCode readReturnCode(PacketReader in) {
        int code = in.oneByte("return code");
        ReasonCode reason = ReasonCode.find(code);
        if (code > 2 && reason != ReasonCode.UNSPECIFIED_ERROR) {
            throw in.protocolError("return code " + code + "; 0, 1, 2 or 128 expected"); // [MQTT3-3.9.3-2]
        }
        return ReasonCode.of(code);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        boolean v5 = version == MqttVersion.V5;
        long size = PacketWriter.twoBytes(out, packetId) + (v5 ? properties.put(out) : 0);
        for (ReasonCode reason : reasons) {
            ReasonCode said = v5 || !reason.isError() ? reason : ReasonCode.UNSPECIFIED_ERROR; // [MQTT3-3.9.3-2]
            size += PacketWriter.oneByte(out, said.code());
        }
        return size;
    }
}
