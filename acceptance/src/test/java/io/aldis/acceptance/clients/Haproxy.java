package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** HAProxy in front of a broker: a child process with a configuration of its own, on free loopback ports, as whoever runs the tests. */
final class Haproxy implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final List<Integer> ports;

    private Haproxy(Process process, List<Integer> ports) {
        this.process = process;
        this.ports = ports;
    }

    /**
     * Starts it, and returns when it listens.
     *
     * @param directory for its configuration and what it says
     * @param listeners each makes the lines of a section that listens on the port it is given
     */
    static Haproxy start(Path directory, List<IntFunction<String>> listeners) {
        // A port that is free now may be taken a moment later.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var started = attempt(directory, listeners);
            if (started != null) {
                return started;
            }
        }
        try {
            throw new AssertionError(
                    "haproxy does not start. It says:\n" + Files.readString(directory.resolve("haproxy.log")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Haproxy attempt(Path directory, List<IntFunction<String>> listeners) {
        var ports = freePorts(listeners.size() + 1);
        var configuration = new StringBuilder("""
                global
                  maxconn 100
                defaults
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                frontend ready
                  mode http
                  bind 127.0.0.1:%d
                  http-request return status 200
                """.formatted(ports.get(listeners.size())));
        for (int i = 0; i < listeners.size(); i++) {
            configuration.append("listen l%d\n  mode tcp\n".formatted(i));
            configuration.append(listeners.get(i).apply(ports.get(i)).indent(2));
        }
        try {
            var file = Files.writeString(directory.resolve("haproxy.cfg"), configuration);
            var process = new ProcessBuilder(Mosquitto.pathOf("haproxy", "haproxy"), "-db", "-f", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("haproxy.log").toFile())
                    .start();
            var haproxy = new Haproxy(process, ports);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return haproxy.listens(ports.get(listeners.size())) ? haproxy : null;
        } catch (IOException e) {
            throw new UncheckedIOException("haproxy cannot be started", e);
        }
    }

    private static List<Integer> freePorts(int count) {
        var taken = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                taken.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            var ports = taken.stream().map(ServerSocket::getLocalPort).toList();
            for (var socket : taken) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It opens all ports before it serves one. */
    private boolean listens(int port) {
        while (process.isAlive()) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() == 'H') {
                    return true;
                }
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    /** The port of a section. */
    int port(int listener) {
        return ports.get(listener);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }
}
