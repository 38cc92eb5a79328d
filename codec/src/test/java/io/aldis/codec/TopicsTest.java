package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "/", "a/b", "/a", "a/", "a//b", " ", "$SYS/x", "$share/g/x", "ä/😀", "\uFEFF"})
    void aTopicNameIsAnythingWithoutWildcards(String topic) {
        assertThat(Topics.isValidName(topic)).isTrue();
        assertThat(Topics.isValidFilter(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "+", "a/#", "a+", "a/+/b", "a\0b"})
    void aTopicNameHasNoWildcardsAndIsNotEmpty(String topic) {
        assertThat(Topics.isValidName(topic)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+",
                "/#",
                "a/#",
                "+/#",
                "a/+/b",
                "+/+",
                "/+",
                "+/",
                "$share/g/#",
                "$share/g/+/a",
                "$share/g//",
                "$SYS/#",
                "$share",
                "$shared/#"
            })
    void wildcardsStandForWholeLevels(String filter) {
        assertThat(Topics.isValidFilter(filter)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a#",
                "#a",
                "#/a",
                "a/#/b",
                "##",
                "a/##",
                "+a",
                "a+",
                "a/b+",
                "++",
                "a/+b/c",
                "a\0",
                "$share/",
                "$share/g",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/#/a",
                "$share/g+/a",
                "$share/g/a+",
                "$share/g/#/a"
            })
    void whatIsNoFilter(String filter) {
        assertThat(Topics.isValidFilter(filter)).isFalse();
        assertThat(Topics.shared(filter)).isEmpty();
    }

    @Test
    void aSharedFilterIsTakenApart() {
        assertThat(Topics.shared("$share/group/a/#")).contains(new Topics.SharedFilter("group", "a/#"));
        assertThat(Topics.shared("$share/group//")).contains(new Topics.SharedFilter("group", "/"));
        assertThat(Topics.shared("a/#")).isEmpty();
        assertThat(Topics.isShared("$share/broken")).isTrue();
        assertThat(Topics.isShared("$shared/x")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "#, a",
        "#, a/b/c",
        "#, /",
        "a/#, a",
        "a/#, a/",
        "a/#, a/b/c",
        "+, a",
        "+/+, /a",
        "/+, /a",
        "+/+, /",
        "a/+, a/",
        "a/+/c, a/b/c",
        "a/+/#, a/b",
        "+/b/#, a/b/c/d",
        "a//b, a//b",
        "a/+/b, a//b",
        "$SYS/#, $SYS",
        "$SYS/#, $SYS/a",
        "$SYS/+, $SYS/a",
        "$share/g/a/#, a/b",
        "$share/g/#, a",
        "a/b, a/b",
        "+/+/+, //"
    })
    void aFilterMatches(String filter, String topic) {
        assertThat(Topics.matches(filter, topic)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a, b",
        "a, a/b",
        "a, A",
        "a/b, a",
        "a/#, ab",
        "a/#, b",
        "+, a/b",
        "+, /a",
        "a/+, a",
        "a/+, a/b/c",
        "a/+/c, a/b/d",
        "#, $SYS/a",
        "+/a, $SYS/a",
        "+, $SYS",
        "#, $",
        "$share/g/#, $SYS/a",
        "a/, a",
        "/a, a",
        "a/+/#, a",
        "+/+, a",
        "aa, a",
        "a, aa"
    })
    void aFilterDoesNotMatch(String filter, String topic) {
        assertThat(Topics.matches(filter, topic)).isFalse();
    }

    @Test
    void randomFiltersMatchAsARegularExpressionOfTheStandardDoes() {
        Random random = new Random(7);
        String[] levels = {"", "a", "b", "$s"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder topic = new StringBuilder(levels[random.nextInt(levels.length)]);
            StringBuilder filter = new StringBuilder(level(random, levels));
            for (int k = random.nextInt(3); k > 0; k--) {
                topic.append('/').append(levels[random.nextInt(levels.length)]);
            }
            for (int k = random.nextInt(3); k > 0; k--) {
                filter.append('/').append(level(random, levels));
            }
            if (random.nextInt(3) == 0) {
                filter.append("/#");
            }
            if (topic.isEmpty() || filter.isEmpty()) {
                continue;
            }
            assertThat(Topics.matches(filter.toString(), topic.toString()))
                    .as("%s and %s", filter, topic)
                    .isEqualTo(expected(filter.toString(), topic.toString()));
        }
    }

    private static String level(Random random, String[] levels) {
        return random.nextInt(3) == 0 ? "+" : levels[random.nextInt(levels.length)];
    }

    private static boolean expected(String filter, String topic) {
        if (topic.startsWith("$") && filter.startsWith("+")) {
            return false;
        }
        String expression = Pattern.quote(filter).replace("+", "\\E[^/]*\\Q");
        expression = expression.endsWith("/#\\E")
                ? expression.substring(0, expression.length() - "/#\\E".length()) + "\\E(/.*)?"
                : expression;
        return Pattern.matches(expression, topic);
    }
}
