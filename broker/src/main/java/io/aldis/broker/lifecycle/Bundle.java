package io.aldis.broker.lifecycle;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginFailed;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jars that belong together, with the plugins in them and the class loader that these share; or a single plugin that somebody made.
 *
 * <p>The jars are copied before they are opened: whoever replaces one on disk does not disturb the plugins that run.
 */
final class Bundle implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bundle.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private static final String SERVICE = "META-INF/services/" + Plugin.class.getName();

    private final String shown;
    private final Duration budget;
    private final @Nullable URLClassLoader jars;
    private final @Nullable Path copies;
    private final Map<String, Plugin> plugins = new LinkedHashMap<>();

    /** Plugins that are loaded from here and have not been let go. */
    private int users;

    private Bundle(String shown, Duration budget, @Nullable URLClassLoader jars, @Nullable Path copies) {
        this.shown = shown;
        this.budget = budget;
        this.jars = jars;
        this.copies = copies;
    }

    /**
     * Loads what stands in one place of the plugin directory.
     *
     * @param place a jar, or a directory with jars
     * @param budget how long its plugins may take to be made
     * @throws PluginFailed that names the place and says what is wrong with it
     */
    static Bundle open(Path place, SharedClasses shared, Duration budget) {
        Path copies = null;
        URLClassLoader loader = null;
        try {
            copies = Files.createTempDirectory("aldis-plugin-");
            URL[] urls = copied(place, copies);
            loader = new URLClassLoader("aldis-plugin " + place.getFileName(), urls, shared);
            if (loader.findResource(SERVICE) == null) {
                throw new PluginFailed("it names no plugin: " + SERVICE + " is missing", null);
            }
            Bundle bundle = new Bundle(place.toString(), budget, loader, copies);
            bundle.makeAll();
            return bundle;
        } catch (Throwable failure) { // Whatever is in there, it is a stranger's.
            close(loader, copies);
            throw new PluginFailed("The plugin file " + place + " cannot be loaded: " + Words.ending(failure), failure);
        }
    }

    /**
     * A plugin that somebody made.
     *
     * @throws PluginFailed if it is none for this broker
     */
    static Bundle of(Plugin plugin, String shown) {
        try {
            Bundle bundle = new Bundle(shown, Duration.ZERO, null, null);
            bundle.add(plugin);
            return bundle;
        } catch (Throwable failure) {
            throw new PluginFailed(
                    "The plugin " + plugin.getClass().getName() + " cannot be used: " + Words.ending(failure), failure);
        }
    }

    private static URL[] copied(Path place, Path copies) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars(place)) {
            Path copy = copies.resolve(urls.size() + "-" + jar.getFileName());
            Files.copy(jar, copy);
            check(jar, copy);
            urls.add(url(copy));
        }
        return urls.toArray(URL[]::new);
    }

    private static List<Path> jars(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.jar")) {
            files.forEach(jars::add);
        }
        if (jars.isEmpty()) {
            throw new PluginFailed("there is no jar in it", null);
        }
        jars.sort(null);
        return jars;
    }

    private static void check(Path jar, Path copy) throws IOException {
        try (JarFile opened = new JarFile(copy.toFile())) {
            opened.getManifest();
        } catch (IOException corrupt) {
            throw new PluginFailed(jar.getFileName() + " is no jar: " + corrupt.getMessage(), corrupt);
        }
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    /** Makes its plugins, each anew, on a thread that may take its time. */
    private void makeAll() {
        List<Plugin> made = PluginThread.call(shown, loader(), budget, this::made, late -> {});
        plugins.clear();
        made.forEach(this::add);
        if (plugins.isEmpty()) {
            throw new PluginFailed("it names no plugin: " + SERVICE + " is empty", null);
        }
    }

    private List<Plugin> made() {
        List<Plugin> made = new ArrayList<>();
        for (Plugin plugin : ServiceLoader.load(Plugin.class, loader())) {
            made.add(plugin);
        }
        return made;
    }

    private void add(Plugin plugin) {
        String type = plugin.getClass().getName();
        int api = plugin.api();
        if (api != Plugin.API) {
            throw new PluginFailed(
                    type + " was built for plugin API " + api + ", but this Aldis has " + Plugin.API + "; "
                            + (api > Plugin.API ? "a newer Aldis is needed" : "a newer build of the plugin is needed"),
                    null);
        }
        String name = plugin.name();
        if (!NAME.matcher(name).matches() || name.equals(Hooks.EMBEDDER)) {
            throw new PluginFailed(
                    type + " names itself '" + name
                            + "', but a name is small letters, digits and dashes, begins with a letter, has at most 64"
                            + " characters and is not '" + Hooks.EMBEDDER + "'",
                    null);
        }
        Plugin other = plugins.putIfAbsent(name, plugin);
        if (other != null) {
            throw new PluginFailed(
                    "two of its plugins are named '" + name + "': "
                            + other.getClass().getName() + " and " + type,
                    null);
        }
    }

    /** The plugins in it, by their names. */
    Map<String, Plugin> plugins() {
        return plugins;
    }

    /** One of its plugins, to be started. To be let go with {@link #release}. */
    Plugin take(String name) {
        Plugin plugin = plugins.get(name);
        if (plugin == null) {
            throw new PluginFailed("The plugin '" + name + "' is no longer in " + shown + ".", null);
        }
        users++;
        return plugin;
    }

    /** Makes its plugins anew, so that one which has been stopped can be started as if for the first time. */
    void renew() {
        if (jars != null) {
            makeAll();
        }
    }

    /** One of those that were taken is let go; the last one closes the bundle. */
    void release(Consumer<ClassLoader> forget) {
        users--;
        if (users == 0) {
            close();
            if (jars != null) {
                forget.accept(jars);
            }
        }
    }

    /** Closes it if none of its plugins was taken. */
    void closeIfUnused() {
        if (users == 0) {
            close();
        }
    }

    ClassLoader loader() {
        return jars == null ? Bundle.class.getClassLoader() : jars;
    }

    @Override
    public void close() {
        plugins.clear();
        close(jars, copies);
    }

    private static void close(@Nullable URLClassLoader loader, @Nullable Path copies) {
        try {
            if (loader != null) {
                loader.close();
            }
            if (copies != null) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(copies)) {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                }
                Files.delete(copies);
            }
        } catch (IOException left) {
            log.warn("The copies of a plugin in {} cannot be removed", copies, left);
        }
    }

    /** Where it comes from. */
    @Override
    public String toString() {
        return shown;
    }
}
