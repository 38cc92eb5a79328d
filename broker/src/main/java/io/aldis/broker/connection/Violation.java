package io.aldis.broker.connection;

import io.aldis.codec.ReasonCode;

/**
 * A client broke a rule that its packet alone does not show. Ends its connection; translated to the wire in {@link Connection}.
 *
 * <p>Without a stack trace, because a stranger decides how often it is thrown.
 */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    Violation(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }
}
