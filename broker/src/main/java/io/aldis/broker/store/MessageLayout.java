package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Binary;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a message is written: always as the last part of a row, since its payload is the last of its bytes.
 *
 * <p>The topic name is kept in UTF-8, as it is sent; so it must be one that can be sent (see {@link Message#sendable}).
 */
final class MessageLayout {

    private static final int LAYOUT = 1;

    // A byte of flags; the lowest two bits are the QoS.
    private static final int QOS = 0x03;
    private static final int RETAIN = 0x04;
    private static final int EXPIRES = 0x08;
    private static final int PUBLISHED = 0x10;
    private static final int PROPERTIES = 0x20;

    // A byte of flags before the properties.
    private static final int PAYLOAD_FORMAT = 0x01;
    private static final int PAYLOAD_IS_UTF8 = 0x02;
    private static final int RESPONSE_TOPIC = 0x04;
    private static final int CORRELATION_DATA = 0x08;
    private static final int CONTENT_TYPE = 0x10;
    private static final int USER_PROPERTIES = 0x20;

    private MessageLayout() {}

    static void write(RecordWriter out, Message message) {
        boolean expires = message.expiresAt() != Message.NEVER;
        boolean published = !message.publisher().isEmpty();
        boolean more = !message.properties().equals(PublishProperties.NONE);
        out.one(LAYOUT)
                .one(message.qos().level()
                        | (message.retain() ? RETAIN : 0)
                        | (expires ? EXPIRES : 0)
                        | (published ? PUBLISHED : 0)
                        | (more ? PROPERTIES : 0))
                .binary(message.topicUtf8());
        if (expires) {
            out.number(message.expiresAt());
        }
        if (published) {
            out.text(message.publisher());
        }
        if (more) {
            write(out, message.properties());
        }
        out.last(message.payload());
    }

    static Message read(RecordReader in) {
        in.layout(LAYOUT);
        int flags = in.flags(QOS | RETAIN | EXPIRES | PUBLISHED | PROPERTIES);
        Qos qos = Qos.of(flags & QOS);
        Binary topic = in.binary();
        long expiresAt = (flags & EXPIRES) != 0 ? in.number() : Message.NEVER;
        String publisher = (flags & PUBLISHED) != 0 ? in.text() : "";
        PublishProperties properties = (flags & PROPERTIES) != 0 ? readProperties(in) : PublishProperties.NONE;
        Binary payload = in.binary();
        Message message =
                Message.restored(topic, payload, qos, (flags & RETAIN) != 0, properties, expiresAt, publisher);
        if (mayBeIllFormed(message) && !topic.isUtf8()) {
            throw in.damaged("has a topic name that is not UTF-8");
        }
        return message;
    }

    /** False for ASCII, which is the usual and quickly told: what is ill-formed becomes U+FFFD. */
    private static boolean mayBeIllFormed(Message message) {
        return message.topic().length() != message.topicUtf8().size()
                || message.topic().indexOf('\uFFFD') >= 0;
    }

    private static void write(RecordWriter out, PublishProperties properties) {
        PayloadFormat format = properties.payloadFormat();
        String responseTopic = properties.responseTopic();
        Binary correlationData = properties.correlationData();
        String contentType = properties.contentType();
        List<UserProperty> userProperties = properties.userProperties();
        out.one((format != null ? PAYLOAD_FORMAT : 0)
                | (format == PayloadFormat.UTF_8 ? PAYLOAD_IS_UTF8 : 0)
                | (responseTopic != null ? RESPONSE_TOPIC : 0)
                | (correlationData != null ? CORRELATION_DATA : 0)
                | (contentType != null ? CONTENT_TYPE : 0)
                | (userProperties.isEmpty() ? 0 : USER_PROPERTIES));
        if (responseTopic != null) {
            out.text(responseTopic);
        }
        if (correlationData != null) {
            out.binary(correlationData);
        }
        if (contentType != null) {
            out.text(contentType);
        }
        if (!userProperties.isEmpty()) {
            out.number(userProperties.size());
            for (UserProperty property : userProperties) {
                out.text(property.name()).text(property.value());
            }
        }
    }

    private static PublishProperties readProperties(RecordReader in) {
        int flags = in.flags(
                PAYLOAD_FORMAT | PAYLOAD_IS_UTF8 | RESPONSE_TOPIC | CORRELATION_DATA | CONTENT_TYPE | USER_PROPERTIES);
        String responseTopic = (flags & RESPONSE_TOPIC) != 0 ? in.text() : null;
        Binary correlationData = (flags & CORRELATION_DATA) != 0 ? in.binary() : null;
        String contentType = (flags & CONTENT_TYPE) != 0 ? in.text() : null;
        return new PublishProperties(
                payloadFormat(flags),
                null,
                null,
                responseTopic,
                correlationData,
                (flags & USER_PROPERTIES) != 0 ? readUserProperties(in) : List.of(),
                List.of(),
                contentType);
    }

    private static @Nullable PayloadFormat payloadFormat(int flags) {
        if ((flags & PAYLOAD_FORMAT) == 0) {
            return null;
        }
        return (flags & PAYLOAD_IS_UTF8) != 0 ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED;
    }

    private static List<UserProperty> readUserProperties(RecordReader in) {
        int count = in.count(2);
        List<UserProperty> properties = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            properties.add(new UserProperty(in.text(), in.text()));
        }
        return properties;
    }
}
