package io.aldis.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher finds Java, when it builds, and what it says when it cannot. Java and Maven are played. */
class LauncherTest {

    @TempDir
    private Path stage;

    private SourceTree tree;

    @BeforeEach
    void raiseTheStage() throws IOException {
        tree = new SourceTree(stage);
    }

    @Test
    void theFirstUseBuildsAndThenStarts() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));

        try (Launch launch = tree.launch("start", "--host", "two words")) {
            assertThat(launch.rest().lines())
                    .startsWith("java 17.0.15")
                    .endsWith("io.aldis.server.Main", "start", "--host", "two words")
                    .contains("-cp", tree.root().toRealPath() + "/server/target/aldis/aldis.jar");
            assertThat(launch.exitCode()).isZero();
            assertThat(launch.said())
                    .startsWith("Building Aldis for its first use, which takes about a minute ...\n")
                    .hasLineCount(2);
        }
        assertThat(tree.root().resolve("server/target/build.log"))
                .content()
                .startsWith("mvn ")
                .contains("-DskipTests", "package");
    }

    @Test
    void whatIsBuiltIsNotBuiltAgainUntilASourceChanges() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));
        try (Launch first = tree.launch()) {
            assertThat(first.exitCode()).isZero();
        }
        try (Launch second = tree.launch()) {
            assertThat(second.exitCode()).isZero();
            assertThat(second.said()).isEmpty();
        }
        tree.age();
        try (Launch third = tree.launch()) {
            assertThat(third.exitCode()).isZero();
            assertThat(third.said()).startsWith("Building Aldis, whose sources have changed ...\n");
        }
        try (Launch fourth = tree.launch()) {
            assertThat(fourth.exitCode()).isZero();
            assertThat(fourth.said()).isEmpty();
        }
    }

    @Test
    void theBenchmarkIsBuiltWhenItIsFirstAskedFor() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15")).variable("ALDIS_OPTS", "-Xmx64m");

        try (Launch first = tree.launch("bench", "p2p", "-topic", "two words")) {
            assertThat(first.rest().lines())
                    .startsWith("java 17.0.15")
                    .endsWith("io.aldis.benchmark.Main", "p2p", "-topic", "two words")
                    .containsSequence(
                            "-Xmx64m", "-cp", tree.root().toRealPath() + "/benchmark/target/bench/aldis-bench.jar");
            assertThat(first.exitCode()).isZero();
            assertThat(first.said())
                    .isEqualTo("Building Aldis's benchmark for its first use, which takes about a minute ...\n");
        }
        assertThat(tree.root().resolve("benchmark/target/build.log")).content().contains("-pl benchmark -am package");
        assertThat(tree.root().resolve("server/target")).doesNotExist();
        try (Launch second = tree.launch("bench")) {
            assertThat(second.exitCode()).isZero();
            assertThat(second.said()).isEmpty();
        }
    }

    @Test
    void whatKillsBrokersIsBuiltWithTheBrokerAndKnowsTheLauncher() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));

        try (Launch launch = tree.launch("prove-durability", "--rounds", "3")) {
            assertThat(launch.rest().lines())
                    .endsWith("io.aldis.benchmark.Main", "prove-durability", "--rounds", "3")
                    .contains("-Daldis.launcher=" + tree.root().toRealPath() + "/aldis");
            assertThat(launch.exitCode()).isZero();
            assertThat(launch.said().lines())
                    .contains(
                            "Building Aldis for its first use, which takes about a minute ...",
                            "Building Aldis's benchmark for its first use, which takes about a minute ...");
        }
    }

    @Test
    void aStartOfTheBrokerDoesNotBuildTheBenchmark() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));

        try (Launch launch = tree.launch("start")) {
            assertThat(launch.exitCode()).isZero();
        }

        assertThat(tree.root().resolve("benchmark/target")).doesNotExist();
    }

    @Test
    void aSourceThatChangesConcernsThoseWhoUseIt() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));
        assertThat(saidFirst("start")).isEqualTo("Building Aldis for its first use, which takes about a minute ...");
        assertThat(saidFirst("bench"))
                .isEqualTo("Building Aldis's benchmark for its first use, which takes about a minute ...");

        tree.change("benchmark");
        assertThat(saidFirst("start")).isEmpty();
        assertThat(saidFirst("bench")).isEqualTo("Building Aldis's benchmark, whose sources have changed ...");
    }

    @Test
    void aBuildThatFailsShowsItsLastWordsAndWhereTheOthersAre() throws Exception {
        tree.maven("#!/bin/sh\nseq=1\nwhile [ $seq -le 30 ]; do echo \"word $seq\"; seq=$((seq + 1)); done\nexit 1\n")
                .variable("JAVA_HOME", tree.java("17.0.15"));

        try (Launch launch = tree.launch("start")) {
            assertThat(launch.exitCode()).isEqualTo(1);
            assertThat(launch.rest()).isEmpty();
            assertThat(launch.said().lines())
                    .hasSize(22)
                    .contains("word 11", "word 30")
                    .endsWith("aldis: the build failed; above is the end of what it said, the whole is in "
                            + tree.root().toRealPath() + "/server/target/build.log.");
        }
    }

    @Test
    void withoutMavenOneLineSaysHowToGetIt() throws Exception {
        tree.variable("JAVA_HOME", tree.java("17.0.15"));

        assertRefused("aldis: needs Apache Maven to build itself, but found no mvn on the PATH; "
                + "install it (Debian, Ubuntu: apt install maven).");
    }

    @Test
    void withoutJavaOneLineSaysHowToGetIt() throws Exception {
        assertRefused(
                "aldis: needs Java 17 or newer, but found neither JAVA_HOME nor java on the PATH; install a JDK of "
                        + "version 17 or newer (Debian, Ubuntu: apt install openjdk-17-jdk-headless) and let JAVA_HOME name it.");
    }

    @Test
    void everyJavaThatIsTooOldIsNamed() throws Exception {
        Path eight = tree.java("1.8.0_402");
        Path eleven = tree.java("11.0.22");
        tree.onPath(eight).variable("JAVA_HOME", eleven);

        assertRefused("aldis: needs Java 17 or newer, but found Java 11.0.22 at " + eleven
                + "/bin/java (JAVA_HOME) and "
                + "Java 1.8.0_402 at " + stage + "/tools/java (PATH); install a JDK of version 17 or newer (Debian, "
                + "Ubuntu: apt install openjdk-17-jdk-headless) and let JAVA_HOME name it.");
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws Exception {
        tree.variable("ALDIS_JAVA_HOME", stage.resolve("nothing")).variable("JAVA_HOME", tree.java("17.0.15"));

        assertRefused("aldis: needs Java 17 or newer, but found no " + stage + "/nothing/bin/java (ALDIS_JAVA_HOME); "
                + "install a JDK of version 17 or newer (Debian, Ubuntu: apt install openjdk-17-jdk-headless) and let "
                + "ALDIS_JAVA_HOME name it.");
    }

    @Test
    void aJavaWithoutACompilerCannotBuild() throws Exception {
        Path home = tree.java("17.0.15");
        Files.delete(home.resolve("bin/javac"));
        tree.maven().variable("JAVA_HOME", home);

        assertRefused("aldis: needs a JDK to build itself, but Java 17.0.15 at " + home + " has no compiler; install a "
                + "JDK of version 17 or newer (Debian, Ubuntu: apt install openjdk-17-jdk-headless) and let JAVA_HOME "
                + "name it.");
    }

    @Test
    void theNewerOfJavaHomeAndPathIsTaken() throws Exception {
        tree.maven().onPath(tree.java("21.0.2")).variable("JAVA_HOME", tree.java("17.0.15"));
        assertThat(javaTaken()).isEqualTo("java 21.0.2");

        tree.variable("JAVA_HOME", tree.java("25.0.3"));
        assertThat(javaTaken()).isEqualTo("java 25.0.3");
    }

    @Test
    void aldisJavaHomeIsTakenWhateverElseThereIs() throws Exception {
        tree.maven()
                .onPath(tree.java("21.0.2"))
                .variable("JAVA_HOME", tree.java("25.0.3"))
                .variable("ALDIS_JAVA_HOME", tree.java("17.0.15"));

        assertThat(javaTaken()).isEqualTo("java 17.0.15");
    }

    @Test
    void aJavaThatDoesNotTellItsVersionInAFileIsAsked() throws Exception {
        Path home = tree.java("17.0.15");
        Files.delete(home.resolve("release"));
        Files.writeString(
                home.resolve("bin/java"),
                "#!/bin/sh\necho 'openjdk version \"18.0.1\" 2022-04-19' >&2\necho java asked\n");
        tree.maven().variable("JAVA_HOME", home).onPath(tree.java("17.0.9"));

        assertThat(javaTaken()).isEqualTo("java asked");
    }

    @Test
    void aldisOptsGoToTheVirtualMachine() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15")).variable("ALDIS_OPTS", "-Xmx64m  -Dname=*");

        try (Launch launch = tree.launch("start")) {
            assertThat(launch.rest().lines()).containsSequence("-Xmx64m", "-Dname=*", "-cp");
        }
    }

    @Test
    void onlyAJavaThatWarnsIsToldNotTo() throws Exception {
        tree.maven().variable("JAVA_HOME", tree.java("17.0.15"));
        try (Launch launch = tree.launch("start")) {
            assertThat(launch.rest()).doesNotContain("--enable-native-access", "--sun-misc-unsafe-memory-access");
        }
        tree.variable("JAVA_HOME", tree.java("24"));
        for (String program : List.of("start", "bench")) {
            try (Launch launch = tree.launch(program)) {
                assertThat(launch.rest())
                        .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
            }
        }
    }

    private String saidFirst(String argument) throws Exception {
        try (Launch launch = tree.launch(argument)) {
            assertThat(launch.exitCode()).isZero();
            return launch.said().lines().findFirst().orElse("");
        }
    }

    private String javaTaken() throws Exception {
        try (Launch launch = tree.launch("--version")) {
            String taken = launch.rest().lines().findFirst().orElseThrow();
            assertThat(launch.exitCode()).isZero();
            return taken;
        }
    }

    private void assertRefused(String line) throws Exception {
        try (Launch launch = tree.launch("start")) {
            assertThat(launch.exitCode()).isEqualTo(1);
            assertThat(launch.rest()).isEmpty();
            assertThat(launch.said()).isEqualTo(line + "\n");
        }
    }
}
