package io.aldis.broker.admin;

import java.util.List;

/**
 * A part of something long that is looked through in order.
 *
 * <pre>{@code
 * String after = Page.START;
 * do {
 *     Page<SessionInfo> page = admin.sessions(after, 1000);
 *     page.entries().forEach(...);
 *     after = page.next();
 * } while (!after.isEmpty());
 * }</pre>
 *
 * <p>A page begins after the key of the last entry of the page before, whether that entry is still there or not. So what stays is seen
 * exactly once, and what comes or goes meanwhile once at most.
 *
 * @param entries in the order of their keys; empty if there are no more
 * @param next what the next page is asked for with, "" if there is none. It has a meaning only for the call that gave it, and may
 *     contain any characters
 * @param total how many entries all pages together would have now, or {@link #UNCOUNTED}
 */
public record Page<E>(List<E> entries, String next, long total) {

    /** What the first page is asked for with. */
    public static final String START = "";

    /** The {@link #total} where counting would cost too much. */
    public static final long UNCOUNTED = -1;

    public Page {
        entries = List.copyOf(entries);
    }

    /** Whether no page follows. */
    public boolean isLast() {
        return next.isEmpty();
    }
}
