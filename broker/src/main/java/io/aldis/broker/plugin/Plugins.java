package io.aldis.broker.plugin;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The plugins of a running broker. Callable from any thread, hooks and loops of the broker included.
 *
 * <p>Changes are made one at a time, in the order they were asked for, on a thread that nobody else uses; each answers with what became
 * of the plugin. Stages complete on yet other threads. A hook or a loop must not wait for one: the change may be waiting for
 * it. They fail with a {@link PluginFailed} if the plugin does not start, with an {@link IllegalArgumentException} if there is no such
 * plugin, and with an {@link IllegalStateException} if the broker has stopped.
 *
 * <p>A change is not remembered: when the broker starts the next time, it starts all its plugins.
 */
public interface Plugins {

    /** All of them, in the order in which their hooks are called: the outermost first. */
    List<PluginInfo> all();

    /**
     * Starts a plugin that does not run; without effect on one that does. One from a jar is read anew from disk. Its hooks come to the
     * place they would have had from the beginning.
     */
    CompletionStage<PluginInfo> enable(String name);

    /**
     * Stops a plugin; without effect on one that does not run. First its hooks are taken out, so that no new call begins; then
     * those under way are awaited; then {@link Plugin#stop} is called; then its class loader is closed, if no other plugin of
     * the same jar runs. What it kept in attributes of clients and sessions is forgotten.
     */
    CompletionStage<PluginInfo> disable(String name);

    /**
     * Reads the jar of a plugin anew from disk and starts what it now has in place of what it had. All plugins of the same jar are
     * reloaded together; those that were disabled stay so, except the one that was named. If the jar cannot be loaded, everything
     * stays as it was; if a plugin does not start, it has failed and the former one is gone.
     *
     * <p>Nothing falls open meanwhile: in the place of hooks that decided who comes in and who may do what ({@code onBasicAuth},
     * {@code authenticator}, {@code authorizer}) it is said no, until the plugin runs again, or is disabled after it has failed.
     *
     * <p>One that the program around the broker gave is stopped and started again.
     */
    CompletionStage<PluginInfo> reload(String name);
}
