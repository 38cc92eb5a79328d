package io.aldis.acceptance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles the little sources that break a rule. */
final class Snippet {
    private static final Pattern UNIT_START = Pattern.compile("(?m)^(?=package )");
    private static final Pattern TYPE = Pattern.compile("(?:class|interface|record|enum) (\\w+)");

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final List<String> OPTIONS = List.of("--release", "17", "-proc:none", "-Xlint:none");

    /** One for all, because it reads the class path once. */
    private static final StandardJavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

    private Snippet() {}

    /** Compiles {@code source}, in which each line that begins with "package" begins a compilation unit. */
    static void compile(String source, Path into) throws IOException {
        FILES.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(Files.createDirectories(into)));
        List<JavaFileObject> units =
                UNIT_START.splitAsStream(source).flatMap(Snippet::unit).toList();
        StringWriter said = new StringWriter();
        assertThat(COMPILER.getTask(said, FILES, null, OPTIONS, null, units).call())
                .as("%s", said)
                .isTrue();
    }

    private static Stream<JavaFileObject> unit(String source) {
        return TYPE.matcher(source).results().limit(1).map(type -> new Unit(type, source));
    }

    private static final class Unit extends SimpleJavaFileObject {
        private final String source;

        Unit(MatchResult type, String source) {
            super(URI.create("string:///" + type.group(1) + Kind.SOURCE.extension), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }
}
