package io.aldis.acceptance.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run of a launcher, from its start to its end. Whoever reads waits; after three minutes, or as many as were given, the run
 * is ended by force, so that nobody waits for ever.
 */
final class Launch implements AutoCloseable {

    private static final int USUAL_MINUTES = 3;
    private static final Pattern LISTENING = Pattern.compile("is listening on mqtt://127\\.0\\.0\\.1:(\\d+) ");

    private final Process process;
    private final BufferedReader out;
    private final Path err;

    private Launch(Process process, Path err, int minutes) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.err = err;
        CompletableFuture.delayedExecutor(minutes, TimeUnit.MINUTES).execute(process::destroyForcibly);
    }

    /** Runs {@code launcher} in {@code directory}, with exactly these variables. */
    static Launch of(Path launcher, Path directory, Map<String, String> variables, String... arguments)
            throws IOException {
        return of(launcher, directory, variables, USUAL_MINUTES, arguments);
    }

    /** The same, for so many minutes at most. */
    static Launch of(Path launcher, Path directory, Map<String, String> variables, int minutes, String... arguments)
            throws IOException {
        Path err = Files.createTempFile(directory, "said-", ".err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                        .toList())
                .directory(directory.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        return new Launch(builder.start(), err, minutes);
    }

    /** Reads up to the line that tells where the broker listens, and returns its port. */
    int port() throws IOException {
        StringBuilder read = new StringBuilder();
        String line = out.readLine();
        while (line != null) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                return Integer.parseInt(listening.group(1));
            }
            read.append(line).append('\n');
            line = out.readLine();
        }
        throw new AssertionError("it ended before it listened; it said:\n" + read + said());
    }

    /** Reads up to a line that begins so. */
    void awaitLine(String beginning) throws IOException {
        String line = out.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new AssertionError("it ended without saying '" + beginning + "'; it said:\n" + said());
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        // Not Process.destroy, which closes what is still to be read.
        process.toHandle().destroy();
    }

    /** Sends SIGTERM until the process ends. */
    void insist() throws InterruptedException {
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            terminate();
        }
    }

    /** What is left on standard output, up to its end. */
    String rest() {
        return out.lines().collect(Collectors.joining("\n"));
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    /** What has been said on standard error. */
    String said() {
        try {
            return Files.readString(err);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
