package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a DISCONNECT of MQTT 5.0 may say besides (MQTT 5.0, section 3.14.2.2).
 *
 * @param sessionExpiryInterval seconds, 0 to 4,294,967,295, in place of what CONNECT said; only from a client;
 *     null: as said
 * @param reasonString what happened, for people; null if absent
 * @param userProperties in the order of the wire
 * @param serverReference another server to use; only from a server; null if absent
 */
public record DisconnectProperties(
        @Nullable Long sessionExpiryInterval,
        @Nullable String reasonString,
        List<UserProperty> userProperties,
        @Nullable String serverReference) {
    /** No properties. */
    public static final DisconnectProperties NONE = new DisconnectProperties(null, null, List.of(), null);

    public DisconnectProperties {
        Check.fourBytes(sessionExpiryInterval, 0, "session expiry interval");
        userProperties = List.copyOf(userProperties);
    }

    /** The same with this session expiry interval, in seconds. */
    public DisconnectProperties withSessionExpiryInterval(long sessionExpiryInterval) {
        return new DisconnectProperties(sessionExpiryInterval, reasonString, userProperties, serverReference);
    }

    /** The same with this reason string. */
    public DisconnectProperties withReasonString(String reasonString) {
        return new DisconnectProperties(sessionExpiryInterval, reasonString, userProperties, serverReference);
    }

    /** The same with one more user property, after the others. */
    public DisconnectProperties withUserProperty(String name, String value) {
        return new DisconnectProperties(
                sessionExpiryInterval,
                reasonString,
                UserProperties.append(userProperties, name, value),
                serverReference);
    }

    /** The same with this server reference. */
    public DisconnectProperties withServerReference(String serverReference) {
        return new DisconnectProperties(sessionExpiryInterval, reasonString, userProperties, serverReference);
    }

    /** Reads the property length and the properties. */
    static DisconnectProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        @Nullable Long sessionExpiryInterval = null;
        @Nullable String reasonString = null;
        List<UserProperty> userProperties = List.of();
        @Nullable String serverReference = null;
        while (in.nextProperty()) {
            switch (in.property()) {
                case SESSION_EXPIRY_INTERVAL -> sessionExpiryInterval = in.valueInFourBytes(0);
                case REASON_STRING -> reasonString = in.valueAsString();
                case USER_PROPERTY -> userProperties = in.valueAddedTo(userProperties);
                case SERVER_REFERENCE -> serverReference = in.valueAsString();
                default -> throw in.misplaced();
            }
        }
        if (sessionExpiryInterval != null && !in.fromClient()) {
            throw in.protocolError("session expiry interval from a server"); // [MQTT-3.14.2-2]
        }
        return new DisconnectProperties(sessionExpiryInterval, reasonString, userProperties, serverReference);
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.fourBytes(out, Property.SESSION_EXPIRY_INTERVAL, sessionExpiryInterval)
                + PacketWriter.string(out, Property.REASON_STRING, reasonString)
                + PacketWriter.userProperties(out, userProperties)
                + PacketWriter.string(out, Property.SERVER_REFERENCE, serverReference);
    }

    boolean isEmpty() {
        return equals(NONE);
    }
}
