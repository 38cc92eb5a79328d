package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Reads the property length and the properties. */
    static UnsubscribeProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        List<UserProperty> userProperties = List.of();
        while (in.nextProperty()) {
            switch (in.property()) {
                case USER_PROPERTY -> userProperties = in.valueAddedTo(userProperties);
                default -> throw in.misplaced();
            }
        }
        return new UnsubscribeProperties(userProperties);
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.userProperties(out, userProperties);
    }
}
