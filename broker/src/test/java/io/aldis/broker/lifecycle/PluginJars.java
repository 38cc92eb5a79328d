package io.aldis.broker.lifecycle;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Makes jars of plugins out of sources. */
final class PluginJars {

    static final String SERVICE = "META-INF/services/io.aldis.broker.plugin.Plugin";

    private static final String PLUGIN = """
            package %1$s;
            import io.aldis.broker.hook.*;
            import io.aldis.broker.message.Message;
            import io.aldis.broker.plugin.*;
            import java.util.*;
            public final class %2$s implements Plugin {
                public int api() { return Plugin.API; }
                public String name() { return "%3$s"; }
                public String version() { return "%4$s"; }
                %5$s
            }
            """;

    private final Path workshop;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private int made;

    /** A jar with nothing in it, to be made with this directory for what it needs meanwhile. */
    PluginJars(Path workshop) {
        this.workshop = workshop;
    }

    /** The source of a plugin, by its class. */
    static String source(String type, String name, String version, String body) {
        int dot = type.lastIndexOf('.');
        return PLUGIN.formatted(type.substring(0, dot), type.substring(dot + 1), name, version, body);
    }

    /** Adds a plugin of this class, and names it as one. */
    PluginJars plugin(String type, String name, String version, String body) {
        return type(type, source(type, name, version, body)).service(type);
    }

    /** Adds a class, by its name, and those in it. */
    PluginJars type(String type, String source) {
        Path classes = workshop.resolve("classes-" + made++);
        try {
            Path file = workshop.resolve("sources-" + made).resolve(type.replace('.', '/') + ".java");
            Files.createDirectories(file.resolveSibling(""));
            Files.createDirectories(classes);
            Files.writeString(file, source);
            ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
            List<String> options = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
            options.addAll(List.of("-cp", classPath(), file.toString()));
            StringWriter said = new StringWriter();
            PrintWriter out = new PrintWriter(said);
            if (compiler.run(out, out, options.toArray(String[]::new)) != 0) {
                throw new AssertionError("The plugin does not compile:\n" + said + source);
            }
            try (Stream<Path> compiled = Files.walk(classes)) {
                for (Path one : compiled.filter(Files::isRegularFile).toList()) {
                    entries.put(classes.relativize(one).toString(), Files.readAllBytes(one));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    /** What was compiled before is seen before what the tests have. */
    private String classPath() {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < made; i++) {
            path.append(workshop.resolve("classes-" + i)).append(':');
        }
        return path + System.getProperty("java.class.path");
    }

    /** Names classes as plugins. */
    PluginJars service(String... types) {
        byte[] before = entries.getOrDefault(SERVICE, new byte[0]);
        String names = new String(before, StandardCharsets.UTF_8) + String.join("\n", types) + "\n";
        return entry(SERVICE, names);
    }

    PluginJars entry(String name, String content) {
        entries.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PluginJars without(String name) {
        if (entries.remove(name) == null) {
            throw new AssertionError("There is no " + name + " in the jar, but " + entries.keySet());
        }
        return this;
    }

    /** Writes the jar. */
    Path to(Path jar) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "4.2");
        try {
            Files.createDirectories(jar.resolveSibling(""));
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
                for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                    out.putNextEntry(new JarEntry(entry.getKey()));
                    out.write(entry.getValue());
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return jar;
    }
}
