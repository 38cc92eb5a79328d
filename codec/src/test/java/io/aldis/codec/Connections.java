package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Decoders at the beginning of a connection and behind it. */
final class Connections {
    static final int LIMIT = 268_435_460;

    private Connections() {}

    /** Nothing has come yet. */
    static PacketDecoder fresh(MqttVersion version, boolean fromClient) {
        return fromClient ? PacketDecoder.ofServer(LIMIT) : PacketDecoder.ofClient(version, LIMIT);
    }

    /** CONNECT or CONNACK has come. */
    static PacketDecoder open(MqttVersion version, boolean fromClient) {
        PacketDecoder decoder = fresh(version, fromClient);
        Packet opening = fromClient ? Connect.of(version, "c") : Connack.accepted(false);
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(opening, version, bytes);
        assertThat(decoder.decode(bytes)).isEqualTo(opening);
        return decoder;
    }

    /** As far as it must be for a packet of this type to come. */
    static PacketDecoder after(PacketType type, MqttVersion version, boolean fromClient) {
        return switch (type) {
            case CONNECT, CONNACK -> fresh(version, fromClient);
            default -> open(version, fromClient);
        };
    }
}
