package io.aldis.broker.hook;

import io.aldis.codec.Binary;
import java.security.MessageDigest;

/** What fits into a packet, and what is the same. */
final class Sizes {

    private static final int LARGEST_DATA = 65_535;

    private Sizes() {}

    /** Binary data of a property (MQTT 5.0 §1.5.6). */
    static void check(Binary data) {
        if (data.size() > LARGEST_DATA) {
            throw new IllegalArgumentException(
                    "Authentication data has " + data.size() + " bytes, but no more than 65535 can be sent.");
        }
    }

    /** Whether these are the same bytes, found out in a time that does not tell where they differ. */
    static boolean sameBytes(Binary one, Binary other) {
        return MessageDigest.isEqual(one.toArray(), other.toArray());
    }
}
