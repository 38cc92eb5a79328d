package io.aldis.acceptance.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A stage for the launcher: the real script in a source tree of empty files, with a Maven and Javas that only say how they
 * were called. Its name has a space in it.
 */
final class SourceTree {

    /** What the launcher may call. No java and no mvn among them. */
    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "find", "head", "tail", "sed", "mkdir", "mv", "rm", "sleep");

    private static final String BUILDS = """
            #!/bin/sh
            echo "mvn $*"
            case " $* " in
              *" -pl benchmark "*) jar=benchmark/target/bench/aldis-bench.jar ;;
              *) jar=server/target/aldis/aldis.jar ;;
            esac
            mkdir -p "$(dirname "$jar")/lib" && : >"$jar"
            """;

    private final Path stage;
    private final Path root;
    private final Path tools;
    private final Map<String, String> variables = new HashMap<>();

    SourceTree(Path stage) throws IOException {
        this.stage = stage;
        root = Files.createDirectories(stage.resolve("aldis tree"));
        tools = Files.createDirectories(stage.resolve("tools"));
        for (String tool : TOOLS) {
            executable(tools.resolve(tool), "#!/bin/sh\nexec " + onPath(tool) + " \"$@\"\n");
        }
        variables.put("PATH", tools.toString());
        Files.copy(realLauncher(), root.resolve("aldis"));
        Files.createFile(root.resolve("pom.xml"));
        for (String module : List.of("codec", "broker", "storage", "server", "benchmark")) {
            Files.createDirectories(root.resolve(module + "/src/main/java"));
            Files.createFile(root.resolve(module + "/pom.xml"));
        }
    }

    /** The launcher of this repository, wherever in it the tests were started. */
    static Path realLauncher() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("aldis"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new AssertionError(
                        "the launcher is in no directory above " + Path.of("").toAbsolutePath());
            }
            directory = parent;
        }
        return directory.resolve("aldis");
    }

    /** A Maven that builds. */
    SourceTree maven() throws IOException {
        return maven(BUILDS);
    }

    SourceTree maven(String script) throws IOException {
        executable(tools.resolve("mvn"), script);
        return this;
    }

    /** A Java home of this version, with a compiler. */
    Path java(String version) throws IOException {
        Path home = Files.createDirectories(stage.resolve("jdk " + version));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\necho \"java " + version + "\"\nprintf '%s\\n' \"$@\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    /** Makes {@code home}'s java the one on the path, by a symbolic link, as distributions do. */
    SourceTree onPath(Path home) throws IOException {
        Files.createSymbolicLink(tools.resolve("java"), home.resolve("bin/java"));
        return this;
    }

    SourceTree variable(String name, Object value) {
        variables.put(name, value.toString());
        return this;
    }

    Path root() {
        return root;
    }

    /** Makes all that was built older than every source. */
    void age() throws IOException {
        FileTime longAgo = FileTime.from(Instant.EPOCH);
        for (String module : List.of("server", "benchmark")) {
            Path target = Files.createDirectories(root.resolve(module + "/target"));
            try (Stream<Path> built = Files.walk(target)) {
                for (Path path : built.toList()) {
                    Files.setLastModifiedTime(path, longAgo);
                }
            }
        }
    }

    /** Makes a source of this module newer than all that was built. */
    void change(String module) throws IOException {
        Path source = root.resolve(module + "/src/main/java/Changed.java");
        Files.writeString(source, "// changed");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    }

    Launch launch(String... arguments) throws IOException {
        return Launch.of(root.resolve("aldis"), stage, variables, arguments);
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
