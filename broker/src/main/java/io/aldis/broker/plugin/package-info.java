/**
 * Plugins: parts of a broker that others write. {@link io.aldis.broker.plugin.Plugin} is what they implement,
 * {@link io.aldis.broker.plugin.PluginContext} what they are given, {@link io.aldis.broker.plugin.Plugins} what the program around
 * the broker does with them.
 *
 * <p>Words and records only. How plugins are found, loaded, started and stopped is in the package {@code lifecycle}, which is not for
 * everybody. A plugin is started and stopped on threads of its own, never on a loop of the broker.
 */
@NullMarked
package io.aldis.broker.plugin;

import org.jspecify.annotations.NullMarked;
