package io.aldis.broker;

import org.jspecify.annotations.Nullable;

/**
 * A listener could not be opened: its address is in use, not of this machine, or not allowed, or the files of its TLS cannot be
 * used. The message says which and why.
 */
public final class ListenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Listener listener;
    private final String reason;

    ListenFailed(Listener listener, String reason, @Nullable Throwable cause) {
        super("Cannot listen on " + listener + ": " + reason, cause);
        this.listener = listener;
        this.reason = reason;
    }

    /** The one that could not be opened. */
    public Listener listener() {
        return listener;
    }

    /** What stood in the way, such as "Address already in use", without a full stop. */
    public String reason() {
        return reason;
    }
}
