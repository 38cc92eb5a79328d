package io.aldis.codec;

import org.jspecify.annotations.Nullable;

/**
 * The peer sent what the standard forbids. The connection it came on is to be closed, after an answer where the version
 * has one (MQTT 5.0, section 4.13).
 *
 * <p>It has no stack trace, because a stranger decides how often it is thrown. Its message says what was expected and
 * what came, and may be logged: text of the peer is in it shortened and with control characters escaped.
 */
public final class PacketException extends RuntimeException {
    /** What sort of error it is. */
    public enum Kind {
        /** The bytes cannot be read as a packet (MQTT 5.0, section 1.2, Malformed Packet). */
        MALFORMED,
        /** The packet can be read, but is not allowed, or not now (MQTT 5.0, section 1.2, Protocol Error). */
        PROTOCOL_ERROR,
        /** The packet is larger than this side allows. Nothing but its fixed header was looked at. */
        TOO_LARGE,
        /**
         * A CONNECT with a known protocol name and an unknown level. It can be answered: see {@link #answerVersion()}.
         */
        UNSUPPORTED_VERSION
    }

    private final Kind kind;
    private final ReasonCode reasonCode;
    private final @Nullable MqttVersion answerVersion;

    PacketException(Kind kind, ReasonCode reasonCode, String message) {
        this(kind, reasonCode, message, null);
    }

    private PacketException(Kind kind, ReasonCode reasonCode, String message, @Nullable MqttVersion answerVersion) {
        super(message, null, false, false);
        this.kind = kind;
        this.reasonCode = reasonCode;
        this.answerVersion = answerVersion;
    }

    static PacketException malformed(String message) {
        return new PacketException(Kind.MALFORMED, ReasonCode.MALFORMED_PACKET, message);
    }

    static PacketException protocolError(String message) {
        return new PacketException(Kind.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR, message);
    }

    static PacketException unsupportedVersion(String message, MqttVersion answerVersion) {
        return new PacketException(
                Kind.UNSUPPORTED_VERSION, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, message, answerVersion);
    }

    /** What sort of error it is. */
    public Kind kind() {
        return kind;
    }

    /**
     * What a CONNACK or DISCONNECT of MQTT 5.0 says about it. MQTT 3.x has no words for it: there the connection is
     * just closed.
     */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /**
     * For {@link Kind#UNSUPPORTED_VERSION} only: in which version a refusing CONNACK is most likely to be understood.
     * That is MQTT 5.0 for a level above 5 (MQTT 5.0, [MQTT-3.1.2-2]) and MQTT 3.1.1 for the others (MQTT 3.1.1,
     * [MQTT3-3.1.2-2]). Null for all other kinds: the version is the one the decoder knows, if any.
     */
    public @Nullable MqttVersion answerVersion() {
        return answerVersion;
    }
}
