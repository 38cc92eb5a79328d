package io.aldis.broker.storage;

import org.jspecify.annotations.Nullable;

/** A storage did not keep or find something: its disk is full or broken. What was kept before is as it was. */
public final class StorageFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * @param message what was tried and what came of it, for an operator's eyes
     */
    public StorageFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
