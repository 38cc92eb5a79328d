package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client asks for no more messages (MQTT 5.0, section 3.10; MQTT 3.1.1, section 3.10).
 *
 * @param packetId 1 to 65,535; comes back in the UNSUBACK
 * @param filters at least one, none empty, otherwise not checked
 * @param properties only in MQTT 5.0
 */
public record Unsubscribe(int packetId, List<String> filters, UnsubscribeProperties properties) implements Packet {
    public Unsubscribe {
        Check.packetId(packetId);
        Check.that(!filters.isEmpty(), "an UNSUBSCRIBE without topic filters"); // [MQTT-3.10.3-2]
        filters = List.copyOf(filters);
        for (String filter : filters) {
            Check.that(!filter.isEmpty(), "an empty topic filter"); // [MQTT-4.7.3-1]
        }
        Objects.requireNonNull(properties, "properties");
    }

    /** These filters. */
    public static Unsubscribe of(int packetId, String... filters) {
        return new Unsubscribe(packetId, List.of(filters), UnsubscribeProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }

    static Unsubscribe read(PacketReader in) {
        int packetId = in.packetId();
        UnsubscribeProperties properties =
                in.is(MqttVersion.V5) ? UnsubscribeProperties.read(in) : UnsubscribeProperties.NONE;
        List<String> filters = new ArrayList<>();
        while (in.hasMore()) {
            filters.add(in.topicFilter());
        }
        if (filters.isEmpty()) {
            throw in.protocolError("no topic filters; at least one expected"); // [MQTT-3.10.3-2], [MQTT3-3.10.3-2]
        }
        return new Unsubscribe(packetId, filters, properties);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        long size = PacketWriter.twoBytes(out, packetId) + (version == MqttVersion.V5 ? properties.put(out) : 0);
        for (String filter : filters) {
            size += PacketWriter.string(out, filter);
        }
        return size;
    }
}
