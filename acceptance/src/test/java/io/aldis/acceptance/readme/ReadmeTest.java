package io.aldis.acceptance.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every program in README.md compiles, runs, and prints what README.md says under it. */
class ReadmeTest {

    /** A block of Java, and the block of output after it. */
    private static final Pattern PROGRAM =
            Pattern.compile("```java\\n(?<source>.*?)```\\n[^`]*```text\\n(?<output>.*?)```", Pattern.DOTALL);

    private static final Pattern CLASS = Pattern.compile("^(?:public )?(?:final )?class (\\w+)", Pattern.MULTILINE);

    record Program(String name, String source, String output) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    private Path directory;

    static Stream<Program> programs() throws IOException {
        List<MatchResult> matches =
                PROGRAM.matcher(Files.readString(readme())).results().toList();
        assertThat(matches).hasSize(4);
        return matches.stream().map(match -> {
            String source = match.group(1);
            return new Program(firstClass(source), source, match.group(2));
        });
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aProgramPrintsWhatIsSaidUnderIt(Program program) throws Exception {
        Path source = Files.writeString(directory.resolve(program.name() + ".java"), program.source());
        // Java compiles and runs a single source file in one go.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor())
                .as(Files.readString(directory.resolve("errors")))
                .isZero();
        assertThat(printed).isEqualToNormalizingNewlines(program.output());
    }

    private static String firstClass(String source) {
        return CLASS.matcher(source).results().findFirst().orElseThrow().group(1);
    }

    private static Path readme() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("README.md"))) {
            directory = directory.getParent();
        }
        assertThat(directory).as("a directory with README.md above this one").isNotNull();
        return directory.resolve("README.md");
    }
}
