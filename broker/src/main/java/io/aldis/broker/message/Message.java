package io.aldis.broker.message;

import io.aldis.codec.Binary;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PublishForm;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application message (MQTT 5.0 §1.2): what a publisher meant, without the packet that brought it.
 *
 * <p>Immutable; one instance is shared by all receivers and threads. The encoded forms it remembers are a cache that every
 * thread would fill with equal content.
 */
public final class Message {

    /** The value of {@link #expiresAt()} for a message that never expires. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int FORMS = 12;

    private static final int LONGEST_TOPIC = 65_535;

    private final String topic;
    private final Binary topicUtf8;
    private final Binary payload;
    private final Qos qos;
    private final boolean retain;
    private final PublishProperties properties;
    private final long expiresAt;
    private final String publisher;

    /** Filled on first use by a fan-out; elements are immutable, so a race costs one encoding at most. */
    private @Nullable PublishForm @Nullable [] forms;

    private Message(
            String topic,
            Binary topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            PublishProperties properties,
            long expiresAt,
            String publisher) {
        this.topic = topic;
        this.topicUtf8 = topicUtf8;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.expiresAt = expiresAt;
        this.publisher = publisher;
    }

    /**
     * A message as it was published at a time. What it is made of is not looked at: see {@link #sendable}.
     *
     * @param properties as sent; the message expiry interval becomes {@link #expiresAt()}, alias and subscription identifiers
     *     are left out
     * @param publisher client id of the publisher, or "" if no client published it
     * @param now wall-clock time of arrival in milliseconds since 1970
     */
    public static Message of(
            String topic,
            Binary payload,
            Qos qos,
            boolean retain,
            PublishProperties properties,
            String publisher,
            long now) {
        Binary utf8 = Binary.utf8(topic);
        Long interval = properties.messageExpiryInterval();
        long expiresAt = interval == null ? NEVER : now + interval * 1000;
        return new Message(topic, utf8, payload, qos, retain, lasting(properties), expiresAt, publisher);
    }

    /**
     * A message as it was, of what it told about itself: for those who keep messages. Nothing is looked at or left out.
     *
     * @param topicUtf8 well-formed UTF-8
     * @param properties without message expiry interval, alias and subscription identifiers
     * @param expiresAt milliseconds since 1970, or {@link #NEVER}
     * @param publisher client id, or "" for no client
     */
    public static Message restored(
            Binary topicUtf8,
            Binary payload,
            Qos qos,
            boolean retain,
            PublishProperties properties,
            long expiresAt,
            String publisher) {
        return new Message(topicUtf8.toUtf8(), topicUtf8, payload, qos, retain, properties, expiresAt, publisher);
    }

    /**
     * Those of the properties that travel on with the message (MQTT 5.0 §3.3.2.3) [MQTT-3.3.2-4], [MQTT-3.3.2-15],
     * [MQTT-3.3.2-16], [MQTT-3.3.2-17], [MQTT-3.3.2-18], [MQTT-3.3.2-20].
     */
    private static PublishProperties lasting(PublishProperties properties) {
        if (properties.equals(PublishProperties.NONE)) {
            return properties;
        }
        PublishProperties lasting = new PublishProperties(
                properties.payloadFormat(),
                null,
                null,
                properties.responseTopic(),
                properties.correlationData(),
                properties.userProperties(),
                List.of(),
                properties.contentType());
        return lasting.equals(PublishProperties.NONE) ? PublishProperties.NONE : lasting;
    }

    /** The topic name. */
    public String topic() {
        return topic;
    }

    /** The payload, 0 to 268,435,455 bytes. */
    public Binary payload() {
        return payload;
    }

    /** The QoS it was published with: the most any receiver gets. */
    public Qos qos() {
        return qos;
    }

    /** Whether it was published with RETAIN set. */
    public boolean retain() {
        return retain;
    }

    /** Payload format, content type, response topic, correlation data and user properties. */
    public PublishProperties properties() {
        return properties;
    }

    /** When it expires, in milliseconds since 1970, or {@link #NEVER}. */
    public long expiresAt() {
        return expiresAt;
    }

    /** The client id of its publisher, or "" if no client published it. */
    public String publisher() {
        return publisher;
    }

    /** Begins to describe a message: QoS 0, no payload, not retained, never expiring, if nothing else is said. */
    public static Builder builder(String topic) {
        return new Builder(topic);
    }

    /** Begins to describe one like this. */
    public Builder toBuilder() {
        Builder builder = new Builder(topic);
        builder.payload = payload;
        builder.qos = qos;
        builder.retain = retain;
        builder.properties = properties;
        builder.expiresAt = expiresAt;
        builder.publisher = publisher;
        return builder;
    }

    /** The same message, expiring at another time (milliseconds since 1970). */
    public Message expiringAt(long time) {
        return new Message(topic, topicUtf8, payload, qos, retain, properties, time, publisher);
    }

