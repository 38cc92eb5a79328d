package io.aldis.broker.settings;

/** What happens to the start of a broker when one of its plugins does not start. */
public enum PluginFailurePolicy {
    /** The broker does not start either: what was started before is stopped again. */
    STOP,
    /** The broker starts without that plugin, and says so in its log. */
    SKIP
}
