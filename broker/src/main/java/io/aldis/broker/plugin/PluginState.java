package io.aldis.broker.plugin;

/** What a plugin is doing. */
public enum PluginState {
    /** It does nothing: it has been disabled, or not started yet. */
    DISABLED,
    /** It is starting; its hooks are not called yet. */
    STARTING,
    /** It has started, and its hooks are called. */
    RUNNING,
    /** Its hooks are no longer called, and it is stopping. */
    STOPPING,
    /** It does nothing, because it could not be loaded or did not start. */
    FAILED
}
