package io.aldis.benchmark.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;

import io.aldis.benchmark.compare.Contender;
import io.aldis.benchmark.compare.LocalBroker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Mosquitto of its own on a port of the loopback, and {@code mosquitto_sub}, who counts with us. */
final class Mosquitto implements AutoCloseable {

    /** Retained, so that it comes to each subscriber as soon as it is subscribed. */
    private static final String READY = "ready";

    private static final String LONGEST_SECONDS = "50";

    private final LocalBroker broker;
    private final String subscriber;

    private Mosquitto(LocalBroker broker, String subscriber) {
        this.broker = broker;
        this.subscriber = subscriber;
    }

    /**
     * A broker that listens. If it is not installed the calling test is skipped; on the build server ({@code CI=true}) it fails.
     *
     * @param folder for its configuration
     * @param more lines of that
     */
    static Mosquitto orSkip(Path folder, String... more) throws IOException {
        String broker = program("mosquitto", "mosquitto");
        String subscriber = program("mosquitto_sub", "mosquitto-clients");
        String publisher = program("mosquitto_pub", "mosquitto-clients");
        List<String> lines = new ArrayList<>(List.of("allow_anonymous true", "max_queued_messages 0"));
        lines.addAll(List.of(more));
        Path configuration = Files.write(folder.resolve("mosquitto.conf"), lines);
        // The shell adds the port that was found free to what does not depend on it.
        String start =
                "sh -c '{ cat \"$1\"; echo listener $2 127.0.0.1; } > \"$3/all.conf\" && exec \"$0\" -c \"$3/all.conf\"' '"
                        + broker + "' '" + configuration + "' {port} {dir}";
        Mosquitto mosquitto =
                new Mosquitto(LocalBroker.start((Contender.Local) Contender.parse("mosquitto=" + start)), subscriber);
        mosquitto.retain(publisher, READY);
        return mosquitto;
    }

    private void retain(String publisher, String topic) throws IOException {
        Process process = new ProcessBuilder(
                        publisher, "-h", broker.host(), "-p", Integer.toString(port()), "-r", "-t", topic, "-m", topic)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            fail("mosquitto_pub could not publish: " + said);
        }
    }

    private static String program(String name, String debianPackage) {
        Optional<Path> found = Stream.concat(
                        Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                .orElse("")
                                .split(File.pathSeparator)),
                        // Where Debian puts servers, which is on the PATH of few users.
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            String missing =
                    "There is no " + name + " to check our figures with. Install the package " + debianPackage + ".";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            Assumptions.abort(missing);
        }
        return found.orElseThrow().toString();
    }

    int port() {
        return broker.port();
    }

    long pid() {
        return broker.pid();
    }

    /** {@code mosquitto_sub} with these options; it is subscribed when this returns. */
    Listening listen(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(subscriber, "-h", broker.host(), "-F", "%t %l"));
        Collections.addAll(command, "-p", Integer.toString(port()), "-W", LONGEST_SECONDS);
        Collections.addAll(command, options);
        Collections.addAll(command, "-t", READY);
        Listening listening = new Listening(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        listening.until(READY);
        return listening;
    }

    @Override
    public void close() {
        broker.close();
    }

    /** What one prints. */
    static final class Listening implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;

        private Listening(Process process) {
            this.process = process;
            output = process.inputReader(UTF_8);
        }

        /** What has come since the last call, up to a message on this topic: topics and sizes, such as {@code a/b 256}. */
        List<String> until(String topic) throws IOException {
            List<String> messages = new ArrayList<>();
            String line = output.readLine();
            while (line != null && !line.startsWith(topic + " ")) {
                messages.add(line);
                line = output.readLine();
            }
            if (line == null) {
                fail("mosquitto_sub ended, and nothing had come on " + topic + ". It printed: " + messages);
            }
            return messages;
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
