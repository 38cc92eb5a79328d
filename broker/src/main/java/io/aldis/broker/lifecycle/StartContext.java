package io.aldis.broker.lifecycle;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.plugin.PluginConfiguration;
import io.aldis.broker.plugin.PluginContext;
import io.aldis.broker.plugin.PluginFailed;

/** What one plugin gets for one start. */
final class StartContext implements PluginContext {

    private final String name;
    private final HookRegistry hooks;
    private final Admin broker;
    private final PluginConfiguration configuration;
    private volatile boolean asked;

    StartContext(String name, HookRegistry hooks, Admin broker, PluginConfiguration configuration) {
        this.name = name;
        this.hooks = hooks;
        this.broker = broker;
        this.configuration = configuration;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HookRegistry hooks() {
        return hooks;
    }

    @Override
    public Admin broker() {
        return broker;
    }

    @Override
    public <T extends Record> T settings(T defaults) {
        asked = true;
        try {
            return configuration.section(name, defaults);
        } catch (IllegalArgumentException wrong) {
            throw new PluginFailed(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Whether somebody has written settings for it, in which it is not interested. */
    boolean isConfiguredInVain() {
        return !asked && configuration.has(name);
    }
}
