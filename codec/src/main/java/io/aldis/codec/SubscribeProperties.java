package io.aldis.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SUBSCRIBE of MQTT 5.0 may say besides (MQTT 5.0, section 3.8.2.1).
 *
 * @param subscriptionIdentifier comes back in each message of these subscriptions, 1 to 268,435,455; null if absent
 * @param userProperties in the order of the wire
 */
public record SubscribeProperties(@Nullable Integer subscriptionIdentifier, List<UserProperty> userProperties) {
    /** No properties. */
    public static final SubscribeProperties NONE = new SubscribeProperties(null, List.of());

    public SubscribeProperties {
        if (subscriptionIdentifier != null) {
            Check.range(subscriptionIdentifier, 1, Check.MAXIMUM_VARIABLE_BYTE_INTEGER, "subscription identifier");
        }
        userProperties = List.copyOf(userProperties);
    }

    /** The same with this subscription identifier. */
    public SubscribeProperties withSubscriptionIdentifier(int subscriptionIdentifier) {
        return new SubscribeProperties(subscriptionIdentifier, userProperties);
    }

    /** The same with one more user property, after the others. */
    public SubscribeProperties withUserProperty(String name, String value) {
        return new SubscribeProperties(subscriptionIdentifier, UserProperties.append(userProperties, name, value));
    }
}
