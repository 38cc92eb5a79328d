package io.aldis.broker.plugin;

import java.util.Collection;
import java.util.Map;

/** Settings that are records already. Immutable. */
record PluginRecords(Map<String, ? extends Record> sections) implements PluginConfiguration {

    @Override
    public void check(Collection<String> plugins) {
        for (String name : sections.keySet()) {
            if (!plugins.contains(name)) {
                throw new IllegalArgumentException("There are settings for the plugin '" + name
                        + "', but no such plugin; there is " + (plugins.isEmpty() ? "none" : String.join(", ", plugins))
                        + ".");
            }
        }
    }

    @Override
    public boolean has(String plugin) {
        return sections.containsKey(plugin);
    }

    @Override
    @SuppressWarnings("unchecked") // It is of the class of T.
    public <T extends Record> T section(String plugin, T defaults) {
        Record section = sections.get(plugin);
        if (section == null) {
            return defaults;
        }
        if (!defaults.getClass().equals(section.getClass())) {
            throw new IllegalArgumentException("The settings of the plugin '" + plugin + "' are a "
                    + defaults.getClass().getName() + ", but a "
                    + section.getClass().getName() + " came.");
        }
        return (T) section;
    }
}
