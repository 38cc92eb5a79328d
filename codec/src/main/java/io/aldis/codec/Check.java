package io.aldis.codec;

import org.jspecify.annotations.Nullable;

/** What the constructors of packets refuse, in words. */
final class Check {
    static final int MAXIMUM_TWO_BYTES = 0xFFFF;
    static final long MAXIMUM_FOUR_BYTES = 0xFFFF_FFFFL;
    static final int MAXIMUM_VARIABLE_BYTE_INTEGER = 268_435_455;

    private Check() {}

    /** [MQTT-2.2.1-3], [MQTT-2.2.1-4] */
    static void packetId(int packetId) {
        range(packetId, 1, MAXIMUM_TWO_BYTES, "packet identifier");
    }

    static void range(long value, long lowest, long highest, String what) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(what + " " + value + "; " + lowest + " to " + highest + " expected");
        }
    }

    static void twoBytes(@Nullable Integer value, int lowest, String what) {
        if (value != null) {
            range(value, lowest, MAXIMUM_TWO_BYTES, what);
        }
    }

    static void fourBytes(@Nullable Long value, int lowest, String what) {
        if (value != null) {
            range(value, lowest, MAXIMUM_FOUR_BYTES, what);
        }
    }

    static void reason(ReasonCode reason, PacketType type) {
        that(reason.isAllowedIn(type), reason + " is no reason for " + type);
    }

    /** What a remaining length, and so everything in a packet, can be at most. */
    static void packetSize(long size) {
        that(size <= MAXIMUM_VARIABLE_BYTE_INTEGER, "a packet of more than 268435455 bytes");
    }

    static void that(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
