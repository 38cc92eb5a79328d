package io.aldis.broker.plugin;

import org.jspecify.annotations.Nullable;

/** A plugin could not be loaded or did not start. The message names the plugin, or its file, and says why. */
public final class PluginFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure that is explained to people by its message alone. */
    public PluginFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
