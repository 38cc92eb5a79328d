package io.aldis.codec;

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
}
