package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table that tells which test shows what, {@code docs/hostile-input.md}: what it names exists, and nothing is left out. */
class HostileInputTableTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+Test\\.\\w+)`");

    /** Tests of which the table names each. */
    private static final List<String> WHOLE = List.of(
            "hostile.FramingTest",
            "hostile.SilenceTest",
            "hostile.ConnectTest",
            "hostile.PublishTest",
            "hostile.SubscribeTest",
            "hostile.SessionTest",
            "hostile.ResourceTest",
            "seed.SeedDefectsTest");

    /** Tests of which it names some. */
    private static final List<String> PARTLY =
            List.of("authentication.ScramTest", "stress.SlowSubscriberTest", "stress.TakeoverStormTest");

    @Test
    void theTableNamesTheTestsThereAreAndNoOthers() throws Exception {
        Set<String> named = named();
        assertThat(named).containsAll(tests(WHOLE));
        named.removeAll(tests(WHOLE));
        assertThat(tests(PARTLY)).containsAll(named);
    }

    private static Set<String> named() throws IOException {
        return NAMED.matcher(Files.readString(table()))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> tests(List<String> classes) throws ClassNotFoundException {
        Set<String> tests = new TreeSet<>();
        for (String name : classes) {
            Class<?> type = Class.forName("io.aldis.acceptance." + name);
            Stream.of(type.getDeclaredMethods())
                    .filter(HostileInputTableTest::isTest)
                    .forEach(method -> tests.add(type.getSimpleName() + "." + method.getName()));
        }
        return tests;
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    /** In the root of this repository, wherever in it the tests were started. */
    private static Path table() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/hostile-input.md"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new AssertionError("docs/hostile-input.md is in no directory above "
                        + Path.of("").toAbsolutePath());
            }
            directory = parent;
        }
        return directory.resolve("docs/hostile-input.md");
    }
}
