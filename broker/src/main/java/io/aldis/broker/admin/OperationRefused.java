package io.aldis.broker.admin;

import io.aldis.codec.ReasonCode;

/**
 * The broker does not do what was asked of {@link Admin}, because its settings deny it; nothing has changed. The message says what is
 * wrong.
 *
 * <p>Without a stack trace: what a plugin publishes may be chosen by strangers.
 */
public final class OperationRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    /** With what a client would be told. */
    public OperationRefused(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What a client of MQTT 5.0 would be told. */
    public ReasonCode reason() {
        return reason;
    }
}
