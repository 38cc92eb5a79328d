package io.aldis.broker.lifecycle;

/** A library of the program around the broker, of which a plugin brings another version. */
public final class Library {

    private Library() {}

    /** Which version this is. */
    public static String version() {
        return "ours";
    }
}
