package io.aldis.benchmark.transport;

import io.aldis.benchmark.plan.Target;
import org.jspecify.annotations.Nullable;

/**
 * The way to the broker cannot be gone: what was given for it is wrong, or a connection failed. The message is meant for the user.
 *
 * <p>Without a stack of its own: thousands of connections may fail at once, and where it was made says nothing.
 */
public final class TransportFailed extends RuntimeException {

    /** With a cause, or without. */
    TransportFailed(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /** What became of a connection. */
    static TransportFailed because(Throwable cause, Target target) {
        return cause instanceof TransportFailed failed
                ? failed
                : new TransportFailed(Explanation.explain(cause, target), cause);
    }
}
