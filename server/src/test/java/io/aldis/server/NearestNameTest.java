package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNameTest {

    private static final List<String> KNOWN =
            List.of("-h", "--help", "-V", "--version", "start", "start --host", "start --port");

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "strat, start", // swapped
        "sart, start", // left out
        "starrt, start", // added
        "stort, start", // mistaken
        "st, start", // begun
        "started, start", // gone on
        "help, --help", // without its dashes
        "--hots, start --host",
        "--p, start --port",
        "--hostname, start --host"
    })
    void whatIsNearIsFound(String typed, String meant) {
        assertThat(NearestName.to(typed, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conquer", "-x", "--", "", "-1883", "s t a r t"})
    void whatIsFarIsNotGuessed(String typed) {
        assertThat(NearestName.to(typed, KNOWN)).isEmpty();
    }
}