    /** The same message of that client. */
    public Message publishedBy(String clientId) {
        return publisher.equals(clientId)
                ? this
                : new Message(topic, topicUtf8, payload, qos, retain, properties, expiresAt, clientId);
    }

    /** Whether its expiry interval has passed at {@code now} (milliseconds since 1970). */
    public boolean expired(long now) {
        return now >= expiresAt;
    }

    /** Roughly what it occupies: the bytes counted against a queue's bound. */
    public int bytes() {
        return topicUtf8.size() + payload.size() + OVERHEAD;
    }

    /** Objects, references and queue entries around topic and payload. */
    private static final int OVERHEAD = 96;

    /**
     * The packet for receivers of one kind, encoded once and remembered: for fan-outs. Not for messages that expire or carry a
     * receiver's own subscription identifiers.
     */
    public PublishForm form(MqttVersion version, Qos qosSent, boolean retainSent) {
        @Nullable PublishForm[] known = forms;
        if (known == null) {
            known = new PublishForm[FORMS];
            forms = known;
        }
        int index = (version == MqttVersion.V5 ? 6 : 0) + qosSent.level() * 2 + (retainSent ? 1 : 0);
        PublishForm form = known[index];
        if (form == null) {
            form = PublishForm.of(version, topicUtf8, payload, qosSent, retainSent, properties);
            known[index] = form;
        }
        return form;
    }

    /**
     * This message, if a packet can say it.
     *
     * @throws IllegalArgumentException if the topic is not a valid topic name (MQTT 5.0 §4.7), or a text in the properties cannot be
     *     sent (§1.5.4)
     */
    public Message sendable() {
        boolean sayable = topicUtf8.toUtf8().equals(topic); // Half a pair of surrogates has become something else.
        if (!Topics.isValidName(topic) || topicUtf8.size() > LONGEST_TOPIC || !sayable) {
            throw new IllegalArgumentException(
                    "A message needs a topic name: not empty, no wildcards, no U+0000, at most " + LONGEST_TOPIC
                            + " bytes in UTF-8; but it is \"" + topic + "\".");
        }
        var unused = PublishForm.of(MqttVersion.V5, topicUtf8, Binary.EMPTY, Qos.AT_MOST_ONCE, false, properties);
        return this;
    }

    /** The topic name in UTF-8, as it is on the wire. */
    public Binary topicUtf8() {
        return topicUtf8;
    }

    @Override
    public String toString() {
        return "Message[" + topic + ", " + payload.size() + " bytes, " + qos + (retain ? ", retain]" : "]");
    }

    /** Describes a message. Not safe for use by several threads. */
    public static final class Builder {

        private String topic;
        private Binary payload = Binary.EMPTY;
        private Qos qos = Qos.AT_MOST_ONCE;
        private boolean retain;
        private PublishProperties properties = PublishProperties.NONE;
        private long expiresAt = NEVER;
        private String publisher = "";

        private Builder(String topic) {
            this.topic = topic;
        }

        /** Sets another topic name. */
        public Builder topic(String name) {
            topic = name;
            return this;
        }

        /** Sets the payload. */
        public Builder payload(Binary bytes) {
            payload = bytes;
            return this;
        }

        /** Sets the payload to a text in UTF-8. */
        public Builder payload(String text) {
            return payload(Binary.utf8(text));
        }

        /** Sets the QoS, the most any receiver gets. */
        public Builder qos(Qos most) {
            qos = most;
            return this;
        }

        /** Sets whether it is kept for later subscribers (MQTT 5.0 §3.3.1.3). */
        public Builder retain(boolean kept) {
            retain = kept;
            return this;
        }

        /**
         * Sets payload format, content type, response topic, correlation data and user properties. What else there is in the
         * properties is left out: a message expires at {@link #expiresAt}.
         */
        public Builder properties(PublishProperties all) {
            properties = lasting(all);
            return this;
        }

        /** Sets when it expires, in milliseconds since 1970, or {@link Message#NEVER}. */
        public Builder expiresAt(long time) {
            expiresAt = time;
            return this;
        }

        /** Sets the client id of the publisher: "", if not set, for no client. */
        public Builder publisher(String clientId) {
            publisher = clientId;
            return this;
        }

        /**
         * The message.
         *
         * @throws IllegalArgumentException if the topic is not a valid topic name (MQTT 5.0 §4.7), or a text in the properties cannot
         *     be sent (§1.5.4)
         */
        public Message build() {
            if (!Topics.isValidName(topic)) {
                throw new IllegalArgumentException(
                        "A message needs a topic name: not empty, no wildcards, no U+0000; but it is \"" + topic
                                + "\".");
            }
            Binary utf8 = Binary.utf8(topic);
            if (utf8.size() > LONGEST_TOPIC) {
                throw new IllegalArgumentException("A topic has at most " + LONGEST_TOPIC
                        + " bytes in UTF-8, but this one has " + utf8.size() + ".");
            }
            return new Message(topic, utf8, payload, qos, retain, properties, expiresAt, publisher).sendable();
        }
    }
}
