package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client asks for messages (MQTT 5.0, section 3.8; MQTT 3.1.1, section 3.8).
 *
 * @param packetId 1 to 65,535; comes back in the SUBACK
 * @param subscriptions at least one
 * @param properties only in MQTT 5.0
 */
public record Subscribe(int packetId, List<Subscription> subscriptions, SubscribeProperties properties)
        implements Packet {
    public Subscribe {
        Check.packetId(packetId);
        Check.that(!subscriptions.isEmpty(), "a SUBSCRIBE without topic filters"); // [MQTT-3.8.3-2]
        subscriptions = List.copyOf(subscriptions);
        Objects.requireNonNull(properties, "properties");
    }

    /** One filter, with the options that MQTT 3.x always has. */
    public static Subscribe of(int packetId, String filter, Qos qos) {
        return of(packetId, Subscription.of(filter, qos));
    }

    /** These subscriptions. */
    public static Subscribe of(int packetId, Subscription... subscriptions) {
        return new Subscribe(packetId, List.of(subscriptions), SubscribeProperties.NONE);
    }

    /** The same with these properties. */
    public Subscribe withProperties(SubscribeProperties properties) {
        return new Subscribe(packetId, subscriptions, properties);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }

    static Subscribe read(PacketReader in) {
        int packetId = in.packetId();
        SubscribeProperties properties =
                in.is(MqttVersion.V5) ? SubscribeProperties.read(in) : SubscribeProperties.NONE;
        List<Subscription> subscriptions = new ArrayList<>();
        while (in.hasMore()) {
            subscriptions.add(Subscription.read(in));
        }
        if (subscriptions.isEmpty()) {
            throw in.protocolError("no topic filters; at least one expected"); // [MQTT-3.8.3-2], [MQTT3-3.8.3-3]
        }
        return new Subscribe(packetId, subscriptions, properties);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        long size = PacketWriter.twoBytes(out, packetId) + (version == MqttVersion.V5 ? properties.put(out) : 0);
        for (Subscription subscription : subscriptions) {
            size += subscription.put(out, version);
        }
        return size;
    }
}
