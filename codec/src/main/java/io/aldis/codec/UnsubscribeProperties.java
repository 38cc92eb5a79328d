package io.aldis.codec;

import java.util.List;

/**
 * What an UNSUBSCRIBE of MQTT 5.0 may say besides (MQTT 5.0, section 3.10.2.1).
 *
 * @param userProperties in the order of the wire
 */
public record UnsubscribeProperties(List<UserProperty> userProperties) {
    /** No properties. */
    public static final UnsubscribeProperties NONE = new UnsubscribeProperties(List.of());

    public UnsubscribeProperties {
        userProperties = List.copyOf(userProperties);
    }

    /** The same with one more user property, after the others. */
    public UnsubscribeProperties withUserProperty(String name, String value) {
        return new UnsubscribeProperties(UserProperties.append(userProperties, name, value));
    }
}
