package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.fail;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Chromium without a window that looks at a page with the Paho client for browsers in it, and the server of this page, which hears what
 * the page has found out. It reaches nothing but this machine.
 */
final class Chromium implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String PAHO = "META-INF/resources/webjars/paho-mqtt/1.1.0/paho-mqtt-min.js";
    private static final long SECONDS = 60;

    private final String program;
    private final Path folder;
    private final String script;
    private final HttpServer server;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private Chromium(String program, Path folder, String script) throws IOException {
        this.program = program;
        this.folder = folder;
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    /**
     * The browser of this machine. Without one the calling test is skipped; on the build server ({@code CI=true}) it fails.
     *
     * @param folder for its profile
     * @param script of the page, which calls {@code say(text)} when it is done
     */
    static Chromium orSkip(Path folder, String script) throws IOException {
        var program = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            String missing = "There is no " + String.join(", ", NAMES)
                    + " on the PATH to run the page in. Install the package chromium (Debian) or chromium-browser (Ubuntu).";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            Assumptions.abort(missing);
        }
        return new Chromium(program.orElseThrow().toString(), folder, script);
    }

    /** Where its page comes from. */
    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What the page says when it is told {@code argument}. */
    String ask(String argument, String... switches) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-breakpad",
                "--disable-crash-reporter",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
        command.addAll(List.of(switches));
        command.add(origin() + "/#" + argument);
        Path output = Files.createTempFile(folder, "chromium", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            String answer = said.poll(SECONDS, TimeUnit.SECONDS);
            return answer == null ? "nothing, but the browser: " + Files.readString(output) : answer;
        } finally {
            List<ProcessHandle> all = process.descendants().toList();
            all.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            for (ProcessHandle one : all) {
                one.onExit().join();
            }
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/" ->
                    answer(
                            exchange,
                            "text/html; charset=utf-8",
                            "<!DOCTYPE html><title>MQTT</title><script src=paho.js></script><script src=page.js></script>"
                                    .getBytes(StandardCharsets.UTF_8));
                case "/paho.js" -> answer(exchange, "text/javascript", paho());
                case "/page.js" ->
                    answer(
                            exchange,
                            "text/javascript",
                            ("const say = text => fetch('/said', {method: 'POST', body: text});\n" + script)
                                    .getBytes(StandardCharsets.UTF_8));
                case "/said" -> {
                    said.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void answer(HttpExchange exchange, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    private static byte[] paho() throws IOException {
        try (InputStream in = Chromium.class.getClassLoader().getResourceAsStream(PAHO)) {
            return Objects.requireNonNull(in, "the Paho client for browsers is not on the class path")
                    .readAllBytes();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
