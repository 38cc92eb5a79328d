package io.aldis.benchmark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShellWordsTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t ", List.of()),
                Arguments.of("mosquitto -p  1883 ", List.of("mosquitto", "-p", "1883")),
                Arguments.of("a 'b c' d", List.of("a", "b c", "d")),
                Arguments.of("a \"b c\" d", List.of("a", "b c", "d")),
                Arguments.of("-o'b c'\"d e\"f", List.of("-ob cd ef")),
                Arguments.of("a '' \"\"", List.of("a", "", "")),
                Arguments.of("a\\ b \\'c \\\\", List.of("a b", "'c", "\\")),
                Arguments.of("'a\\b' \"a\\b\"", List.of("a\\b", "a\\b")),
                Arguments.of("\"a\\\"b\\\\c\\$d\\`e\"", List.of("a\"b\\c$d`e")),
                Arguments.of("'\"' \"'\"", List.of("\"", "'")),
                Arguments.of("a\\\nb \"c\\\nd\"", List.of("ab", "cd")),
                Arguments.of("$HOME * a>b # c", List.of("$HOME", "*", "a>b", "#", "c")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void aLineIsCutAsAShellDoesIt(String line, List<String> words) {
        assertThat(ShellWords.of(line)).isEqualTo(words);
    }

    @Test
    void whatIsNotFinishedIsNamed() {
        assertThatThrownBy(() -> ShellWords.of("a 'b c")).hasMessage("the quote ' at its character 3 is never closed");
        assertThatThrownBy(() -> ShellWords.of("a \"b \\\"c"))
                .hasMessage("the quote \" at its character 3 is never closed");
        assertThatThrownBy(() -> ShellWords.of("a b\\"))
                .hasMessage("nothing follows its last backslash; write two for one");
    }
}
