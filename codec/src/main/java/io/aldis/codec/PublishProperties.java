package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PUBLISH of MQTT 5.0 may say besides (MQTT 5.0, section 3.3.2.3).
 *
 * @param payloadFormat null if absent (3.3.2.3.2)
 * @param messageExpiryInterval seconds the message lives, 0 to 4,294,967,295; null is for ever (3.3.2.3.3)
 * @param topicAlias 1 to 65,535; null if absent (3.3.2.3.4)
 * @param responseTopic a topic name; null if absent (3.3.2.3.5)
 * @param correlationData null if absent (3.3.2.3.6)
 * @param userProperties in the order of the wire
 * @param subscriptionIdentifiers 1 to 268,435,455 each; only from a server (3.3.2.3.8)
 * @param contentType null if absent (3.3.2.3.9)
 */
public record PublishProperties(
        @Nullable PayloadFormat payloadFormat,
        @Nullable Long messageExpiryInterval,
        @Nullable Integer topicAlias,
        @Nullable String responseTopic,
        @Nullable Binary correlationData,
        List<UserProperty> userProperties,
        List<Integer> subscriptionIdentifiers,
        @Nullable String contentType) {
    /** No properties. */
    public static final PublishProperties NONE = new Draft().finish();

    public PublishProperties {
        Check.fourBytes(messageExpiryInterval, 0, "message expiry interval");
        Check.twoBytes(topicAlias, 1, "topic alias"); // [MQTT-3.3.2-8]
        Check.that(
                responseTopic == null || Topics.isValidName(responseTopic),
                "a response topic is a topic name"); // [MQTT-3.3.2-14]
        userProperties = List.copyOf(userProperties);
        subscriptionIdentifiers = List.copyOf(subscriptionIdentifiers);
        for (int identifier : subscriptionIdentifiers) {
            Check.range(identifier, 1, Check.MAXIMUM_VARIABLE_BYTE_INTEGER, "subscription identifier");
        }
    }

    /** The same with this payload format. */
    public PublishProperties withPayloadFormat(PayloadFormat payloadFormat) {
        Draft draft = new Draft(this);
        draft.payloadFormat = payloadFormat;
        return draft.finish();
    }

    /** The same with this expiry, in seconds. */
    public PublishProperties withMessageExpiryInterval(long messageExpiryInterval) {
        Draft draft = new Draft(this);
        draft.messageExpiryInterval = messageExpiryInterval;
        return draft.finish();
    }

    /** The same with this topic alias. */
    public PublishProperties withTopicAlias(int topicAlias) {
        Draft draft = new Draft(this);
        draft.topicAlias = topicAlias;
        return draft.finish();
    }

    /** The same with this response topic. */
    public PublishProperties withResponseTopic(String responseTopic) {
        Draft draft = new Draft(this);
        draft.responseTopic = responseTopic;
        return draft.finish();
    }

    /** The same with this correlation data. */
    public PublishProperties withCorrelationData(Binary correlationData) {
        Draft draft = new Draft(this);
        draft.correlationData = correlationData;
        return draft.finish();
    }

    /** The same with one more user property, after the others. */
    public PublishProperties withUserProperty(String name, String value) {
        Draft draft = new Draft(this);
        draft.userProperties = UserProperties.append(userProperties, name, value);
        return draft.finish();
    }

    /** The same with these subscription identifiers. */
    public PublishProperties withSubscriptionIdentifiers(List<Integer> subscriptionIdentifiers) {
        Draft draft = new Draft(this);
        draft.subscriptionIdentifiers = subscriptionIdentifiers;
        return draft.finish();
    }

    /** The same with this content type. */
    public PublishProperties withContentType(String contentType) {
        Draft draft = new Draft(this);
        draft.contentType = contentType;
        return draft.finish();
    }

    /** Reads the property length and the properties. */
    static PublishProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        Draft draft = new Draft();
        while (in.nextProperty()) {
            switch (in.property()) {
                case PAYLOAD_FORMAT_INDICATOR -> draft.payloadFormat = in.valueAsPayloadFormat();
                case MESSAGE_EXPIRY_INTERVAL -> draft.messageExpiryInterval = in.valueInFourBytes(0);
                case TOPIC_ALIAS -> draft.topicAlias = in.valueAsTopicAlias();
                case RESPONSE_TOPIC -> draft.responseTopic = in.valueAsResponseTopic();
                case CORRELATION_DATA -> draft.correlationData = in.valueAsBinary();
                case USER_PROPERTY -> draft.userProperties = in.valueAddedTo(draft.userProperties);
                case SUBSCRIPTION_IDENTIFIER -> draft.addSubscriptionIdentifier(in);
                case CONTENT_TYPE -> draft.contentType = in.valueAsString(); // [MQTT-3.3.2-19]
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
        return PacketWriter.payloadFormat(out, payloadFormat)
                + PacketWriter.fourBytes(out, Property.MESSAGE_EXPIRY_INTERVAL, messageExpiryInterval)
                + PacketWriter.twoBytes(out, Property.TOPIC_ALIAS, topicAlias)
                + PacketWriter.string(out, Property.RESPONSE_TOPIC, responseTopic)
                + PacketWriter.binary(out, Property.CORRELATION_DATA, correlationData)
                + PacketWriter.userProperties(out, userProperties)
                + putSubscriptionIdentifiers(out)
                + PacketWriter.string(out, Property.CONTENT_TYPE, contentType);
    }

    private int putSubscriptionIdentifiers(@Nullable ByteBuf out) {
        int size = 0;
        for (int i = 0; i < subscriptionIdentifiers.size(); i++) {
            size += PacketWriter.variableByteInteger(
                    out, Property.SUBSCRIPTION_IDENTIFIER, subscriptionIdentifiers.get(i));
        }
        return size;
    }

    /** The properties being put together, by a caller or from the wire. */
    static final class Draft {
        @Nullable
        PayloadFormat payloadFormat;

        @Nullable
        Long messageExpiryInterval;

        @Nullable
        Integer topicAlias;

        @Nullable
        String responseTopic;

        @Nullable
        Binary correlationData;

        List<UserProperty> userProperties = List.of();
        List<Integer> subscriptionIdentifiers = List.of();

        @Nullable
        String contentType;

        Draft() {}

        Draft(PublishProperties from) {
            payloadFormat = from.payloadFormat;
            messageExpiryInterval = from.messageExpiryInterval;
            topicAlias = from.topicAlias;
            responseTopic = from.responseTopic;
            correlationData = from.correlationData;
            userProperties = from.userProperties;
            subscriptionIdentifiers = from.subscriptionIdentifiers;
            contentType = from.contentType;
        }

        PublishProperties finish() {
            return new PublishProperties(
                    payloadFormat,
                    messageExpiryInterval,
                    topicAlias,
                    responseTopic,
                    correlationData,
                    userProperties,
                    subscriptionIdentifiers,
                    contentType);
        }

        /** Keeps the list the server sent; a client sends none ([MQTT-3.3.4-6]). */
        void addSubscriptionIdentifier(PacketReader in) {
            if (in.fromClient()) {
                throw in.protocolError("subscription identifier from a client");
            }
            if (subscriptionIdentifiers.isEmpty()) {
                subscriptionIdentifiers = new ArrayList<>();
            }
            subscriptionIdentifiers.add(in.valueAsSubscriptionIdentifier());
        }
    }
}
