package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the body of one whole packet, and what is known of the connection it came on. Every number of the
 * stranger is compared with the bytes that are left before it is used.
 */
final class PacketReader {
    /** How much of a stranger's text a message shows. */
    private static final int SHOWN = 32;

    // Lives as long as the connection.
    private final boolean fromClient;
    private @Nullable MqttVersion version;
    private @Nullable TopicCache topicCache;

    // Lives as long as one packet.
    private ConnectProperties connectProperties = ConnectProperties.NONE;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private PacketType type = PacketType.CONNECT;
    private int flags;
    private int position;
    private int end;

    // Lives as long as one list of properties.
    private int packetEnd;
    private long seenProperties;
    private Property property = Property.USER_PROPERTY;

    PacketReader(boolean fromClient, @Nullable MqttVersion version) {
        this.fromClient = fromClient;
        this.version = version;
    }

    void topicCache(TopicCache cache) {
        topicCache = cache;
    }

    void open(ByteBuf in, PacketType type, int flags, int start, int end) {
        this.in = in;
        this.type = type;
        this.flags = flags;
        this.position = start;
        this.end = end;
    }

    /** Forgets the buffer, which belongs to the caller. */
    void close() {
        in = Unpooled.EMPTY_BUFFER;
    }

    boolean fromClient() {
        return fromClient;
    }

    @Nullable
    MqttVersion version() {
        return version;
    }

    /** CONNECT has told it. */
    void version(MqttVersion version) {
        this.version = version;
    }

    /** CONNECT has them, whatever comes after; {@link ConnectProperties#NONE} when it has been read to its end. */
    ConnectProperties connectProperties() {
        return connectProperties;
    }

    void connectProperties(ConnectProperties connectProperties) {
        this.connectProperties = connectProperties;
    }

    boolean is(MqttVersion version) {
        return this.version == version;
    }

    /** The lower four bits of the first byte. */
    int flags() {
        return flags;
    }

    boolean hasMore() {
        return position < end;
    }

    int oneByte(String what) {
        require(1, what);
        return in.getUnsignedByte(position++);
    }

    int twoBytes(String what) {
        require(2, what);
        int value = in.getUnsignedShort(position);
        position += 2;
        return value;
    }

    long fourBytes(String what) {
        require(4, what);
        long value = in.getUnsignedInt(position);
        position += 4;
        return value;
    }

