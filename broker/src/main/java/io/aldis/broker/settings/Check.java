package io.aldis.broker.settings;

/** Refuses a setting that is out of range, in words. */
final class Check {

    private Check() {}

    static void inRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", but it must be from " + least + " to " + most + ".");
        }
    }
}
