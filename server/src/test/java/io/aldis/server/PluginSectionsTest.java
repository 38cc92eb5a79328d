package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written for a plugin becomes its record, and whatever does not fit is told. */
class PluginSectionsTest {

    private enum Mode {
        FAST,
        VERY_SLOW
    }

    private record Retry(int atMost, Duration every) {}

    private record All(
            int count,
            long large,
            double ratio,
            boolean on,
            String topic,
            Mode mode,
            Duration pause,
            List<String> names,
            Path file,
            Retry retry,
            Map<String, Integer> weights) {
        All {
            if (count < 0) {
                throw new IllegalArgumentException("count is " + count + ", but it must be 0 or more.");
            }
        }
    }

    private static final All DEFAULTS = new All(
            1,
            2,
            0.5,
            false,
            "a/b",
            Mode.FAST,
            Duration.ofNanos(1_500_000_001),
            List.of("x", "y"),
            Path.of("some", "file"),
            new Retry(3, Duration.ofSeconds(4)),
            Map.of("one", 1));

    private static PluginSections sections(String... written) {
        PluginSections sections = new PluginSections();
        for (String one : written) {
            assertThat(PluginSections.isForPlugin(one)).as(one).isTrue();
            sections.add(one);
        }
        return sections;
    }

    private static All read(String... written) {
        return sections(written).section("p", DEFAULTS);
    }

    @Test
    void whatIsNotWrittenStaysAsItIs() {
        assertThat(read()).isSameAs(DEFAULTS);
        assertThat(read("plugin.other.count=5")).isSameAs(DEFAULTS);
        assertThat(read("plugin.p.count=1"))
                .isEqualTo(new All(
                        1,
                        2,
                        0.5,
                        false,
                        "a/b",
                        Mode.FAST,
                        DEFAULTS.pause(),
                        DEFAULTS.names(),
                        DEFAULTS.file().toAbsolutePath(),
                        DEFAULTS.retry(),
                        DEFAULTS.weights()));
    }

    @Test
    void valuesAreWrittenAsThoseOfTheBroker() {
        All read = read(
                "plugin.p.count=7",
                "plugin.p.large=9999999999",
                "plugin.p.ratio=2.5",
                "plugin.p.on=true",
                "plugin.p.topic=c=d, e.f",
                "plugin.p.mode=very-slow",
                "plugin.p.pause=250ms",
                "plugin.p.names=a,b,c",
                "plugin.p.file=/tmp/x",
                "plugin.p.retry.at-most=9",
                "plugin.p.weights.two=2");
        assertThat(read)
                .isEqualTo(new All(
                        7,
                        9_999_999_999L,
                        2.5,
                        true,
                        "c=d, e.f",
                        Mode.VERY_SLOW,
                        Duration.ofMillis(250),
                        List.of("a", "b", "c"),
                        Path.of("/tmp/x"),
                        new Retry(9, Duration.ofSeconds(4)),
                        Map.of("one", 1, "two", 2)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            plugin.p.cuont=5             | there is no setting 'plugin.p.cuont'; did you mean 'plugin.p.count'?
            plugin.p.something.else=5    | there is no setting 'plugin.p.something'; there is plugin.p.count, plugin.p.large
            plugin.p.retry.atmost=5      | there is no setting 'plugin.p.retry.atmost'; did you mean 'plugin.p.retry.at-most'?
            plugin.p.count=five          | plugin.p.count=five: a whole number is expected
            plugin.p.count=1.5           | plugin.p.count=1.5: a whole number is expected
            plugin.p.count=              | plugin.p.count=: a whole number is expected
            plugin.p.count=9999999999    | plugin.p.count=9999999999: the number is too large
            plugin.p.count=-1            | plugin.p: count is -1, but it must be 0 or more.
            plugin.p.ratio=half          | plugin.p.ratio=half: a number is expected
            plugin.p.on=yes              | plugin.p.on=yes: true or false is expected
            plugin.p.mode=slow           | plugin.p.mode=slow: one of fast, very-slow is expected
            plugin.p.mode=               | plugin.p.mode=: one of fast, very-slow is expected
            plugin.p.pause=soon           | plugin.p.pause=soon: a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            plugin.p.retry.every=4       | plugin.p.retry.every=4: a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            plugin.p.retry=often         | plugin.p.retry=often: a setting within it, such as plugin.p.retry.KEY, is expected
            plugin.p.weights.two=many    | plugin.p.weights.two=many: a whole number is expected
            """)
    void whatDoesNotFitIsExplained(String written, String explained) {
        assertThatThrownBy(() -> read(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(explained);
    }

    @Test
    void sectionsOfPluginsThatAreNotThereAreTold() {
        PluginSections sections = sections("plugin.countr.every=5");
        sections.check(List.of("a", "countr"));
        assertThatThrownBy(() -> sections.check(List.of("audit", "counter")))
                .hasMessage("There is no plugin 'countr' for the setting plugin.countr.every; did you mean 'counter'?");
        assertThatThrownBy(() -> sections.check(List.of("audit")))
                .hasMessage("There is no plugin 'countr' for the setting plugin.countr.every; there is audit.");
        assertThatThrownBy(() -> sections.check(List.of()))
                .hasMessage("There is no plugin 'countr' for the setting plugin.countr.every; no plugin was found "
                        + "(start --plugins DIR loads them).");
        assertThat(sections.has("countr")).isTrue();
        assertThat(sections.has("counter")).isFalse();
    }

    @Test
    void settingsOfTheBrokerAreNotThoseOfAPlugin() {
        assertThat(PluginSections.isForPlugin("plugin.order=a.b=c")).isFalse();
        assertThat(PluginSections.isForPlugin("plugin.order")).isFalse();
        assertThat(PluginSections.isForPlugin("queue.a.b=c")).isFalse();
        assertThat(PluginSections.isForPlugin("plugin.a.b")).isFalse();
    }

    /** Read by a class loader of its own, as the record of a plugin is. */
    record Lent(int count, Mode mode, Retry retry) {}

    /** Defines the classes of this test anew. */
    private static final class Lender extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PluginSectionsTest.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in =
                    PluginSectionsTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in).readAllBytes();
                Class<?> defined = findLoadedClass(name);
                return defined == null ? defineClass(name, bytes, 0, bytes.length) : defined;
            } catch (IOException missing) {
                throw new ClassNotFoundException(name, missing);
            }
        }
    }

    @Test
    void noClassOfAPluginIsRemembered() throws ReflectiveOperationException {
        PluginSections sections = sections("plugin.p.count=5", "plugin.p.mode=very-slow", "plugin.p.retry.at-most=4");
        WeakReference<ClassLoader> lender = lentAndRead(sections);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (lender.get() != null && System.nanoTime() - deadline < 0) {
            System.gc();
        }
        assertThat(lender.get()).isNull();
        assertThat(sections.has("p")).isTrue();
    }

    private static WeakReference<ClassLoader> lentAndRead(PluginSections sections) throws ReflectiveOperationException {
        Lender lender = new Lender();
        Constructor<?> constructor = lender.loadClass(Lent.class.getName()).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Constructor<?> retry = lender.loadClass(Retry.class.getName()).getDeclaredConstructors()[0];
        retry.setAccessible(true);
        Record defaults = (Record) constructor.newInstance(1, null, retry.newInstance(1, Duration.ZERO));
        assertThat(sections.section("p", defaults))
                .hasToString("Lent[count=5, mode=VERY_SLOW, retry=Retry[atMost=4, every=PT0S]]");
        return new WeakReference<>(lender);
    }
}
