package io.aldis.broker.lifecycle;

import io.aldis.broker.plugin.Plugin;
import java.util.List;

/**
 * What the jars of plugins see of the world around them: Java, and the packages that are shared with them. Everything else, libraries of
 * the broker and of the program around it, is hidden, so that a plugin has its own.
 */
final class SharedClasses extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    /** What Aldis exports, package by package. */
    static final List<String> ALDIS = List.of(
            "io.aldis.broker",
            "io.aldis.broker.admin",
            "io.aldis.broker.hook",
            "io.aldis.broker.ledger",
            "io.aldis.broker.message",
            "io.aldis.broker.metric",
            "io.aldis.broker.plugin",
            "io.aldis.broker.settings",
            "io.aldis.broker.storage",
            "io.aldis.broker.time",
            "io.aldis.codec");

    /** What Aldis's own interfaces speak of, with the packages below. */
    private static final List<String> LIBRARIES = List.of("org.slf4j", "org.jspecify");

    private final ClassLoader application = Plugin.class.getClassLoader();
    private final List<String> shared;

    /**
     * Shares with plugins what each of them needs, and more.
     *
     * @param more packages of the program around the broker, with those below them
     */
    SharedClasses(List<String> more) {
        super("aldis-shared", ClassLoader.getPlatformClassLoader());
        shared = List.copyOf(more);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        String home = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        return isShared(home) ? application.loadClass(name) : super.loadClass(name, resolve);
    }

    private boolean isShared(String home) {
        return ALDIS.contains(home)
                || LIBRARIES.stream().anyMatch(one -> isWithin(home, one))
                || shared.stream().anyMatch(one -> isWithin(home, one));
    }

    private static boolean isWithin(String home, String parent) {
        return home.startsWith(parent) && (home.length() == parent.length() || home.charAt(parent.length()) == '.');
    }
}
