package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts the clients of the mosquitto project, in one version of MQTT, for one test. No child outlives its test. */
final class Mosquitto implements AfterEachCallback {
    private static final Set<Process> CHILDREN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> CHILDREN.forEach(Process::destroyForcibly)));
    }

    private final BrokerUnderTest broker;
    private final String version;
    private final List<Process> children = new ArrayList<>();

    /** The version as the clients' option {@code -V} takes it: 31, 311 or 5. */
    Mosquitto(BrokerUnderTest broker, String version) {
        this.broker = broker;
        this.version = version;
    }

    /** Starts a subscriber and returns when the broker has acknowledged its subscriptions. */
    MosquittoProcess subscribe(String... arguments) {
        var subscriber = start("mosquitto_sub", with(arguments, "-F", MosquittoProcess.FORMAT));
        subscriber.await("a SUBACK", line -> line.startsWith("Subscribed "));
        return subscriber;
    }

    /** Starts a subscriber that does not print messages in our format; returns when the broker has acknowledged. */
    MosquittoProcess subscribePrinting(String format, String... arguments) {
        var subscriber = start("mosquitto_sub", with(arguments, "-F", format));
        subscriber.await("a SUBACK", line -> line.startsWith("Subscribed "));
        return subscriber;
    }

    /** Publishes and returns when the publisher has ended well. */
    void publish(String... arguments) {
        start("mosquitto_pub", arguments).awaitEnd();
    }

    /** Starts a publisher that holds its connection and publishes the lines it is given. */
    MosquittoProcess publishLines(String... arguments) {
        var publisher = start("mosquitto_pub", with(arguments, "-l"));
        publisher.await("a CONNACK", line -> line.contains("received CONNACK (0)"));
        return publisher;
    }

    MosquittoProcess start(String program, String... arguments) {
        // Into a pipe the clients would write by the block, and a SUBACK would show when the next message comes.
        var command = new ArrayList<>(List.of(pathOf("stdbuf", "coreutils"), "--output=L"));
        command.add(pathOf(program, "mosquitto-clients"));
        command.addAll(List.of("-h", broker.host(), "-p", Integer.toString(broker.port()), "-V", version, "-d"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The clients would add options from the user's configuration.
        builder.environment().keySet().removeAll(Set.of("HOME", "XDG_CONFIG_HOME"));
        try {
            var child = builder.start();
            children.add(child);
            CHILDREN.add(child);
            return new MosquittoProcess(program, child);
        } catch (IOException e) {
            throw new UncheckedIOException(program + " cannot be started", e);
        }
    }

    /** Servers are not on everybody's PATH. */
    static String pathOf(String program, String debianPackage) {
        return Stream.concat(
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new AssertionError(("%s is not installed, and these specifications drive it;"
                                + " on Debian and Ubuntu: apt-get install %s")
                        .formatted(program, debianPackage)));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        for (var child : children) {
            child.destroyForcibly();
            CHILDREN.remove(child);
        }
        for (var child : children) {
            assertThat(child.onExit()).succeedsWithin(Duration.ofSeconds(10));
        }
        children.clear();
    }

    private static String[] with(String[] arguments, String... more) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
