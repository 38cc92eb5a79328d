package io.aldis.broker;

import org.jspecify.annotations.Nullable;

/** A listener's address could not be had: in use, not of this machine, or not allowed. The message says which and why. */
public final class ListenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
