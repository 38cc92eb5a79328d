package io.aldis.broker.connection;

import io.aldis.codec.ReasonCode;

/**
 * A step of the handshake says no. The client hears the reason in CONNACK and leaves no trace: no session, no will.
 *
 * <p>Without a stack trace, because a stranger decides how often it is thrown.
 */
final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    ConnectRefused(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }
}
