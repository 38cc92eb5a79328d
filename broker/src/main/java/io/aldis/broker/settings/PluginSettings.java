package io.aldis.broker.settings;

import java.time.Duration;
import java.util.List;

/**
 * How plugins are started and stopped.
 *
 * @param onFailure what becomes of the broker when a plugin does not start
 * @param startTimeout how long a plugin may take to start; later than that it has failed
 * @param stopTimeout how long a plugin may take to stop, and how long calls of its hooks that are under way are waited for before
 * @param order names of plugins, the outermost first. Those that are not named come after them: first those the embedder gave, as it
 *     gave them, then those of the plugin directory by their names
 */
public record PluginSettings(
        PluginFailurePolicy onFailure, Duration startTimeout, Duration stopTimeout, List<String> order) {

    public PluginSettings {
        Check.inRange("startTimeout (milliseconds)", startTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("stopTimeout (milliseconds)", stopTimeout.toMillis(), 1, Integer.MAX_VALUE);
        order = List.copyOf(order);
    }

    /** The defaults. */
    public static PluginSettings defaults() {
        return new PluginSettings(PluginFailurePolicy.STOP, Duration.ofSeconds(30), Duration.ofSeconds(10), List.of());
    }

    /** These with another {@code onFailure}. */
    public PluginSettings withOnFailure(PluginFailurePolicy value) {
        return new PluginSettings(value, startTimeout, stopTimeout, order);
    }

    /** These with another {@code startTimeout}. */
    public PluginSettings withStartTimeout(Duration value) {
        return new PluginSettings(onFailure, value, stopTimeout, order);
    }

    /** These with another {@code stopTimeout}. */
    public PluginSettings withStopTimeout(Duration value) {
        return new PluginSettings(onFailure, startTimeout, value, order);
    }

    /** These with another {@code order}. */
    public PluginSettings withOrder(List<String> value) {
        return new PluginSettings(onFailure, startTimeout, stopTimeout, value);
    }
}
