package io.aldis.codec;

import java.util.Objects;

/**
 * A step of enhanced authentication (MQTT 5.0, sections 3.15 and 4.12).
 *
 * @param reason {@link ReasonCode#SUCCESS} from a server, {@link ReasonCode#RE_AUTHENTICATE} from a client,
 *     {@link ReasonCode#CONTINUE_AUTHENTICATION} from either
 * @param properties with a method, unless the packet says nothing but success
 */
public record Auth(ReasonCode reason, AuthProperties properties) implements Packet {
    public Auth {
        Check.reason(reason, PacketType.AUTH); // [MQTT-3.15.2-1]
        Objects.requireNonNull(properties, "properties");
        Check.that(
                properties.method() != null || (reason == ReasonCode.SUCCESS && properties.equals(AuthProperties.NONE)),
                "an AUTH without an authentication method");
    }

    /** One step: the method of the CONNECT and its data. */
    public static Auth of(ReasonCode reason, String method, Binary data) {
        return new Auth(reason, AuthProperties.NONE.withMethod(method).withData(data));
    }

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
