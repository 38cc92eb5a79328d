package io.aldis.broker.storage;

import org.jspecify.annotations.Nullable;

/** A storage cannot be opened. The message says why and what to do. */
public final class StorageUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * @param message what is wrong and what to do, in whole sentences
     */
    public StorageUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
