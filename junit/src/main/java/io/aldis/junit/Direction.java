package io.aldis.junit;

import io.aldis.codec.PacketType;

/** Which way a packet goes. */
enum Direction {
    FROM_CLIENT,
    TO_CLIENT;

    /** Whether packets of this type ever go this way, in any version. */
    boolean carries(PacketType type) {
        return switch (type) {
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> this == FROM_CLIENT;
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> this == TO_CLIENT;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return this == FROM_CLIENT ? "from" : "to";
    }
}
