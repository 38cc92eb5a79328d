package io.aldis.codec;

import io.netty.buffer.ByteBuf;
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

    /** Reads the property length and the properties. */
    static SubscribeProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        @Nullable Integer subscriptionIdentifier = null;
        List<UserProperty> userProperties = List.of();
        while (in.nextProperty()) {
            switch (in.property()) {
                case SUBSCRIPTION_IDENTIFIER -> subscriptionIdentifier = in.valueAsSubscriptionIdentifier();
                case USER_PROPERTY -> userProperties = in.valueAddedTo(userProperties);
                default -> throw in.misplaced();
            }
        }
        return new SubscribeProperties(subscriptionIdentifier, userProperties);
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.variableByteInteger(out, Property.SUBSCRIPTION_IDENTIFIER, subscriptionIdentifier)
                + PacketWriter.userProperties(out, userProperties);
    }
}
