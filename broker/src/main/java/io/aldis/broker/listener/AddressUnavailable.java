package io.aldis.broker.listener;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** An address cannot be listened on. */
public final class AddressUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    AddressUnavailable(SocketAddress address, Throwable cause) {
        super("Cannot listen on " + address, cause);
        String why = cause.getMessage();
        reason = why == null
                ? cause.getClass().getSimpleName()
                : why.substring(why.lastIndexOf(": ") + 1).strip();
    }

    /** For a reason of our own, without a full stop. */
    AddressUnavailable(SocketAddress address, String reason, @Nullable Throwable cause) {
        super("Cannot listen on " + address, cause);
        this.reason = reason;
    }

    /** What the system said, without the name of its call. */
    public String reason() {
        return reason;
    }
}
