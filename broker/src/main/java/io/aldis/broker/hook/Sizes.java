package io.aldis.broker.hook;

import io.aldis.codec.Binary;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

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

    /** A UTF-8 encoded string (MQTT 5.0 §1.5.4) [MQTT-1.5.4-1], [MQTT-1.5.4-2]. */
    static void check(String what, @Nullable String text) {
        if (text == null) {
            return;
        }
        Binary utf8 = Binary.utf8(text);
        if (utf8.size() > LARGEST_DATA) {
            throw new IllegalArgumentException(
                    what + " has " + utf8.size() + " bytes in UTF-8, but no more than 65535 can be sent.");
        }
        if (text.indexOf('\0') >= 0 || !utf8.toUtf8().equals(text)) {
            throw new IllegalArgumentException(
                    what + " is no text that can be sent: it has U+0000 or half a character.");
        }
    }

    /** Whether these are the same bytes, found out in a time that does not tell where they differ. */
    static boolean sameBytes(Binary one, Binary other) {
        return MessageDigest.isEqual(one.toArray(), other.toArray());
    }
}
