package io.aldis.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.plugin.Plugin;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The template of a plugin, built as this build builds it, dropped into a directory and run by the packaged broker. */
class PluginTemplateTest {

    private static final String SERVICE = "META-INF/services/" + Plugin.class.getName();

    @TempDir
    private Path directory;

    private Path plugins;

    @BeforeEach
    void dropTheJarIn() throws Exception {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        URL service = PluginTemplateTest.class.getClassLoader().getResource(SERVICE);
        assertThat(service).as("the template among what this is tested with").isNotNull();
        URLConnection connection = service.openConnection();
        Path jar = plugins.resolve("message-counter.jar");
        if (connection instanceof JarURLConnection inJar) {
            Files.copy(Path.of(inJar.getJarFileURL().toURI()), jar);
        } else {
            pack(Path.of(service.toURI()).resolve("../../..").normalize(), jar);
        }
    }

    /** Builds that end before the template is packaged leave it as a directory of classes. */
    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(one).toString()));
                Files.copy(one, zip);
            }
        }
    }

    private Launch launch(String... settings) throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.put("ALDIS_JAVA_HOME", System.getProperty("java.home"));
        variables.remove("ALDIS_OPTS");
        List<String> arguments = new ArrayList<>(List.of("start", "--port", "0", "--plugins", "plugins"));
        arguments.addAll(List.of(settings));
        return Launch.of(SourceTree.realLauncher(), directory, variables, arguments.toArray(String[]::new));
    }

    @Test
    void itCountsWhatClientsPublish() throws Exception {
        try (Launch aldis = launch("--set", "plugin.message-counter.every=2")) {
            int port = aldis.port();
            aldis.awaitLine("Plugins, the outermost first: message-counter ");
            try (RawClient busy = RawClient.connected(port, Connect.v5("busy"));
                    RawClient watcher = RawClient.connected(port, Connect.v311("watcher"))) {
                for (int i = 0; i < 5; i++) {
                    busy.publish("t", "x", Qos.AT_LEAST_ONCE);
                }
                watcher.subscribe("counts/#", Qos.AT_LEAST_ONCE);
                Publish count = watcher.takeMessage();
                assertThat(count.topic()).isEqualTo("counts/busy");
                assertThat(count.payload().toUtf8()).isEqualTo("4");
            }
            aldis.terminate();
            assertThat(aldis.exitCode()).isZero();
            assertThat(aldis.said()).contains("Counts are published below counts");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            plugin.message-counter.evry=2  | there is no setting 'plugin.message-counter.evry'; did you mean 'plugin.message-counter.every'?
            plugin.message-counter.every=x | plugin.message-counter.every=x: a whole number is expected.
            plugin.message-counter.every=0 | plugin.message-counter: every is 0, but it must be 1 or more.
            plugin.message-countr.every=2  | there is no plugin 'message-countr' for the setting plugin.message-countr.every; did you mean 'message-counter'?
            """)
    void whatIsSetWrongStopsTheStartInOneLine(String setting, String complaint) throws Exception {
        try (Launch aldis = launch("--set", setting)) {
            assertThat(aldis.exitCode()).isEqualTo(1);
            assertThat(aldis.rest()).isEmpty();
            assertThat(aldis.said().lines().filter(line -> line.startsWith("aldis: ")))
                    .singleElement()
                    .asString()
                    .endsWith(complaint);
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() throws Exception {
        Files.delete(plugins.resolve("message-counter.jar"));
        Files.delete(plugins);
        try (Launch aldis = launch()) {
            assertThat(aldis.exitCode()).isEqualTo(1);
            assertThat(aldis.said().lines())
                    .contains("aldis: the plugin directory plugins cannot be read: it is not there.");
        }
    }
}
