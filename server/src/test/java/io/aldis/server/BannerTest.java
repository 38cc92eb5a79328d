package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BannerTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "127.0.0.1, mqtt://127.0.0.1:1883, -h 127.0.0.1 -p 1883",
        "localhost, mqtt://localhost:1883, -h localhost -p 1883",
        "::1, mqtt://[::1]:1883, -h ::1 -p 1883",
        "0.0.0.0, mqtt://0.0.0.0:1883, -h 127.0.0.1 -p 1883",
        "::, mqtt://[::]:1883, -h ::1 -p 1883"
    })
    void itNamesTheAddressAndHowToReachItFromHere(String host, String address, String reachedBy) {
        assertThat(Banner.of(host, 1883, Duration.ofMillis(340)))
                .contains("is listening on " + address + " ")
                .contains("mosquitto_sub " + reachedBy + " ")
                .contains("mosquitto_pub " + reachedBy + " ")
                .contains("0.34 s");
    }
}
