package io.aldis.broker;

import org.jspecify.annotations.Nullable;

/** A listener's address could not be had: in use, not of this machine, or not allowed. The message says which and why. */
public final class ListenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    ListenFailed(Listener listener, String reason, @Nullable Throwable cause) {
        super("Cannot listen on " + listener + ": " + reason, cause);
        this.reason = reason;
    }

    /** What stood in the way, such as "Address already in use", without a full stop. */
    public String reason() {
        return reason;
    }
}
