package io.aldis.codec;

import java.util.Objects;

/**
 * Goodbye (MQTT 5.0, section 3.14; MQTT 3.1.1, section 3.14). In MQTT 3.x only a client says it, and always with success.
 *
 * @param properties only in MQTT 5.0
 */
public record Disconnect(ReasonCode reason, DisconnectProperties properties) implements Packet {
    public Disconnect {
        Check.reason(reason, PacketType.DISCONNECT); // [MQTT-3.14.2-1]
        Objects.requireNonNull(properties, "properties");
    }

    /** The normal goodbye of a client. */
    public Disconnect() {
        this(ReasonCode.NORMAL_DISCONNECTION);
    }

    /** With this reason and nothing more to say. */
    public Disconnect(ReasonCode reason) {
        this(reason, DisconnectProperties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
