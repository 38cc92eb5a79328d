package io.aldis.codec;

import java.util.List;
import java.util.Objects;

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
}
