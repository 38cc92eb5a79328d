package io.aldis.benchmark.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.scenario.Kind.Bytes;
import io.aldis.benchmark.scenario.Node.Mapping;
import io.aldis.benchmark.scenario.Node.Scalar;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindTest {

    /** What a kind makes of a value as it is written in a file. */
    private static <V> Optional<V> read(Kind<V> kind, String written) {
        Mapping file = (Mapping) Document.read("test.yaml", "key: " + written + "\n");
        return kind.read().apply((Scalar) file.entries().get(0).value());
    }

    private static final Kind<Duration> TIME = Kind.duration("0s", "365d");

    @ParameterizedTest(name = "{0} is {1} ms")
    @CsvSource({
        "0s, 0",
        "0ms, 0",
        "500ms, 500",
        "5s, 5000",
        "2m, 120000",
        "1h, 3600000",
        "1d, 86400000",
        "90m, 5400000",
        "'\"5s\"', 5000"
    })
    void aDurationHasItsUnit(String written, long millis) {
        assertThat(read(TIME, written)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "5",
                "5 s",
                "1.5s",
                "-5s",
                "5S",
                "s",
                "5sec",
                "1h30m",
                "366d",
                "1234567890s",
                "never",
                "",
                "true",
                "'5'"
            })
    void whatIsNoDurationIsRefused(String written) {
        assertThat(read(TIME, written)).isEmpty();
    }

    @ParameterizedTest(name = "{0} is {1} to {2} bytes")
    @CsvSource({
        "28, 28, 28",
        "80, 80, 80",
        "50-200, 50, 200",
        "50-50, 50, 50",
        "1KiB, 1024, 1024",
        "100-2KiB, 100, 2048",
        "1KiB-1MiB, 1024, 1048576",
        "255MiB, 267386880, 267386880"
    })
    void aSizeIsInBytesOrTheirPowersOfTwo(String written, int least, int most) {
        assertThat(read(Kind.SIZE_RANGE, written)).contains(new Bytes(least, most));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "27",
                "-50",
                "27-50",
                "200-50",
                "50-",
                "1KB",
                "1kB",
                "1K",
                "1 KiB",
                "1.5KiB",
                "256MiB",
                "50-100-200",
                "999999999MiB",
                "80B",
                "",
                "max"
            })
    void whatIsNoSizeIsRefused(String written) {
        assertThat(read(Kind.SIZE_RANGE, written)).isEmpty();
    }

    @ParameterizedTest(name = "{0} is {1} a second")
    @CsvSource({
        "2/s, 2",
        "100/s, 100",
        "0.5/s, 0.5",
        "6/m, 0.1",
        "1/10s, 0.1",
        "36/h, 0.01",
        "1/500ms, 2",
        "864/d, 0.01",
        "1000000/s, 1000000"
    })
    void aRateIsSoManyInSomeTime(String written, double rate) {
        assertThat(read(Kind.RATE_ONLY, written)).contains(rate);
        assertThat(read(Kind.RATE_OR_MAX, written)).contains(rate);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2",
                "0/s",
                "0.0/s",
                "-1/s",
                "2/0s",
                "2/",
                "/s",
                "2 / s",
                "2/sec",
                "2/s/s",
                "1000001/s",
                "1e3/s",
                "",
                "Max",
                "true"
            })
    void whatIsNoRateIsRefused(String written) {
        assertThat(read(Kind.RATE_ONLY, written)).isEmpty();
        assertThat(read(Kind.RATE_OR_MAX, written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"max", "\"max\""})
    void onlyPublishersGoAsFastAsTheyCan(String written) {
        assertThat(read(Kind.RATE_OR_MAX, written)).contains(0.0);
        assertThat(read(Kind.RATE_ONLY, written)).isEmpty();
    }

    @ParameterizedTest(name = "{0} is {1} s")
    @CsvSource({"never, 4294967295", "0s, 0", "1h, 3600", "2000ms, 2", "30d, 2592000"})
    void sessionsLastWholeSecondsOrForEver(String written, long seconds) {
        assertThat(read(Kind.EXPIRY, written)).contains(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "1500ms", "999999999h", "49711d", "Never", "forever"})
    void whatIsNoExpiryIsRefused(String written) {
        assertThat(read(Kind.EXPIRY, written)).isEmpty();
    }

    @ParameterizedTest(name = "{0} is {1} s")
    @CsvSource({"0s, 0", "60s, 60", "1m, 60", "65535s, 65535"})
    void keepAliveIsSixteenBitsOfSeconds(String written, int seconds) {
        assertThat(read(Kind.KEEP_ALIVE, written)).contains(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"60", "65536s", "500ms", "1d"})
    void whatIsNoKeepAliveIsRefused(String written) {
        assertThat(read(Kind.KEEP_ALIVE, written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "11", "-1", "1.0", "1e1", "\"5\"", "five", "0x5", "1_0", "99999999999999999999", "true", ""
            })
    void whatIsNoWholeNumberOfTheRangeIsRefused(String written) {
        assertThat(read(Kind.whole(1, 10), written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "5", "10"})
    void aWholeNumberOfTheRangeIsRead(String written) {
        assertThat(read(Kind.whole(1, 10), written)).contains(Long.parseLong(written));
    }

    @ParameterizedTest
    @CsvSource({"0, AT_MOST_ONCE", "1, AT_LEAST_ONCE", "2, EXACTLY_ONCE"})
    void qualityOfServiceIsANumber(String written, Qos qos) {
        assertThat(read(Kind.QOS, written)).contains(qos);
    }

    @ParameterizedTest
    @CsvSource({"3.1, V3_1", "3.1.1, V3_1_1", "5.0, V5", "5, V5", "'\"5.0\"', V5", "'\"3.1\"', V3_1"})
    void theVersionIsReadWithQuotesOrWithout(String written, MqttVersion version) {
        assertThat(read(Kind.MQTT, written)).contains(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"true\"", "yes", "on", "1", "True", ""})
    void onlyTrueAndFalseAreFlags(String written) {
        assertThat(read(Kind.FLAG, written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A1-b", "abcdefghijklmnopqrstuvwxyz012345"})
    void aGroupHasAPlainName(String written) {
        assertThat(read(Kind.GROUP_NAME, written)).contains(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "-a", "a_b", "a b", "ä", "12", "true", "abcdefghijklmnopqrstuvwxyz0123456", ""})
    void anyOtherNameIsRefused(String written) {
        assertThat(read(Kind.GROUP_NAME, written)).isEmpty();
    }
}
