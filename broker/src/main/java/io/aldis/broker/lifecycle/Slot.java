package io.aldis.broker.lifecycle;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One plugin in its place, whether it runs or not. Confined to the thread of changes. */
final class Slot {

    /** Where a plugin comes from. */
    sealed interface Source {}

    /** From the program around the broker. */
    record Given(Plugin plugin) implements Source {
        @Override
        public String toString() {
            return Hooks.EMBEDDER;
        }
    }

    /** From a jar, or a directory with jars. */
    record Place(Path path) implements Source {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A plugin that has been made, and where its classes are. */
    record Loaded(Plugin plugin, Bundle bundle) {}

    // Live as long as the slot.

    final Source source;
    final String name;

    /** "" for a place that could not be loaded, so that nobody knows what is in it. */
    final String version;

    private PluginState state = PluginState.DISABLED;
    private String failure = "";

    // Live from a start to a stop.

    @Nullable
    Loaded loaded;

    /** Its hooks, as long as it runs. */
    Hooks.@Nullable Owned hooks;

    /** What says no in the place of its hooks, while it is reloaded, and after that if it did not start. */
    Hooks.@Nullable Owned standIn;

    Slot(Source source, String name, String version) {
        this.source = source;
        this.name = name;
        this.version = version;
    }

    /** The slot of a plugin that is loaded. */
    static Slot of(Source source, String name, Bundle bundle) {
        Plugin plugin = bundle.take(name);
        Slot slot = new Slot(source, name, version(plugin));
        slot.loaded = new Loaded(plugin, bundle);
        return slot;
    }

    private static String version(Plugin plugin) {
        try {
            return String.valueOf(plugin.version());
        } catch (Throwable failure) { // It is for people only.
            return "unknown";
        }
    }

    void become(PluginState next) {
        state = next;
        failure = "";
    }

    void fail(String why) {
        state = PluginState.FAILED;
        failure = why;
    }

    PluginState state() {
        return state;
    }

    boolean runs() {
        return hooks != null;
    }

    boolean isUnknown() {
        return version.isEmpty();
    }

    PluginInfo info() {
        return new PluginInfo(name, version, state, source.toString(), failure);
    }

    /** Name, version and origin. */
    @Override
    public String toString() {
        return info() + " (" + source + ")";
    }
}
