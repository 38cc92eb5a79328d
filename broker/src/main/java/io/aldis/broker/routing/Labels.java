package io.aldis.broker.routing;

import java.util.Arrays;

/**
 * The labels that were made last: a million nodes called {@code state} share a few strings.
 *
 * <p>For all threads, with no order between them: at worst a label is not shared. It takes a tree of two topics a device from
 * 164 bytes a topic to 115 ({@code TopicTreeFootprint} in microbench).
 */
final class Labels {

    private static final int LONGEST = 32;
    private static final String[] LATEST = new String[1 << 10];

    static {
        Arrays.fill(LATEST, "");
    }

    private Labels() {}

    /** This label, or an equal one that others have, too. */
    static String shared(String label) {
        if (label.length() > LONGEST) {
            return label;
        }
        int slot = label.hashCode() & (LATEST.length - 1);
        String latest = LATEST[slot];
        if (latest.equals(label)) {
            return latest;
        }
        LATEST[slot] = label;
        return label;
    }
}
