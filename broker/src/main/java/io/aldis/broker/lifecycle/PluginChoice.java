package io.aldis.broker.lifecycle;

import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginConfiguration;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which plugins a broker is to have.
 *
 * @param given by the program around it, in their order
 * @param directory where jars with more of them are; null for no directory
 * @param shared packages of the program around the broker which those see
 * @param configuration where their settings come from
 */
public record PluginChoice(
        List<Plugin> given, @Nullable Path directory, List<String> shared, PluginConfiguration configuration) {

    public PluginChoice {
        given = List.copyOf(given);
        shared = List.copyOf(shared);
    }

    boolean isNone() {
        return given.isEmpty() && directory == null;
    }
}
