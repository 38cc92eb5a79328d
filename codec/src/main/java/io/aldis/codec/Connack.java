package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
        // [MQTT3-3.2.2-4]
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

    static Connack read(PacketReader in) {
        boolean sessionPresent = readFlags(in);
        ReasonCode reason = in.is(MqttVersion.V5) ? in.reason() : readReturnCode(in);
        if (sessionPresent && reason.isError()) {
            throw in.protocolError("session present with " + reason); // [MQTT-3.2.2-6]
        }
        return new Connack(
                sessionPresent, reason, in.is(MqttVersion.V5) ? ConnackProperties.read(in) : ConnackProperties.NONE);
    }

    private static boolean readFlags(PacketReader in) {
        int flags = in.oneByte("connect acknowledge flags");
        if (in.is(MqttVersion.V3_1)) {
            return false; // MQTT 3.1 has no flags here, but a byte that says nothing.
        }
        if (flags > 1) {
            throw in.malformed("reserved connect acknowledge flags are not 0"); // [MQTT-3.2.2-1]
        }
        return flags == 1;
    }

    private static ReasonCode readReturnCode(PacketReader in) {
        int code = in.oneByte("return code");
        ReasonCode reason = ReasonCode.ofReturnCode(code);
        if (reason == null) {
            throw in.protocolError("return code " + code + "; 0 to 5 expected");
        }
        return reason;
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        return PacketWriter.oneByte(out, sessionPresent && version != MqttVersion.V3_1 ? 1 : 0)
                + PacketWriter.oneByte(out, version == MqttVersion.V5 ? reason.code() : returnCode())
                + (version == MqttVersion.V5 ? properties.put(out) : 0);
    }

    private int returnCode() {
        return reason.returnCode()
                .orElseThrow(() -> new IllegalArgumentException("MQTT 3.x has no CONNACK for " + reason));
    }
}
