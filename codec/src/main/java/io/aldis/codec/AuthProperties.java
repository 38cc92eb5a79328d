package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an AUTH says (MQTT 5.0, section 3.15.2.2).
 *
 * @param method the authentication method of the CONNECT; null only in an AUTH that says nothing but success
 * @param data only with a method; null if absent
 * @param reasonString what happened, for people; null if absent
 * @param userProperties in the order of the wire
 */
public record AuthProperties(
        @Nullable String method,
        @Nullable Binary data,
        @Nullable String reasonString,
        List<UserProperty> userProperties) {
    /** No properties. */
    public static final AuthProperties NONE = new AuthProperties(null, null, null, List.of());

    public AuthProperties {
        Check.that(method != null || data == null, "authentication data without an authentication method");
        userProperties = List.copyOf(userProperties);
    }

    /** The same with this authentication method. */
    public AuthProperties withMethod(String method) {
        return new AuthProperties(method, data, reasonString, userProperties);
    }

    /** The same with this authentication data; the method comes first. */
    public AuthProperties withData(Binary data) {
        return new AuthProperties(method, data, reasonString, userProperties);
    }

    /** The same with this reason string. */
    public AuthProperties withReasonString(String reasonString) {
        return new AuthProperties(method, data, reasonString, userProperties);
    }

    /** The same with one more user property, after the others. */
    public AuthProperties withUserProperty(String name, String value) {
        return new AuthProperties(method, data, reasonString, UserProperties.append(userProperties, name, value));
    }

    /** Reads the property length and the properties. */
    static AuthProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        @Nullable String method = null;
        @Nullable Binary data = null;
        @Nullable String reasonString = null;
        List<UserProperty> userProperties = List.of();
        while (in.nextProperty()) {
            switch (in.property()) {
                case AUTHENTICATION_METHOD -> method = in.valueAsString();
                case AUTHENTICATION_DATA -> data = in.valueAsBinary();
                case REASON_STRING -> reasonString = in.valueAsString();
                case USER_PROPERTY -> userProperties = in.valueAddedTo(userProperties);
                default -> throw in.misplaced();
            }
        }
        if (method == null && data != null) {
            throw in.protocolError("authentication data without an authentication method");
        }
        return new AuthProperties(method, data, reasonString, userProperties);
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.string(out, Property.AUTHENTICATION_METHOD, method)
                + PacketWriter.binary(out, Property.AUTHENTICATION_DATA, data)
                + PacketWriter.string(out, Property.REASON_STRING, reasonString)
                + PacketWriter.userProperties(out, userProperties);
    }

    /** All but the authentication data. */
    @Override
    public String toString() {
        return "AuthProperties[method=" + method + ", data=" + (data == null ? "null" : "***") + ", reasonString="
                + reasonString + ", userProperties=" + userProperties + "]";
    }
}
