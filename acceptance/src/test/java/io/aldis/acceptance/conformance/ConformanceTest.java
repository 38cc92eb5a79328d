package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every statement of the standards has a test or a reason, and {@code docs/conformance.md} says which. The page is written
 * when it is out of date; with CI set in the environment, that is an error.
 */
class ConformanceTest {

    /** Modules that are used by nobody who connects to the broker. */
    private static final Set<String> NOT_SERVING = Set.of("acceptance", "benchmark", "microbench", "testkit");

    private static final Evidence EVIDENCE = evidence();

    @Test
    void everyStatementHasATestOrAReasonAndEveryCitationAStatement() {
        assertThat(EVIDENCE.complaints()).isEmpty();
    }

    @Test
    void thePageSaysWhatSourcesAndTestsSay() throws IOException {
        String page = Page.of(resource("page.md"), EVIDENCE)
                .replace("{{public-suite}}", resource("public-suite.md").strip());
        Page.bring(root().resolve("docs/conformance.md"), page, System.getenv("CI") == null);
    }

    private static Evidence evidence() {
        List<Statement> statements = new ArrayList<>();
        for (Standard standard : Standard.values()) {
            statements.addAll(Statement.list(standard, resource(standard.slug() + ".tsv")));
        }
        return new Evidence(
                statements,
                files("src/main/java", module -> !NOT_SERVING.contains(module)),
                files("src/test/java", module -> true));
    }

    private static List<JavaFile> files(String folder, Predicate<String> isMeant) {
        Path root = root();
        List<JavaFile> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .filter(module -> isMeant.test(module.getFileName().toString()))
                    .map(module -> module.resolve(folder))
                    .filter(Files::exists)
                    .sorted()
                    .toList()) {
                try (Stream<Path> sources = Files.walk(module)) {
                    for (Path source : sources.filter(path -> path.toString().endsWith(".java"))
                            .sorted()
                            .toList()) {
                        String path = root.relativize(source).toString().replace('\\', '/');
                        files.add(new JavaFile(path, Files.readString(source)));
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return files;
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(ConformanceTest.class.getResourceAsStream("/conformance/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
            directory = Objects.requireNonNull(directory.getParent(), "no directory above has ARCHITECTURE.md");
        }
        return directory;
    }
}
