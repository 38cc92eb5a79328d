package io.aldis.codec;

import static io.aldis.codec.PacketType.AUTH;
import static io.aldis.codec.PacketType.CONNACK;
import static io.aldis.codec.PacketType.DISCONNECT;
import static io.aldis.codec.PacketType.PUBACK;
import static io.aldis.codec.PacketType.PUBCOMP;
import static io.aldis.codec.PacketType.PUBREC;
import static io.aldis.codec.PacketType.PUBREL;
import static io.aldis.codec.PacketType.SUBACK;
import static io.aldis.codec.PacketType.UNSUBACK;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an operation (MQTT 5.0, section 2.4). Codes of 0x80 and above are failures.
 *
 * <p>The return codes of MQTT 3.x are told with the same constants: see {@link #returnCode()} for CONNACK; in a SUBACK
 * 0x80 is {@link #UNSPECIFIED_ERROR}.
 */
public enum ReasonCode {
    /** 0x00: it worked. Also says "normal disconnection" and "granted QoS 0". */
    SUCCESS(0x00, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    /** 0x01. */
    GRANTED_QOS_1(0x01, SUBACK),
    /** 0x02. */
    GRANTED_QOS_2(0x02, SUBACK),
    /** 0x04: the client leaves and wants its will to be published. */
    DISCONNECT_WITH_WILL_MESSAGE(0x04, DISCONNECT),
    /** 0x10: accepted, but nobody is subscribed. */
    NO_MATCHING_SUBSCRIBERS(0x10, PUBACK, PUBREC),
    /** 0x11. */
    NO_SUBSCRIPTION_EXISTED(0x11, UNSUBACK),
    /** 0x18: one more step, please. */
    CONTINUE_AUTHENTICATION(0x18, AUTH),
    /** 0x19: the client begins to authenticate again. */
    RE_AUTHENTICATE(0x19, AUTH),
    /** 0x80: refused, without saying why. */
    UNSPECIFIED_ERROR(0x80, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /** 0x81: cannot be parsed. */
    MALFORMED_PACKET(0x81, CONNACK, DISCONNECT),
    /** 0x82: can be parsed, but is not allowed. */
    PROTOCOL_ERROR(0x82, CONNACK, DISCONNECT),
    /** 0x83: valid, but not accepted by this receiver. */
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /** 0x84. */
    UNSUPPORTED_PROTOCOL_VERSION(0x84, CONNACK),
    /** 0x85. */
    CLIENT_IDENTIFIER_NOT_VALID(0x85, CONNACK),
    /** 0x86. */
    BAD_USER_NAME_OR_PASSWORD(0x86, CONNACK),
    /** 0x87. */
    NOT_AUTHORIZED(0x87, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    /** 0x88. */
    SERVER_UNAVAILABLE(0x88, CONNACK),
    /** 0x89. */
    SERVER_BUSY(0x89, CONNACK, DISCONNECT),
    /** 0x8A. */
    BANNED(0x8A, CONNACK),
    /** 0x8B. */
    SERVER_SHUTTING_DOWN(0x8B, DISCONNECT),
    /** 0x8C. */
    BAD_AUTHENTICATION_METHOD(0x8C, CONNACK, DISCONNECT),
    /** 0x8D. */
    KEEP_ALIVE_TIMEOUT(0x8D, DISCONNECT),
    /** 0x8E: another connection uses this client identifier now. */
    SESSION_TAKEN_OVER(0x8E, DISCONNECT),
    /** 0x8F. */
    TOPIC_FILTER_INVALID(0x8F, SUBACK, UNSUBACK, DISCONNECT),
    /** 0x90. */
    TOPIC_NAME_INVALID(0x90, CONNACK, PUBACK, PUBREC, DISCONNECT),
    /** 0x91. */
    PACKET_IDENTIFIER_IN_USE(0x91, PUBACK, PUBREC, SUBACK, UNSUBACK),
    /** 0x92. */
    PACKET_IDENTIFIER_NOT_FOUND(0x92, PUBREL, PUBCOMP),
    /** 0x93: more unacknowledged messages than the receiver asked for. */
    RECEIVE_MAXIMUM_EXCEEDED(0x93, DISCONNECT),
    /** 0x94. */
    TOPIC_ALIAS_INVALID(0x94, DISCONNECT),
    /** 0x95. */
    PACKET_TOO_LARGE(0x95, CONNACK, DISCONNECT),
    /** 0x96. */
    MESSAGE_RATE_TOO_HIGH(0x96, DISCONNECT),
    /** 0x97. */
    QUOTA_EXCEEDED(0x97, CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT),
    /** 0x98. */
    ADMINISTRATIVE_ACTION(0x98, DISCONNECT),
    /** 0x99: the payload is not what its payload format says. */
    PAYLOAD_FORMAT_INVALID(0x99, CONNACK, PUBACK, PUBREC, DISCONNECT),
    /** 0x9A. */
    RETAIN_NOT_SUPPORTED(0x9A, CONNACK, DISCONNECT),
    /** 0x9B. */
    QOS_NOT_SUPPORTED(0x9B, CONNACK, DISCONNECT),
    /** 0x9C: for now. */
    USE_ANOTHER_SERVER(0x9C, CONNACK, DISCONNECT),
    /** 0x9D: for ever. */
    SERVER_MOVED(0x9D, CONNACK, DISCONNECT),
    /** 0x9E. */
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, SUBACK, DISCONNECT),
    /** 0x9F. */
    CONNECTION_RATE_EXCEEDED(0x9F, CONNACK, DISCONNECT),
    /** 0xA0. */
    MAXIMUM_CONNECT_TIME(0xA0, DISCONNECT),
    /** 0xA1. */
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, SUBACK, DISCONNECT),
    /** 0xA2. */
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, SUBACK, DISCONNECT);

    /** {@link #SUCCESS} as a DISCONNECT says it. */
    public static final ReasonCode NORMAL_DISCONNECTION = SUCCESS;

    /** {@link #SUCCESS} as a SUBACK says it. */
    public static final ReasonCode GRANTED_QOS_0 = SUCCESS;

    private static final @Nullable ReasonCode[] BY_CODE = new @Nullable ReasonCode[0x100];

    static {
        for (ReasonCode reason : values()) {
            BY_CODE[reason.code] = reason;
        }
    }

    private final int code;
    private final int packetTypes;

    ReasonCode(int code, PacketType... packetTypes) {
        this.code = code;
        int bits = 0;
        for (PacketType type : packetTypes) {
            bits |= 1 << type.code();
        }
        this.packetTypes = bits;
    }

    /** The number on the wire in MQTT 5.0: 0x00 to 0xA2. */
    public int code() {
        return code;
    }

    /** Whether this is a failure: 0x80 or above. */
    public boolean isError() {
        return code >= 0x80;
    }

    /** Whether MQTT 5.0 lists this reason for packets of this type, in either direction. */
    public boolean isAllowedIn(PacketType type) {
        return (packetTypes & (1 << type.code())) != 0;
    }

    /**
     * What a SUBACK says when this QoS is granted.
     */
    public static ReasonCode granted(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> GRANTED_QOS_0;
            case AT_LEAST_ONCE -> GRANTED_QOS_1;
            case EXACTLY_ONCE -> GRANTED_QOS_2;
        };
    }

    /**
     * The reason with this number.
     *
     * @throws IllegalArgumentException if MQTT 5.0 does not know it
     */
    public static ReasonCode of(int code) {
        ReasonCode reason = find(code);
        if (reason == null) {
            throw new IllegalArgumentException("no reason code of MQTT 5.0: " + code);
        }
        return reason;
    }

    static @Nullable ReasonCode find(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /**
     * The CONNACK return code of MQTT 3.1 and 3.1.1, 0 to 5, that comes nearest to this reason; empty if none does, and
     * then a server closes the connection without a CONNACK (MQTT 3.1.1, section 3.2.2.3, [MQTT3-3.2.2-6]).
     */
    public OptionalInt returnCode() {
        return switch (this) {
            case SUCCESS -> OptionalInt.of(0);
            case UNSUPPORTED_PROTOCOL_VERSION -> OptionalInt.of(1);
            case CLIENT_IDENTIFIER_NOT_VALID -> OptionalInt.of(2);
            case SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    QUOTA_EXCEEDED,
                    CONNECTION_RATE_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED -> OptionalInt.of(3);
            case BAD_USER_NAME_OR_PASSWORD -> OptionalInt.of(4);
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> OptionalInt.of(5);
            default -> OptionalInt.empty();
        };
    }

    static @Nullable ReasonCode ofReturnCode(int returnCode) {
        return switch (returnCode) {
            case 0 -> SUCCESS;
            case 1 -> UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> SERVER_UNAVAILABLE;
            case 4 -> BAD_USER_NAME_OR_PASSWORD;
            case 5 -> NOT_AUTHORIZED;
            default -> null;
        };
    }
}
