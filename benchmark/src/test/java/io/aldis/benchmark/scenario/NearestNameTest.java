package io.aldis.benchmark.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNameTest {

    private static final List<String> KNOWN = List.of("name", "clients", "session-expiry", "qos", "keep-alive");

    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource({
        "nam, name", // left out
        "namee, name", // added
        "nane, name", // mistaken
        "clinets, clients", // swapped, which is two changes
        "session_expirey, session-expiry",
        "keepalive, keep-alive"
    })
    void whatIsNearIsFound(String typed, String meant) {
        assertThat(NearestName.to(typed, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "publish", "c l i e n t s", "expiry"})
    void whatIsFarIsNotGuessed(String typed) {
        assertThat(NearestName.to(typed, KNOWN)).isEmpty();
    }
}
