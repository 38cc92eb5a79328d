package io.aldis.broker.ledger;

import io.aldis.broker.message.Message;
import io.aldis.codec.Binary;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.UserProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as fields. What is usual is left out: no properties, no expiry, not retained, published by no client. */
final class MessageFields {

    private static final List<String> PAYLOAD_FORMATS = List.of("unspecified", "utf-8");

    private MessageFields() {}

    static Map<String, Object> write(Message message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("topic", message.topic());
        fields.put("qos", message.qos().level());
        if (message.retain()) {
            fields.put("retain", true);
        }
        if (!message.publisher().isEmpty()) {
            fields.put("publisher", message.publisher());
        }
        if (message.expiresAt() != Message.NEVER) {
            fields.put("expiresAt", message.expiresAt());
        }
        write(fields, message.properties());
        fields.put("payload", message.payload());
        return fields;
    }

    private static void write(Map<String, Object> fields, PublishProperties properties) {
        PayloadFormat format = properties.payloadFormat();
        if (format != null) {
            fields.put("payloadFormat", PAYLOAD_FORMATS.get(format == PayloadFormat.UTF_8 ? 1 : 0));
        }
        put(fields, "contentType", properties.contentType());
        put(fields, "responseTopic", properties.responseTopic());
        put(fields, "correlationData", properties.correlationData());
        if (!properties.userProperties().isEmpty()) {
            fields.put(
                    "userProperties",
                    properties.userProperties().stream()
                            .map(property -> List.of(property.name(), property.value()))
                            .toList());
        }
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    static Message read(Fields fields) {
        String topic = fields.text("topic");
        Binary utf8 = Binary.utf8(topic);
        if (!utf8.toUtf8().equals(topic)) {
            return fields.wrong("topic", "a text that can be written in UTF-8");
        }
        Message message = Message.restored(
                utf8,
                fields.bytes("payload"),
                Qos.of(fields.within("qos", 0, 2)),
                fields.flag("retain"),
                readProperties(fields),
                fields.number("expiresAt", Message.NEVER),
                fields.textOrNone("publisher"));
        fields.end();
        return message;
    }

    private static PublishProperties readProperties(Fields fields) {
        return new PublishProperties(
                fields.has("payloadFormat") ? readFormat(fields) : null,
                null,
                null,
                fields.has("responseTopic") ? fields.text("responseTopic") : null,
                fields.has("correlationData") ? fields.bytes("correlationData") : null,
                readUserProperties(fields),
                List.of(),
                fields.has("contentType") ? fields.text("contentType") : null);
    }

    private static PayloadFormat readFormat(Fields fields) {
        return fields.word("payloadFormat", PAYLOAD_FORMATS) == 1 ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED;
    }

    private static List<UserProperty> readUserProperties(Fields fields) {
        List<UserProperty> properties = new ArrayList<>();
        for (Object pair : fields.list("userProperties")) {
            if (!(pair instanceof List<?> both)
                    || both.size() != 2
                    || !(both.get(0) instanceof String name)
                    || !(both.get(1) instanceof String value)) {
                return fields.wrong("userProperties", "a list of pairs of texts");
            }
            properties.add(new UserProperty(name, value));
        }
        return properties;
    }
}
