package io.aldis.codec;

import java.util.Objects;

/**
 * The server answers a CONNECT (MQTT 5.0, section 3.2; MQTT 3.1.1, section 3.2).
 *
 * @param sessionPresent whether the client is back in an earlier session; not told in MQTT 3.1
 * @param reason success or why not; in MQTT 3.x one that has a {@linkplain ReasonCode#returnCode() return code}
 * @param properties only in MQTT 5.0
 */
public record Connack(boolean sessionPresent, ReasonCode reason, ConnackProperties properties) implements Packet {
    public Connack {
        Check.reason(reason, PacketType.CONNACK); // [MQTT-3.2.2-8]
        Check.that(!sessionPresent || !reason.isError(), "a refused client has no session"); // [MQTT-3.2.2-6]
        Objects.requireNonNull(properties, "properties");
    }

    /** The client is let in. */
    public static Connack accepted(boolean sessionPresent) {
        return new Connack(sessionPresent, ReasonCode.SUCCESS, ConnackProperties.NONE);
    }

    /** The client is not let in. */
    public static Connack refused(ReasonCode reason) {
        return new Connack(false, reason, ConnackProperties.NONE);
    }

    /** The same with these properties. */
    public Connack withProperties(ConnackProperties properties) {
        return new Connack(sessionPresent, reason, properties);
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
