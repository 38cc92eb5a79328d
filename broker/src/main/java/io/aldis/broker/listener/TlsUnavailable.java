package io.aldis.broker.listener;

import org.jspecify.annotations.Nullable;

/** The files of a listener of TLS cannot be used. The message says which, why, and how to mend it, without a full stop. */
public final class TlsUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsUnavailable(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /** With what a library says of it. */
    static TlsUnavailable because(String what, Throwable cause) {
        String why = cause.getMessage();
        return new TlsUnavailable(
                what + ": "
                        + (why == null
                                ? cause.getClass().getSimpleName()
                                : why.strip().replaceAll("\\.$", "")),
                cause);
    }

    /** What the message says, of which there always is one. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
