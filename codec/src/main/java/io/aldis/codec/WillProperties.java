package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a will of MQTT 5.0 may say besides (MQTT 5.0, section 3.1.3.2).
 *
 * @param delayInterval seconds between the end of the connection and the will, 0 to 4,294,967,295; null is 0
 *     (3.1.3.2.2)
 * @param payloadFormat null if absent (3.1.3.2.3)
 * @param messageExpiryInterval seconds the message lives, 0 to 4,294,967,295; null is for ever (3.1.3.2.4)
 * @param contentType null if absent (3.1.3.2.5)
 * @param responseTopic a topic name; null if absent (3.1.3.2.6)
 * @param correlationData null if absent (3.1.3.2.7)
 * @param userProperties in the order of the wire
 */
public record WillProperties(
        @Nullable Long delayInterval,
        @Nullable PayloadFormat payloadFormat,
        @Nullable Long messageExpiryInterval,
        @Nullable String contentType,
        @Nullable String responseTopic,
        @Nullable Binary correlationData,
        List<UserProperty> userProperties) {
    /** No properties. */
    public static final WillProperties NONE = new Draft().finish();

    public WillProperties {
        Check.fourBytes(delayInterval, 0, "will delay interval");
        Check.fourBytes(messageExpiryInterval, 0, "message expiry interval");
        Check.that(
                responseTopic == null || Topics.isValidName(responseTopic),
                "a response topic is a topic name"); // [MQTT-3.3.2-14]
        userProperties = List.copyOf(userProperties);
    }

    /** The same with this delay, in seconds. */
    public WillProperties withDelayInterval(long delayInterval) {
        Draft draft = new Draft(this);
        draft.delayInterval = delayInterval;
        return draft.finish();
    }

    /** The same with this payload format. */
    public WillProperties withPayloadFormat(PayloadFormat payloadFormat) {
        Draft draft = new Draft(this);
        draft.payloadFormat = payloadFormat;
        return draft.finish();
    }

    /** The same with this expiry, in seconds. */
    public WillProperties withMessageExpiryInterval(long messageExpiryInterval) {
        Draft draft = new Draft(this);
        draft.messageExpiryInterval = messageExpiryInterval;
        return draft.finish();
    }

    /** The same with this content type. */
    public WillProperties withContentType(String contentType) {
        Draft draft = new Draft(this);
        draft.contentType = contentType;
        return draft.finish();
    }

    /** The same with this response topic. */
    public WillProperties withResponseTopic(String responseTopic) {
        Draft draft = new Draft(this);
        draft.responseTopic = responseTopic;
        return draft.finish();
    }

    /** The same with this correlation data. */
    public WillProperties withCorrelationData(Binary correlationData) {
        Draft draft = new Draft(this);
        draft.correlationData = correlationData;
        return draft.finish();
    }

    /** The same with one more user property, after the others. */
    public WillProperties withUserProperty(String name, String value) {
        Draft draft = new Draft(this);
        draft.userProperties = UserProperties.append(userProperties, name, value);
        return draft.finish();
    }

    /** Reads the property length and the properties. */
    static WillProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        Draft draft = new Draft();
        while (in.nextProperty()) {
            switch (in.property()) {
                case WILL_DELAY_INTERVAL -> draft.delayInterval = in.valueInFourBytes(0);
                case PAYLOAD_FORMAT_INDICATOR -> draft.payloadFormat = in.valueAsPayloadFormat();
                case MESSAGE_EXPIRY_INTERVAL -> draft.messageExpiryInterval = in.valueInFourBytes(0);
                case CONTENT_TYPE -> draft.contentType = in.valueAsString();
                case RESPONSE_TOPIC -> draft.responseTopic = in.valueAsResponseTopic();
                case CORRELATION_DATA -> draft.correlationData = in.valueAsBinary();
                case USER_PROPERTY -> draft.userProperties = in.valueAddedTo(draft.userProperties);
                default -> throw in.misplaced();
            }
        }
        return draft.finish();
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.fourBytes(out, Property.WILL_DELAY_INTERVAL, delayInterval)
                + PacketWriter.payloadFormat(out, payloadFormat)
                + PacketWriter.fourBytes(out, Property.MESSAGE_EXPIRY_INTERVAL, messageExpiryInterval)
                + PacketWriter.string(out, Property.CONTENT_TYPE, contentType)
                + PacketWriter.string(out, Property.RESPONSE_TOPIC, responseTopic)
                + PacketWriter.binary(out, Property.CORRELATION_DATA, correlationData)
                + PacketWriter.userProperties(out, userProperties);
    }

    /** The properties being put together, by a caller or from the wire. */
    static final class Draft {
        @Nullable
        Long delayInterval;

        @Nullable
        PayloadFormat payloadFormat;

        @Nullable
        Long messageExpiryInterval;

        @Nullable
        String contentType;

        @Nullable
        String responseTopic;

        @Nullable
        Binary correlationData;

        List<UserProperty> userProperties = List.of();

        Draft() {}

        Draft(WillProperties from) {
            delayInterval = from.delayInterval;
            payloadFormat = from.payloadFormat;
            messageExpiryInterval = from.messageExpiryInterval;
            contentType = from.contentType;
            responseTopic = from.responseTopic;
            correlationData = from.correlationData;
            userProperties = from.userProperties;
        }

        WillProperties finish() {
            return new WillProperties(
                    delayInterval,
                    payloadFormat,
                    messageExpiryInterval,
                    contentType,
                    responseTopic,
                    correlationData,
                    userProperties);
        }
    }
}
