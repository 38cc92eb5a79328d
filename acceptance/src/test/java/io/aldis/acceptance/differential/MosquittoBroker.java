package io.aldis.acceptance.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's broker on a free port of this machine, without anything on disk. */
final class MosquittoBroker implements AutoCloseable {

    private static final List<String> PROGRAMS = List.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto");

    private final Path configuration;
    private final Process process;
    private final int port;

    MosquittoBroker() {
        try {
            port = freePort();
            configuration = Files.createTempFile("differential", ".conf");
            Files.writeString(configuration, """
                    listener %d 127.0.0.1
                    allow_anonymous true
                    persistence false
                    allow_duplicate_messages false
                    max_inflight_messages 32
                    log_dest none
                    """.formatted(port));
            process = new ProcessBuilder(program(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitListening();
        } catch (IOException failed) {
            throw new UncheckedIOException("mosquitto cannot be started", failed);
        }
    }

    private static String program() {
        return PROGRAMS.stream()
                .filter(program -> Files.isExecutable(Path.of(program)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "mosquitto is missing; the profile differential needs it (Debian: apt-get install mosquitto)"));
    }

    /** mosquitto has to be told a port: one that was free just now. */
    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void awaitListening() {
        while (process.isAlive()) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException("mosquitto ended with exit code " + process.exitValue());
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.delete(configuration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
