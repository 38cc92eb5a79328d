package io.aldis.codec;

import io.netty.buffer.ByteBuf;
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

    /** Reads the property length and the properties. */
    static AckProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        @Nullable String reasonString = null;
        List<UserProperty> userProperties = List.of();
        while (in.nextProperty()) {
            switch (in.property()) {
                case REASON_STRING -> reasonString = in.valueAsString();
                case USER_PROPERTY -> userProperties = in.valueAddedTo(userProperties);
                default -> throw in.misplaced();
            }
        }
        return new AckProperties(reasonString, userProperties);
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.string(out, Property.REASON_STRING, reasonString)
                + PacketWriter.userProperties(out, userProperties);
    }

    boolean isEmpty() {
        return reasonString == null && userProperties.isEmpty();
    }
}
