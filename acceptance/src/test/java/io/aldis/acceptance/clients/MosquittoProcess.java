package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One running {@code mosquitto_sub}, {@code mosquitto_pub} or {@code mosquitto_rr}. A thread of its own reads what the
 * child writes; the test waits for lines of it.
 */
final class MosquittoProcess {
    /** The output format asked from {@code mosquitto_sub}: retained, QoS, topic, payload in hexadecimal. */
    static final String FORMAT = "message|%r|%q|%t|%x";

    /** How each line begins that the child prints for a message, whatever its format; other lines tell what it does. */
    private static final String MESSAGE = "message|";

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final String command;
    private final Process process;
    private final Thread reader;

    // Guarded by this monitor.
    private final List<String> output = new ArrayList<>();
    private final Deque<String> messages = new ArrayDeque<>();
    private final Deque<String> doings = new ArrayDeque<>();
    private boolean ended;

    MosquittoProcess(String command, Process process) {
        this.command = command;
        this.process = process;
        this.reader = new Thread(this::readLines, command + " output");
        reader.setDaemon(true);
        reader.start();
    }

    /** The next message that the child printed. */
    Received next() {
        return received(nextLine());
    }

    /** The next line that the child printed for a message; the format is the test's own. */
    String nextLine() {
        return await(messages, line -> true, "a message");
    }

    /** The next {@code count} messages that the child printed. */
    List<Received> next(int count) {
        return Stream.generate(this::next).limit(count).toList();
    }

    /** The payloads of the next {@code count} messages that the child printed. */
    List<String> nextPayloads(int count) {
        return next(count).stream().map(Received::payload).toList();
    }

    /** Waits until the child tells of something it did or heard, and forgets what it told before. */
    void await(String what, Predicate<String> wanted) {
        await(doings, wanted, what);
    }

    private synchronized String await(Deque<String> lines, Predicate<String> wanted, String what) {
        var deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            while (!lines.isEmpty()) {
                var line = lines.remove();
                if (wanted.test(line)) {
                    return line;
                }
            }
            var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (ended || left <= 0) {
                return fail("%s %s without %s. Its output:%n%s"
                        .formatted(command, ended ? "ended" : "waits", what, output()));
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Sends lines to the child's standard input. */
    void write(List<String> input) {
        try {
            var out = process.getOutputStream();
            out.write((String.join("\n", input) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(command + " does not read its input", e);
        }
    }

    /** Ends the child's standard input. */
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(command + " does not read its input", e);
        }
    }

    /** Lets the child say DISCONNECT and end, as Ctrl-C does, and returns the messages it printed and no one took. */
    List<Received> stop() {
        process.destroy();
        assertThat(exitCode()).as("exit code of %s", command).isZero();
        return leftOver();
    }

    /** Waits until the child has ended by itself, and returns the messages it printed and no one took. */
    List<Received> awaitEnd() {
        assertThat(exitCode()).as("exit code of %s: %s", command, output()).isZero();
        return leftOver();
    }

    /** Ends the child as a power cut does: its connection closes without a DISCONNECT. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    int exitCode() {
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                fail("%s does not end. Its output:%n%s".formatted(command, output()));
            }
            reader.join(DEADLINE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private synchronized List<Received> leftOver() {
        var left = messages.stream().map(MosquittoProcess::received).toList();
        messages.clear();
        return left;
    }

    private static Received received(String line) {
        var fields = line.split("\\|", 5);
        return new Received(
                fields[3], HexFormat.of().parseHex(fields[4]), Integer.parseInt(fields[2]), fields[1].equals("1"));
    }

    private synchronized String output() {
        return String.join("\n", output);
    }

    private void readLines() {
        try (BufferedReader reading = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reading.readLine(); line != null; line = reading.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(output broke off: " + e.getMessage() + ")");
        }
        end();
    }

    private synchronized void add(String line) {
        output.add(line);
        (line.startsWith(MESSAGE) ? messages : doings).add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for " + command, e);
    }
}
