package io.aldis.broker.plugin;

/**
 * A part of a broker that somebody else writes: it changes what the broker does, through hooks, and uses what the broker can do.
 *
 * <pre>{@code
 * public final class Echo implements Plugin {
 *     public int api() { return Plugin.API; }
 *     public String name() { return "echo"; }
 *     public void start(PluginContext context) {
 *         context.hooks().onConnected(event -> log.info("Hello {}", event.client().clientId()));
 *     }
 * }
 * }</pre>
 *
 * <p>It is given to the broker by the program around it, with {@code Broker.builder().plugin(new Echo())}, or it stands in a
 * jar in the plugin directory whose file {@code META-INF/services/io.aldis.broker.plugin.Plugin} names the class. A class in a jar is
 * public and has a public constructor without parameters, which should do nothing: a plugin that is not going to be used is made too.
 *
 * <p>The class loader of a jar is closed when its plugins have stopped. It can only be freed if nothing else holds on to the plugin's
 * classes: threads it started, values in a {@link ThreadLocal} of another's thread, what it registered with libraries that are
 * not its own.
 */
public interface Plugin {

    /** The plugin API of this release of Aldis. The compiler writes its value into the classes of a plugin. */
    int API = 1;

    /**
     * The plugin API it was built for: {@code return Plugin.API;}. A broker refuses a plugin that was built for another one than
     * its own.
     */
    int api();

    /**
     * Its name in settings, log lines and the list of plugins: small letters, digits and dashes, beginning with a letter, at most
     * 64 characters. Always the same.
     */
    String name();

    /** Its version, for people; what the manifest of its jar says as {@code Implementation-Version} if this is not overridden. */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /**
     * Starts it: reads its settings and registers its hooks, which are called when this has returned. No client is let in before all
     * plugins have started, when the broker starts; later on, when a plugin is enabled, clients are there.
     *
     * <p>Called on a thread of its own, which may wait, and is interrupted when the time is up. After {@link #stop} it may be called
     * again: always on a new object if the plugin comes from a jar, on the same one if the program around the broker gave it.
     *
     * @throws Exception if it cannot start; {@link #stop} is not called then, so what it has begun is its own to end
     */
    void start(PluginContext context) throws Exception;

    /**
     * Stops it: ends its threads and closes what it has opened. None of its hooks is called any more.
     *
     * <p>Called on a thread of its own, which may wait, and is interrupted when the time is up. When the broker stops no client is
     * left, and nothing can be published.
     *
     * @throws Exception for the log; it counts as stopped all the same
     */
    default void stop() throws Exception {}
}
