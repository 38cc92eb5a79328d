package io.aldis.codec;

/** The fifteen control packets (MQTT 5.0, section 2.1.2). */
public enum PacketType {
    /** 1, client to server: asks for a connection. */
    CONNECT(1),
    /** 2, server to client: answers it. */
    CONNACK(2),
    /** 3, both ways: carries a message. */
    PUBLISH(3),
    /** 4, both ways: acknowledges a message of QoS 1. */
    PUBACK(4),
    /** 5, both ways: QoS 2, received. */
    PUBREC(5),
    /** 6, both ways: QoS 2, release. */
    PUBREL(6),
    /** 7, both ways: QoS 2, complete. */
    PUBCOMP(7),
    /** 8, client to server: asks for messages. */
    SUBSCRIBE(8),
    /** 9, server to client: answers it. */
    SUBACK(9),
    /** 10, client to server: asks for no more of them. */
    UNSUBSCRIBE(10),
    /** 11, server to client: answers it. */
    UNSUBACK(11),
    /** 12, client to server: says that the client lives. */
    PINGREQ(12),
    /** 13, server to client: answers it. */
    PINGRESP(13),
    /** 14, client to server, in MQTT 5.0 both ways: says goodbye. */
    DISCONNECT(14),
    /** 15, both ways, only in MQTT 5.0: a step of enhanced authentication. */
    AUTH(15);

    private static final PacketType[] TYPES = values();

    private final int code;

    PacketType(int code) {
        this.code = code;
    }

    /** The number in the upper four bits of the first byte: 1 to 15. */
    public int code() {
        return code;
    }

    /**
     * The packet type with this number.
     *
     * @throws IllegalArgumentException unless {@code code} is 1 to 15
     */
    public static PacketType of(int code) {
        if (code < 1 || code > TYPES.length) {
            throw new IllegalArgumentException("packet type " + code + "; 1 to 15 expected");
        }
        return TYPES[code - 1];
    }
}
