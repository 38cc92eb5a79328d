package io.aldis.broker.plugin;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.hook.HookRegistry;

/** What a plugin gets when it starts. Callable from any thread, but for {@link #hooks()}. */
public interface PluginContext {

    /** The name of the plugin. */
    String name();

    /**
     * Where it registers its hooks. They are called when {@link Plugin#start} has returned, those of one plugin in the order they were
     * registered, after those of the plugins before it. For the thread that starts the plugin only, until it has started.
     */
    HookRegistry hooks();

    /** The broker: to publish, to subscribe, to disconnect and to look things up, from now on until the plugin is stopped. */
    Admin broker();

    /**
     * The settings of the plugin: its section of the configuration in the shape of a record, defaults where the section says nothing.
     *
     * <p>Each component of the record is a setting, named in dash-words: {@code messagesAtMost} is {@code messages-at-most}. A plugin
     * has one such record, which takes all there is in its section.
     *
     * @param defaults all settings with their defaults
     * @throws PluginFailed if the section has something that is no setting, or a value that is none: the message says what was
     *     expected and what came. A plugin lets it pass, so that it does not start
     */
    <T extends Record> T settings(T defaults);
}
