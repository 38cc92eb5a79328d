package io.aldis.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK of MQTT 5.0 may say besides (MQTT 5.0, sections 3.4.2.2
 * to 3.7.2.2, 3.9.2.1, 3.11.2.1).
 *
 * @param reasonString what happened, for people; null if absent
 * @param userProperties in the order of the wire
 */
public record AckProperties(@Nullable String reasonString, List<UserProperty> userProperties) {
    /** No properties. */
    public static final AckProperties NONE = new AckProperties(null, List.of());

    public AckProperties {
        userProperties = List.copyOf(userProperties);
    }

    /** The same with this reason string. */
    public AckProperties withReasonString(String reasonString) {
        return new AckProperties(reasonString, userProperties);
    }

    /** The same with one more user property, after the others. */
    public AckProperties withUserProperty(String name, String value) {
        return new AckProperties(reasonString, UserProperties.append(userProperties, name, value));
    }
}
