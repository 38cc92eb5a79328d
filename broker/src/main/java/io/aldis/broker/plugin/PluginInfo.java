package io.aldis.broker.plugin;

/**
 * A plugin of a broker, as it was a moment ago.
 *
 * @param name its name; the name of its file, as far as it goes, if it could not be loaded
 * @param version its version; "" if it could not be loaded
 * @param state what it is doing
 * @param origin the jar or directory it is loaded from, or "embedder" if the program around the broker gave it
 * @param failure why it has failed; "" if it has not
 */
public record PluginInfo(String name, String version, PluginState state, String origin, String failure) {

    /** Name and version. */
    @Override
    public String toString() {
        return version.isEmpty() ? name : name + " " + version;
    }
}
