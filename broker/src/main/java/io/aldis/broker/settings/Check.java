package io.aldis.broker.settings;

import java.nio.charset.StandardCharsets;

/** Refuses a setting that cannot be, in words. */
final class Check {

    private static final int LONGEST_TEXT = 65_535;

    private Check() {}

    static void inRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", but it must be from " + least + " to " + most + ".");
        }
    }

    /** A text for a packet (MQTT 5.0 §1.5.4) [MQTT-1.5.4-1], [MQTT-1.5.4-2]. */
    static void sayable(String name, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    name + " is " + utf8.length + " bytes long, but no more than 65535 can be sent.");
        }
        if (text.indexOf('\0') >= 0 || !new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            throw new IllegalArgumentException(
                    name + " is no text that can be sent: it has U+0000 or half a character.");
        }
    }
}
