package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goodbye (MQTT 5.0, section 3.14; MQTT 3.1.1, section 3.14). In MQTT 3.x only a client says it, and always with
 * success.
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

    static Disconnect read(PacketReader in) {
        ReasonCode reason = in.hasMore() ? in.reason() : ReasonCode.NORMAL_DISCONNECTION;
        if (!isSaidBy(in.fromClient(), reason)) {
            throw in.protocolError(reason + " from a " + (in.fromClient() ? "client" : "server"));
        }
        return new Disconnect(reason, in.hasMore() ? DisconnectProperties.read(in) : DisconnectProperties.NONE);
    }

    /** The column "sent by" of table 3-10 (MQTT 5.0, section 3.14.2.1). */
    private static boolean isSaidBy(boolean client, ReasonCode reason) {
        return switch (reason) {
            case DISCONNECT_WITH_WILL_MESSAGE -> client;
            case NOT_AUTHORIZED,
                    SERVER_BUSY,
                    SERVER_SHUTTING_DOWN,
                    BAD_AUTHENTICATION_METHOD,
                    KEEP_ALIVE_TIMEOUT,
                    SESSION_TAKEN_OVER,
                    TOPIC_FILTER_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    CONNECTION_RATE_EXCEEDED,
                    MAXIMUM_CONNECT_TIME,
                    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED -> !client;
            default -> true;
        };
    }

    long put(@Nullable ByteBuf out, MqttVersion version) {
        if (version != MqttVersion.V5) {
            Check.that(reason == ReasonCode.NORMAL_DISCONNECTION, "MQTT 3.x has no DISCONNECT for " + reason);
            return 0;
        }
        boolean withProperties = !properties.isEmpty();
        boolean withReason = withProperties || reason != ReasonCode.NORMAL_DISCONNECTION;
        return (withReason ? PacketWriter.oneByte(out, reason.code()) : 0) + (withProperties ? properties.put(out) : 0);
    }
}
