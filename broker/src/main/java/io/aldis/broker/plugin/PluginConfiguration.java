package io.aldis.broker.plugin;

import java.util.Collection;
import java.util.Map;

/**
 * Where plugins get their settings from: a section for each, by its name, and the way from there to the plugin's record. Whoever
 * implements it is strict: what no plugin asks for is an error. Called on one thread at a time, never on a loop.
 *
 * <p>Errors are told by throwing an {@link IllegalArgumentException} that says, in words for whoever wrote the section, what was
 * expected and what came.
 */
public interface PluginConfiguration {

    /** No section for anybody. */
    static PluginConfiguration none() {
        return of(Map.of());
    }

    /** Settings as records, ready made, by the names of plugins. For plugins whose records the program knows. */
    static PluginConfiguration of(Map<String, ? extends Record> sections) {
        return new PluginRecords(Map.copyOf(sections));
    }

    /**
     * Hears, once, which plugins there are, before any of them starts.
     *
     * @throws IllegalArgumentException if there is a section for one that is not there
     */
    void check(Collection<String> plugins);

    /** Whether there is a section for a plugin. */
    boolean has(String plugin);

    /**
     * The section of a plugin as its record.
     *
     * @param defaults what holds where the section says nothing; what is returned if there is no section
     * @throws IllegalArgumentException if the section has something for which the record has no place, or a value that does not fit
     */
    <T extends Record> T section(String plugin, T defaults);
}
