package io.aldis.benchmark.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {

    private static final TopicPattern.Client CLIENT = new TopicPattern.Client("run7", "sensors", 23);

    private static String filled(String pattern) {
        return TopicPattern.of(pattern).fill(CLIENT, 41, new SplittableRandom(1));
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource({
        "plain/topic, plain/topic",
        "{client}, 23",
        "a/{client}/b, a/23/b",
        "{client%10}, 3",
        "{client%1}, 0",
        "{client%24}, 23",
        "{group}/{client}, sensors/23",
        "{run}/x, run7/x",
        "m/{message}, m/41",
        "{run}{group}{client}{message}, run7sensors2341",
        "{random:5-5}, 5",
        "+/{client}/#, +/23/#",
        "a}b, a}b",
        "a{b, a{b"
    })
    void variablesAreFilledInAndTheRestStays(String pattern, String topic) {
        assertThat(filled(pattern)).isEqualTo(topic);
    }

    @Test
    void aRandomNumberIsEachOfThoseBetweenItsBoundsAndNoOther() {
        TopicPattern pattern = TopicPattern.of("{random:3-7}");
        SplittableRandom random = new SplittableRandom(20);
        TreeSet<String> drawn = new TreeSet<>();
        for (int message = 0; message < 1000; message++) {
            drawn.add(pattern.fill(CLIENT, message, random));
        }
        assertThat(drawn).containsExactly("3", "4", "5", "6", "7");
    }

    @Test
    void theLargestRandomNumberCanBeAskedFor() {
        assertThat(filled("{random:999999999-999999999}")).isEqualTo("999999999");
    }

    @Test
    void randomNumbersDependOnTheGeneratorAlone() {
        assertThat(filled("{random:0-999999999}")).isEqualTo(filled("{random:0-999999999}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "{client}", "{client%10}/{group}", "{run}"})
    void whatDependsOnTheClientOnlyIsFixed(String pattern) {
        assertThat(TopicPattern.of(pattern).fixed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{message}", "a/{random:1-2}/b", "{client}/{message}"})
    void whatChangesWithTheMessageIsNotFixed(String pattern) {
        assertThat(TopicPattern.of(pattern).fixed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clinet",
                "",
                "Client",
                " client",
                "client%",
                "client%0",
                "client%-1",
                "client%1234567890",
                "random",
                "random:5",
                "random:5-1",
                "random:a-b",
                "random:0-1234567890"
            })
    void anUnknownVariableIsNamedWithThoseThereAre(String name) {
        assertThatThrownBy(() -> TopicPattern.of("home/{" + name + "}/x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"home/{" + name + "}/x\" has the variable {" + name + "}, which does not exist. Those there"
                                + " are: {client}, {client%N}, {group}, {run}, {message}, {random:A-B} with A not above B.");
    }

    @Test
    void itIsShownAsItWasWritten() {
        assertThat(TopicPattern.of("a/{client%3}/{random:1-2}")).hasToString("a/{client%3}/{random:1-2}");
    }
}