    /** MQTT 5.0, section 1.5.5. */
    int variableByteInteger(String what) {
        int value = 0;
        for (int shift = 0; shift < 4 * 7; shift += 7) {
            int digit = oneByte(what);
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                if (digit == 0 && shift > 0) {
                    throw malformed(what + " " + value + " in more bytes than it needs"); // [MQTT-1.5.5-1]
                }
                return value;
            }
        }
        throw malformed(what + " in more than 4 bytes");
    }

    /** A UTF-8 Encoded String (MQTT 5.0, section 1.5.4). */
    String string(String what) {
        return text(twoBytes(what), what);
    }

    /** Binary Data (MQTT 5.0, section 1.5.6). */
    Binary binary(String what) {
        return bytes(twoBytes(what), what);
    }

    /** All that is left. */
    Binary rest() {
        return bytes(end - position, "payload");
    }

    /** [MQTT-2.2.1-3], [MQTT-2.2.1-4], [MQTT3-2.3.1-1] */
    int packetId() {
        int packetId = twoBytes("packet identifier");
        if (packetId == 0) {
            throw protocolError("packet identifier 0; 1 to 65535 expected");
        }
        return packetId;
    }

    /** The topic of a PUBLISH: checked, and empty only where an alias can stand for it [MQTT-3.3.2-1]. */
    String topicName() {
        int length = twoBytes("topic name");
        require(length, "topic name");
        TopicCache cache = topicCache;
        if (cache != null) {
            String known = cache.find(in, position, length);
            if (known != null) {
                position += length;
                return known;
            }
        }
        int start = position;
        String topic = text(length, "topic name"); // [MQTT3-3.3.2-1]
        if (length > 0 || !is(MqttVersion.V5)) {
            requireTopicName(topic, "topic name");
            if (cache != null) {
                cache.add(in, start, length, topic);
            }
        }
        return topic;
    }

    /** [MQTT-3.3.2-2], [MQTT-4.7.0-1], [MQTT-4.7.3-1], [MQTT3-3.3.2-2], [MQTT3-4.7.1-1], [MQTT3-4.7.3-1] */
    void requireTopicName(String topic, String what) {
        if (!Topics.isValidName(topic)) {
            String message = message(what + " " + quote(topic) + "; one without wildcards, not empty, expected");
            throw is(MqttVersion.V5)
                    ? new PacketException(PacketException.Kind.MALFORMED, ReasonCode.TOPIC_NAME_INVALID, message)
                    : PacketException.malformed(message);
        }
    }

    /** A topic filter of any form but the empty one [MQTT-3.8.3-1], [MQTT-3.10.3-1]. */
    String topicFilter() {
        String filter = string("topic filter"); // [MQTT3-3.8.3-1], [MQTT3-3.10.3-1]
        if (filter.isEmpty()) {
            throw malformed("empty topic filter"); // [MQTT-4.7.3-1], [MQTT3-4.7.3-1]
        }
        return filter;
    }

    /** A reason that MQTT 5.0 lists for this type of packet. */
    ReasonCode reason() {
        int code = oneByte("reason code");
        ReasonCode reason = ReasonCode.find(code);
        if (reason == null || !reason.isAllowedIn(type)) {
            throw protocolError(String.format("reason code 0x%02X; one of %s expected", code, type));
        }
        return reason;
    }

    /** Begins to read properties (MQTT 5.0, section 2.2.2); false if there are none [MQTT-2.2.2-1]. */
    boolean beginProperties() {
        int length = variableByteInteger("property length");
        if (length == 0) {
            return false;
        }
        require(length, "properties");
        packetEnd = end;
        end = position + length;
        seenProperties = 0;
        return true;
    }

    /**
     * Goes to the next property, whose value is then to be read; false, and out of the properties, if that was the
     * last.
     */
    boolean nextProperty() {
        if (position == end) {
            end = packetEnd;
            return false;
        }
        int id = variableByteInteger("property identifier");
        Property next = Property.find(id);
        if (next == null) {
            throw malformed(String.format("unknown property 0x%02X", id));
        }
        property = next;
        boolean again = (seenProperties & 1L << id) != 0;
        if (again && !isRepeatable(next)) {
            throw protocolError("second " + next);
        }
        seenProperties |= 1L << id;
        return true;
    }

    private boolean isRepeatable(Property property) {
        return property == Property.USER_PROPERTY
                || (property == Property.SUBSCRIPTION_IDENTIFIER && type == PacketType.PUBLISH);
    }

    Property property() {
        return property;
    }

    /** A property that has nothing to do in these properties (MQTT 5.0, section 2.2.2.2). */
    PacketException misplaced() {
        return malformed(property + " does not belong here");
    }

    long valueInFourBytes(long lowest) {
        long value = fourBytes(property.toString());
        if (value < lowest) {
            throw protocolError(property + " " + value + "; at least " + lowest + " expected");
        }
        return value;
    }

    int valueInTwoBytes(int lowest) {
        int value = twoBytes(property.toString());
        if (value < lowest) {
            throw protocolError(property + " " + value + "; at least " + lowest + " expected");
        }
        return value;
    }

    /** 0 or 1, which is all a property of one byte may be. */
    boolean valueInOneByte() {
        int value = oneByte(property.toString());
        if (value > 1) {
            throw protocolError(property + " " + value + "; 0 or 1 expected");
        }
        return value == 1;
    }

    String valueAsString() {
        return string(property.toString());
    }

    Binary valueAsBinary() {
        return binary(property.toString());
    }

    PayloadFormat valueAsPayloadFormat() {
        return valueInOneByte() ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED;
    }

    /** [MQTT-3.3.2-8] */
    int valueAsTopicAlias() {
        int alias = twoBytes(property.toString());
        if (alias == 0) {
            throw new PacketException(
                    PacketException.Kind.PROTOCOL_ERROR,
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    message("topic alias 0; 1 to 65535 expected"));
        }
        return alias;
    }

    int valueAsSubscriptionIdentifier() {
        int identifier = variableByteInteger(property.toString());
        if (identifier == 0) {
            throw protocolError("subscription identifier 0; 1 to 268435455 expected");
        }
        return identifier;
    }

    /** [MQTT-3.3.2-14] */
    String valueAsResponseTopic() {
        String topic = valueAsString(); // [MQTT-3.3.2-13]
        if (!Topics.isValidName(topic)) {
            throw protocolError("response topic " + quote(topic) + "; one without wildcards, not empty, expected");
        }
        return topic;
    }

    /** Adds a user property; {@code soFar} is the list of this method, or an empty one [MQTT-1.5.7-1]. */
    List<UserProperty> valueAddedTo(List<UserProperty> soFar) {
        List<UserProperty> longer = soFar.isEmpty() ? new ArrayList<>() : soFar;
        longer.add(new UserProperty(string("user property name"), string("user property value")));
        return longer;
    }

    private String text(int length, String what) {
        require(length, what);
        if (length == 0) {
            return "";
        }
        int fault = Utf8.firstFault(in, position, length); // [MQTT3-1.5.3-1], [MQTT3-1.5.3-2]
        if (fault >= 0) {
            boolean isNull = in.getByte(position + fault) == 0;
            throw malformed(what + (isNull ? " with U+0000" : ", not well-formed UTF-8") + " at byte " + fault);
        }
        String text = in.toString(position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    private Binary bytes(int length, String what) {
        require(length, what);
        Binary bytes = Binary.get(in, position, length);
        position += length;
        return bytes;
    }

    private void require(int length, String what) {
        if (length > end - position) {
            throw malformed(what + ": " + bytes(length) + " expected, " + (end - position) + " left");
        }
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    /** Nothing may follow what was read. */
    void requireEnd() {
        if (position < end) {
            throw malformed(bytes(end - position) + " too many");
        }
    }

    PacketException malformed(String message) {
        return PacketException.malformed(message(message));
    }

    /**
     * The level of a later version, of an earlier one, or of a bridge: mosquitto's bridges set the highest bit of the
     * level. The answer is in the nearest version there is.
     */
    PacketException unsupportedVersion(String name, int level) {
        MqttVersion nearest = (level & 0x7F) > MqttVersion.V5.level() ? MqttVersion.V5 : MqttVersion.V3_1_1;
        return PacketException.unsupportedVersion(
                message("protocol level " + level + " of " + name + "; MQIsdp 3, MQTT 4 or MQTT 5 expected"), nearest);
    }

    PacketException protocolError(String message) {
        return PacketException.protocolError(message(message));
    }

    private String message(String message) {
        return type + ": " + message;
    }

    /** Text of a stranger, fit for one line of a log. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04X", (int) c));
            }
        }
        return quoted.append(text.length() > SHOWN ? "…'" : "'").toString();
    }
}
