package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Chromium without a window, for pages that lie on this machine. It reaches no network. */
public final class Browser {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int SECONDS = 120;

    private final Path program;
    private final Path folder;

    private Browser(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * The browser of this machine. Without one the calling test is skipped; on the build server ({@code CI=true}) it fails.
     *
     * @param folder for its profile and what it says
     */
    public static Browser orSkip(Path folder) {
        Optional<Path> program = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            String missing = "There is no " + String.join(", ", NAMES)
                    + " on the PATH to look at the page with. Install the package chromium (Debian) or chromium-browser (Ubuntu).";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            Assumptions.abort(missing);
        }
        return new Browser(program.orElseThrow(), folder);
    }

    /** What became of a page when its scripts had run: its DOM as HTML. */
    public String dom(Path page) throws IOException, InterruptedException {
        return run(page, List.of("--dump-dom"));
    }

    /**
     * A picture of a page, as PNG.
     *
     * @param more switches of Chromium
     */
    public void picture(Path page, Path picture, int width, int height, String... more)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--screenshot=" + picture);
        options.add("--window-size=" + width + "," + height);
        options.add("--hide-scrollbars");
        run(page, options);
    }

    private String run(Path page, List<String> options) throws IOException, InterruptedException {
        Path out = folder.resolve("browser.out");
        Path err = folder.resolve("browser.err");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-breakpad",
                "--disable-crash-reporter",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=10000"));
        command.addAll(options);
        command.add(page.toUri().toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("%s came to an end within %s s. It said: %s", program, SECONDS, said(err))
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as("exit code. It said: %s", said(err)).isZero();
        return said(out);
    }

    private static String said(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
