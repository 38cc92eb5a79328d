package io.aldis.broker.lifecycle;

import static io.aldis.broker.lifecycle.PluginJars.SERVICE;
import static io.aldis.broker.lifecycle.PluginJars.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginFailed;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import io.aldis.broker.settings.PluginFailurePolicy;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connect;
import io.aldis.codec.PacketType;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plugins in jars: how they are found, what they see, how they are read anew, and what is said of those that are broken. */
@Timeout(60)
class PluginJarTest {

    /** Adds what a Java expression says to each message. */
    private static final String ADDS = """
            public void start(PluginContext context) {
                context.hooks().onMsgArrived(arrival -> arrival.route(arrival.message().toBuilder()
                        .payload(arrival.message().payload().toUtf8() + %s).build()));
            }
            """;

    private static final String NOTHING = "public void start(PluginContext context) {}";

    @TempDir
    private Path directory;

    private Path plugins;

    @BeforeEach
    void makeTheDirectory() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
    }

    private PluginJars jar() {
        try {
            return new PluginJars(Files.createTempDirectory(directory, "workshop"));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** A jar with one plugin that adds what an expression says to each message. */
    private PluginJars adding(String name, String version, String expression) {
        return jar().plugin("plug." + name + ".Main", name, version, ADDS.formatted(expression));
    }

    private Broker.Builder builder() {
        return Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).loops(2).pluginDirectory(plugins);
    }

    private static PluginInfo now(CompletionStage<PluginInfo> change) {
        return change.toCompletableFuture().join();
    }

    private static String throughBroker(Broker broker) {
        try (RawClient client = RawClient.connected(broker.port(), Connect.v5("writer"))) {
            client.subscribe("t", Qos.AT_LEAST_ONCE);
            client.publish("t", "-", Qos.AT_LEAST_ONCE);
            return client.takeMessage().payload().toUtf8();
        }
    }

    @Test
    void jarsAreFoundAndOrderedByTheNamesOfTheirPlugins() throws IOException {
        adding("second", "2.0", "\"2\"").to(plugins.resolve("a.jar"));
        adding("first", "1.0", "\"1\"").to(plugins.resolve("b.jar"));
        Files.writeString(plugins.resolve("README.txt"), "This is no plugin.");
        Files.createDirectory(plugins.resolve(".git"));
        try (Broker broker = builder().start()) {
            assertThat(broker.plugins().all())
                    .containsExactly(
                            new PluginInfo(
                                    "first",
                                    "1.0",
                                    PluginState.RUNNING,
                                    plugins.resolve("b.jar").toString(),
                                    ""),
                            new PluginInfo(
                                    "second",
                                    "2.0",
                                    PluginState.RUNNING,
                                    plugins.resolve("a.jar").toString(),
                                    ""));
            assertThat(throughBroker(broker)).isEqualTo("-12");
        }
    }

    @Test
    void theManifestTellsTheVersion() {
        jar().type("plug.Plain", source("plug.Plain", "plain", "", NOTHING).replaceAll("public String version.*", ""))
                .service("plug.Plain")
                .to(plugins.resolve("plain.jar"));
        try (Broker broker = builder().start()) {
            assertThat(broker.plugins().all()).extracting(PluginInfo::version).containsExactly("4.2");
        }
    }

    @Test
    void aJarMayHaveSeveralPluginsThatShareTheirClasses() {
        String counts = "plug.Counter.next()";
        jar().type("plug.Counter", """
                        package plug;
                        class Counter { private static int n; static synchronized int next() { return ++n; } }
                        """)
                .plugin("plug.One", "one", "1", ADDS.formatted(counts))
                .plugin("plug.Two", "two", "1", ADDS.formatted(counts))
                .to(plugins.resolve("both.jar"));
        try (Broker broker = builder().start()) {
            assertThat(throughBroker(broker)).isEqualTo("-12");
            now(broker.plugins().disable("one"));
            assertThat(throughBroker(broker)).isEqualTo("-3");
            now(broker.plugins().enable("one"));
            assertThat(throughBroker(broker)).isEqualTo("-45");
            now(broker.plugins().disable("two"));
            now(broker.plugins().disable("one"));
            now(broker.plugins().enable("two"));
            assertThat(throughBroker(broker)).as("read anew").isEqualTo("-1");
        }
    }

    @Test
    void aDirectoryHoldsAPluginAndItsLibraries() {
        String library = "package lib; public class Greeting { public static String of() { return \"hello\"; } }";
        jar().type("lib.Greeting", library).to(plugins.resolve("polite/lib-1.jar"));
        jar().type("lib.Greeting", library)
                .plugin("plug.Polite", "polite", "1", ADDS.formatted("lib.Greeting.of()"))
                .without("lib/Greeting.class")
                .to(plugins.resolve("polite/polite.jar"));
        try (Broker broker = builder().start()) {
            assertThat(throughBroker(broker)).isEqualTo("-hello");
            assertThat(broker.plugins().all())
                    .extracting(PluginInfo::origin)
                    .containsExactly(plugins.resolve("polite").toString());
        }
    }

    // What plugins see.

    @Test
    void aPluginHasItsOwnVersionOfALibraryOfOurs() {
        String library = "io.aldis.broker.lifecycle.Library";
        for (String whose : List.of("theirs", "others")) {
            jar().type(library, """
                            package io.aldis.broker.lifecycle;
                            public class Library { public static String version() { return "%s "; } }
                            """.formatted(whose))
                    .plugin("plug.Main", whose, "1", ADDS.formatted(library + ".version()"))
                    .to(plugins.resolve(whose + ".jar"));
        }
        try (Broker broker = builder().start()) {
            assertThat(throughBroker(broker)).isEqualTo("-others theirs ");
            assertThat(Library.version()).isEqualTo("ours");
        }
    }

    /** An expression that says whether a class can be seen. */
    private static String sees(String type) {
        return "sees(\"%s\")".formatted(type);
    }

    private static final String SEES = """
            static String sees(String type) {
                try {
                    return Class.forName(type).getClassLoader() == Main.class.getClassLoader() ? "own " : "shared ";
                } catch (ClassNotFoundException hidden) {
                    return "hidden ";
                }
            }
            """;

    private Broker seeing(String... types) {
        String all =
                String.join(" + ", Stream.of(types).map(PluginJarTest::sees).toList());
        jar().plugin("plug.Main", "eye", "1", ADDS.formatted(all) + SEES).to(plugins.resolve("eye.jar"));
        return builder().start();
    }

    @Test
    void aPluginSeesJavaAndWhatAldisExportsAndNothingElse() {
        try (Broker broker = seeing(
                "java.sql.Connection",
                "io.aldis.broker.Broker",
                "io.aldis.broker.settings.Settings",
                "io.aldis.codec.Qos",
                "org.slf4j.Logger",
                "org.jspecify.annotations.Nullable",
                "plug.Main",
                "io.aldis.broker.session.Session",
                "io.aldis.broker.lifecycle.Library",
                "io.netty.buffer.ByteBuf",
                "org.junit.jupiter.api.Test")) {
            assertThat(throughBroker(broker))
                    .isEqualTo("-shared shared shared shared shared shared own hidden hidden hidden hidden ");
        }
    }

    @Test
    void theProgramMayShareMoreWithItsPlugins() {
        jar().plugin("plug.Main", "eye", "1", ADDS.formatted(sees("org.assertj.core.api.Assertions")) + SEES)
                .to(plugins.resolve("eye.jar"));
        try (Broker broker =
                builder().pluginDirectory(plugins, "org.assertj.core").start()) {
            assertThat(throughBroker(broker)).isEqualTo("-shared ");
        }
    }

    @Test
    void whatIsSharedIsWhatTheModulesExport() throws URISyntaxException {
        TreeSet<String> exported = new TreeSet<>();
        for (Class<?> one : List.of(Plugin.class, PacketType.class)) {
            Path home = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            ModuleDescriptor module =
                    ModuleFinder.of(home).findAll().iterator().next().descriptor();
            module.exports().forEach(export -> exported.add(export.source()));
        }
        assertThat(SharedClasses.ALDIS).containsExactlyElementsOf(exported);
    }

    // Read anew.

    @Test
    void reloadingReadsTheJarAnewAndEnablingToo() {
        Path jar = adding("changing", "1", "\"old\"").to(plugins.resolve("changing.jar"));
        try (Broker broker = builder().start()) {
            assertThat(throughBroker(broker)).isEqualTo("-old");
            adding("changing", "2", "\"new\"").to(jar);
            assertThat(throughBroker(broker)).isEqualTo("-old");
            assertThat(now(broker.plugins().reload("changing")))
                    .isEqualTo(new PluginInfo("changing", "2", PluginState.RUNNING, jar.toString(), ""));
            assertThat(throughBroker(broker)).isEqualTo("-new");

            now(broker.plugins().disable("changing"));
            adding("changing", "2", "\"newest\"").to(jar);
            now(broker.plugins().enable("changing"));
            assertThat(throughBroker(broker)).isEqualTo("-newest");
        }
    }

    @Test
    void aBrokenJarDoesNotReplaceAPluginThatRuns() throws IOException {
        String stops = "public void stop() { System.setProperty(\"aldis.stopped\", Late.word()); }";
        Path jar = adding("sound", "1", "\"sound\"")
                .without("plug/sound/Main.class")
                .type("plug.sound.Late", "package plug.sound; class Late { static String word() { return \"yes\"; } }")
                .type("plug.sound.Main", source("plug.sound.Main", "sound", "1", ADDS.formatted("\"sound\"") + stops))
                .to(plugins.resolve("sound.jar"));
        try (Broker broker = builder().start()) {
            Files.writeString(jar, "no jar at all");
            assertThatThrownBy(() -> now(broker.plugins().reload("sound")))
                    .cause()
                    .isInstanceOf(PluginFailed.class)
                    .hasMessageStartingWith("The plugin file " + jar + " cannot be loaded: sound.jar is no jar: ");
            assertThat(throughBroker(broker)).isEqualTo("-sound");
            assertThat(broker.plugins().all()).extracting(PluginInfo::state).containsExactly(PluginState.RUNNING);

            adding("other", "1", "\"other\"").to(jar);
            assertThatThrownBy(() -> now(broker.plugins().reload("sound")))
                    .cause()
                    .hasMessage("The plugin 'sound' is no longer in " + jar + ".");
            assertThat(throughBroker(broker)).isEqualTo("-sound");
        }
        // It has its classes to the end, whatever lies on disk.
        assertThat(System.clearProperty("aldis.stopped")).isEqualTo("yes");
    }

    @Test
    void aReloadOfSeveralStartsThoseThatRanAndThatAreNew() {
        Function<List<String>, PluginJars> jarWith = names -> {
            PluginJars jar = jar();
            for (String name : names) {
                jar.plugin("plug.P" + name, name, "1", ADDS.formatted("\"" + name + "\""));
            }
            return jar;
        };
        Path jar = jarWith.apply(List.of("a", "b", "c")).to(plugins.resolve("letters.jar"));
        try (Broker broker = builder().start()) {
            now(broker.plugins().disable("b"));
            jarWith.apply(List.of("a", "b", "d")).to(jar);
            now(broker.plugins().reload("a"));
            assertThat(broker.plugins().all())
                    .extracting(PluginInfo::name, PluginInfo::state)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("a", PluginState.RUNNING),
                            org.assertj.core.groups.Tuple.tuple("b", PluginState.DISABLED),
                            org.assertj.core.groups.Tuple.tuple("d", PluginState.RUNNING));
            assertThat(throughBroker(broker)).isEqualTo("-ad");
            now(broker.plugins().reload("b"));
            assertThat(throughBroker(broker)).isEqualTo("-abd");
        }
    }

    @Test
    void aSkippedJarIsMendedByAReload() throws IOException {
        Path jar = Files.writeString(plugins.resolve("mended.jar"), "no jar at all");
        try (Broker broker = builder()
                .settings(Settings.defaults()
                        .withPlugin(plugin ->
                                plugin.withOnFailure(PluginFailurePolicy.SKIP).withOrder(List.of("whole"))))
                .start()) {
            assertThat(broker.plugins().all()).singleElement().satisfies(info -> {
                assertThat(info.name()).isEqualTo("mended");
                assertThat(info.version()).isEmpty();
                assertThat(info.state()).isEqualTo(PluginState.FAILED);
                assertThat(info.failure()).contains("mended.jar is no jar");
            });
            adding("whole", "1", "\"whole\"").to(jar);
            assertThat(now(broker.plugins().enable("mended")).name()).isEqualTo("whole");
            assertThat(broker.plugins().all()).extracting(PluginInfo::name).containsExactly("whole");
            assertThat(throughBroker(broker)).isEqualTo("-whole");
        }
    }

    @Test
    void nothingIsLeftOnDisk() throws IOException {
        adding("tidy", "1", "\"\"").to(plugins.resolve("tidy.jar"));
        Set<String> before = copies();
        try (Broker broker = builder().start()) {
            assertThat(copies()).isNotEqualTo(before);
            now(broker.plugins().reload("tidy"));
        }
        assertThat(copies()).isEqualTo(before);
    }

    private static Set<String> copies() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("aldis-plugin-"))
                    .forEach(names::add);
        }
        return names;
    }

    // Broken ones.

    private record Broken(String name, Function<PluginJars, PluginJars> how, String complaint) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken(
                        "no services file",
                        jar -> jar.type("plug.Main", source("plug.Main", "x", "1", NOTHING)),
                        "it names no plugin: " + SERVICE + " is missing."),
                new Broken(
                        "an empty services file",
                        jar -> jar.entry(SERVICE, "# nobody\n"),
                        "it names no plugin: " + SERVICE + " is empty."),
                new Broken(
                        "a services file that is none",
                        jar -> jar.entry(SERVICE, "plug Main\n"),
                        "Illegal configuration-file syntax"),
                new Broken(
                        "a class that is not there", jar -> jar.service("plug.Gone"), "Provider plug.Gone not found."),
                new Broken(
                        "a class that is no plugin",
                        jar -> jar.type("plug.Main", "package plug; public class Main {}")
                                .service("plug.Main"),
                        "plug.Main not a subtype."),
                new Broken(
                        "a class that is not public",
                        jar -> jar.type(
                                        "plug.Main",
                                        source("plug.Main", "x", "1", NOTHING).replace("public final", "final"))
                                .service("plug.Main"),
                        "plug.Main Unable to get public no-arg constructor"),
                new Broken(
                        "no constructor without parameters",
                        jar -> jar.plugin("plug.Main", "x", "1", NOTHING + "public Main(int i) {}"),
                        "plug.Main Unable to get public no-arg constructor"),
                new Broken(
                        "a constructor that throws",
                        jar -> jar.plugin(
                                "plug.Main",
                                "x",
                                "1",
                                NOTHING + "public Main() { throw new IllegalStateException(\"too early\"); }"),
                        "Provider plug.Main could not be instantiated: too early."),
                new Broken(
                        "a class initializer that throws",
                        jar -> jar.plugin(
                                "plug.Main", "x", "1", NOTHING + "static final int X = Integer.parseInt(\"much\");"),
                        "NumberFormatException"),
                new Broken(
                        "a library that is missing",
                        jar -> jar.type("lib.Base", "package lib; public class Base {}")
                                .plugin("plug.Main", "x", "1", NOTHING + "lib.Base base = new lib.Base();")
                                .without("lib/Base.class"),
                        "NoClassDefFoundError: lib/Base (a class is missing in the jar)."),
                new Broken(
                        "another API",
                        jar -> jar.type(
                                        "plug.Main",
                                        source("plug.Main", "x", "1", NOTHING).replace("Plugin.API", "2"))
                                .service("plug.Main"),
                        "plug.Main was built for plugin API 2, but this Aldis has 1; a newer Aldis is needed."),
                new Broken(
                        "no API",
                        jar -> jar.type(
                                        "io.aldis.broker.plugin.Plugin",
                                        "package io.aldis.broker.plugin; public interface Plugin {}")
                                .type(
                                        "plug.Main",
                                        "package plug; public class Main implements io.aldis.broker.plugin.Plugin {}")
                                .without("io/aldis/broker/plugin/Plugin.class")
                                .service("plug.Main"),
                        "AbstractMethodError"),
                new Broken(
                        "a class for another Java",
                        jar -> jar.entry("plug/Main.class", "\u0000\u0000\u0000\u0000")
                                .service("plug.Main"),
                        "ClassFormatError"),
                new Broken(
                        "no name",
                        jar -> jar.type(
                                        "plug.Main",
                                        source("plug.Main", "x", "1", NOTHING).replace("\"x\"", "null"))
                                .service("plug.Main"),
                        "NullPointerException"),
                new Broken(
                        "two of one name",
                        jar -> jar.plugin("plug.One", "x", "1", NOTHING).plugin("plug.Two", "x", "1", NOTHING),
                        "two of its plugins are named 'x': plug.One and plug.Two."));
    }

    @ParameterizedTest
    @MethodSource
    void broken(Broken broken) {
        Path file = broken.how().apply(jar()).to(plugins.resolve("broken.jar"));
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageStartingWith("The plugin file " + file + " cannot be loaded: ")
                .hasMessageContaining(broken.complaint());
    }

    static Stream<Arguments> corrupt() {
        return Stream.of(
                Arguments.of("nothing", new byte[0], "zip file is empty"),
                Arguments.of(
                        "a text", "no jar at all".getBytes(java.nio.charset.StandardCharsets.UTF_8), "is no jar: "),
                Arguments.of("a beginning", new byte[] {'P', 'K', 3, 4, 10, 0, 0, 0}, "is no jar: "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void corrupt(String unused, byte[] bytes, String complaint) throws IOException {
        Path file = Files.write(plugins.resolve("corrupt.jar"), bytes);
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageStartingWith("The plugin file " + file + " cannot be loaded: corrupt.jar is no jar: ")
                .hasMessageContaining(complaint);
    }

    @Test
    void halfAJarIsCorrupt() throws IOException {
        Path file = adding("half", "1", "\"\"").to(plugins.resolve("half.jar"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageStartingWith("The plugin file " + file + " cannot be loaded: half.jar is no jar: ");
    }

    @Test
    void aDirectoryWithoutJarsIsNoPlugin() throws IOException {
        Path empty = Files.createDirectory(plugins.resolve("empty"));
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessage("The plugin file " + empty + " cannot be loaded: there is no jar in it.");
    }

    @Test
    void aPluginDirectoryThatIsNotThereStopsTheStart() throws IOException {
        Files.delete(plugins);
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessageStartingWith("The plugin directory " + plugins + " cannot be read: ");
    }

    @Test
    void twoJarsWithPluginsOfOneNameAreAnError() {
        Path one = adding("same", "1", "\"\"").to(plugins.resolve("a.jar"));
        Path two = adding("same", "2", "\"\"").to(plugins.resolve("b.jar"));
        assertThatThrownBy(builder()::start)
                .isInstanceOf(PluginFailed.class)
                .hasMessage("Two plugins are named 'same': one from " + one + ", one from " + two
                        + ". Take one of them away.");
    }
}
