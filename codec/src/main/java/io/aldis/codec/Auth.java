package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
                properties.method() != null || isBare(reason, properties), "an AUTH without an authentication method");
    }

    /** One step: the method of the CONNECT and its data. */
    public static Auth of(ReasonCode reason, String method, Binary data) {
        return new Auth(reason, AuthProperties.NONE.withMethod(method).withData(data));
    }

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }

    static Auth read(PacketReader in) {
        if (!in.hasMore()) {
            return new Auth(ReasonCode.SUCCESS, AuthProperties.NONE);
        }
        ReasonCode reason = in.reason();
        // The column "sent by" of table 3-11 (MQTT 5.0, section 3.15.2.1).
        if (reason == (in.fromClient() ? ReasonCode.SUCCESS : ReasonCode.RE_AUTHENTICATE)) {
            throw in.protocolError(reason + " from a " + (in.fromClient() ? "client" : "server"));
        }
        AuthProperties properties = AuthProperties.read(in);
        if (properties.method() == null && !isBare(reason, properties)) {
            throw in.protocolError("no authentication method");
        }
        return new Auth(reason, properties);
    }

    /** Success and nothing else needs no method. */
    private static boolean isBare(ReasonCode reason, AuthProperties properties) {
        return reason == ReasonCode.SUCCESS && properties.equals(AuthProperties.NONE);
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        Check.that(version == MqttVersion.V5, "MQTT 3.x has no AUTH");
        return isBare(reason, properties) ? 0 : PacketWriter.oneByte(out, reason.code()) + properties.put(out);
    }
}
