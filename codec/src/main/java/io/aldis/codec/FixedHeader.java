package io.aldis.codec;

/** What the first byte and the remaining length of a packet may be (MQTT 5.0, section 2.1). */
final class FixedHeader {
    /** How a TLS connection begins: the record type of a handshake and the major version. */
    static final int TLS_HANDSHAKE = 0x16;

    static final int TLS_MAJOR_VERSION = 0x03;

    /** The reserved flags of PUBREL, SUBSCRIBE and UNSUBSCRIBE. In MQTT 3.1 they mean QoS 1. */
    private static final int RESERVED_ONE = 0x02;

    private static final int LONGEST = Check.MAXIMUM_VARIABLE_BYTE_INTEGER;

    private FixedHeader() {}

    static boolean isUpperCase(int c) {
        return c >= 'A' && c <= 'Z';
    }

    static int firstByte(PacketType type, int flags) {
        return type.code() << 4 | flags;
    }

    /** The flags of every type but PUBLISH (MQTT 5.0, section 2.1.3). */
    static int reservedFlags(PacketType type) {
        return switch (type) {
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> RESERVED_ONE; // [MQTT3-3.6.1-1], [MQTT3-3.8.1-1], [MQTT3-3.10.1-1]
            default -> 0; // [MQTT3-3.14.1-1]
        };
    }

    /** Judges the first byte alone. */
    static void check(int first, PacketReader connection) {
        int code = first >> 4;
        if (code == 0) {
            throw PacketException.malformed("packet type 0; 1 to 15 expected");
        }
        PacketType type = PacketType.of(code);
        boolean v5 = connection.is(MqttVersion.V5);
        if (type == PacketType.AUTH && !v5) {
            throw PacketException.malformed("AUTH in " + connection.version());
        }
        if (type == PacketType.CONNECT && connection.version() != null && connection.fromClient()) {
            throw PacketException.protocolError("second CONNECT"); // [MQTT-3.1.0-2], [MQTT3-3.1.0-2]
        }
        checkDirection(type, connection);
        checkFlags(type, first & 0x0F, connection);
    }

    private static void checkDirection(PacketType type, PacketReader connection) {
        boolean allowed = switch (type) {
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> connection.fromClient();
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> !connection.fromClient();
            case DISCONNECT -> connection.fromClient() || connection.is(MqttVersion.V5);
            default -> true;
        };
        if (!allowed) {
            throw PacketException.protocolError(type + " from a " + (connection.fromClient() ? "client" : "server"));
        }
    }

    /** [MQTT-2.1.3-1], [MQTT3-2.2.2-1], [MQTT3-2.2.2-2], [MQTT-3.15.1-1] */
    private static void checkFlags(PacketType type, int flags, PacketReader connection) {
        if (type == PacketType.PUBLISH) {
            checkPublishFlags(flags, connection);
            return;
        }
        // [MQTT-3.6.1-1], [MQTT-3.8.1-1], [MQTT-3.10.1-1], [MQTT-3.14.1-1], [MQTT-3.15.1-1]
        int expected = reservedFlags(type);
        boolean dupAllowed = expected == RESERVED_ONE && connection.is(MqttVersion.V3_1);
        if (flags != expected && !(dupAllowed && flags == (expected | Publish.DUP))) {
            throw PacketException.malformed(type + ": flags " + bits(flags) + "; " + bits(expected) + " expected");
        }
    }

    private static void checkPublishFlags(int flags, PacketReader connection) {
        int qos = flags >> Publish.QOS_SHIFT & 3;
        if (qos == 3) {
            throw PacketException.malformed("PUBLISH: QoS 3; 0, 1 or 2 expected"); // [MQTT-3.3.1-4], [MQTT3-3.3.1-4]
        }
        if (qos == 0 && (flags & Publish.DUP) != 0 && !connection.is(MqttVersion.V3_1)) {
            throw PacketException.malformed("PUBLISH: DUP at QoS 0"); // [MQTT-3.3.1-2], [MQTT3-3.3.1-2]
        }
    }

    private static String bits(int flags) {
        return Integer.toBinaryString(0x10 | flags).substring(1);
    }

    /** Judges whether a packet of this type can be this long. What it lets pass may still turn out too short. */
    static void checkLength(int first, int length, PacketReader connection) {
        PacketType type = PacketType.of(first >> 4);
        int properties = connection.is(MqttVersion.V5) ? 1 : 0;
        boolean v5 = properties == 1;
        switch (type) {
            case CONNECT -> check(type, length, 2 + 4 + 1 + 1 + 2 + 2, LONGEST);
            case CONNACK -> check(type, length, 2 + properties, v5 ? LONGEST : 2);
            case PUBLISH -> {
                int packetId = (first >> Publish.QOS_SHIFT & 3) == 0 ? 0 : 2;
                check(type, length, 2 + packetId + properties, LONGEST);
            }
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> check(type, length, 2, v5 ? LONGEST : 2);
            case SUBSCRIBE, SUBACK, UNSUBSCRIBE -> check(type, length, 2 + properties, LONGEST);
            case UNSUBACK -> check(type, length, 2 + properties, v5 ? LONGEST : 2);
            case PINGREQ, PINGRESP -> check(type, length, 0, 0);
            case DISCONNECT, AUTH -> check(type, length, 0, v5 ? LONGEST : 0);
        }
    }

    private static void check(PacketType type, int length, int shortest, int longest) {
        if (length < shortest || length > longest) {
            throw PacketException.malformed(type + ": remaining length " + length + "; "
                    + (shortest == longest ? "" : length < shortest ? "at least " : "at most ")
                    + (length < shortest ? shortest : longest) + " expected");
        }
    }
}
