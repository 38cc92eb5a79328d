package io.aldis.benchmark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aldis.benchmark.compare.Contender.Local;
import io.aldis.benchmark.compare.Contender.Running;
import io.aldis.benchmark.result.ExitCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContenderTest {

    static Stream<Arguments> running() {
        return Stream.of(
                Arguments.of("a=localhost:1883", new Running("a", "localhost:1883", "localhost", 1883, null)),
                Arguments.of("a.b-1= 10.0.0.1:1 ", new Running("a.b-1", "10.0.0.1:1", "10.0.0.1", 1, null)),
                Arguments.of("a=[::1]:65535", new Running("a", "[::1]:65535", "::1", 65_535, null)),
                Arguments.of("a=[fe80::1%eth0]:9", new Running("a", "[fe80::1%eth0]:9", "fe80::1%eth0", 9, null)),
                Arguments.of("a=localhost:1883@42", new Running("a", "localhost:1883@42", "localhost", 1883, 42L)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("running")
    void aBrokerThatRunsHasAnAddress(String typed, Contender meant) {
        assertThat(Contender.parse(typed)).isEqualTo(meant);
    }

    static Stream<Arguments> local() {
        return Stream.of(
                Arguments.of("a=mosquitto -p {port}", List.of("mosquitto", "-p", "{port}")),
                Arguments.of("a=./run {port}", List.of("./run", "{port}")),
                Arguments.of("a=run --listen=127.0.0.1:{port}", List.of("run", "--listen=127.0.0.1:{port}")),
                Arguments.of("a='my broker' \"{dir}/x y\" {port}", List.of("my broker", "{dir}/x y", "{port}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("local")
    void aBrokerToStartHasACommand(String typed, List<String> words) {
        assertThat(Contender.parse(typed)).isEqualTo(new Local("a", typed.substring(2), words));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "aldis # \"aldis\" is no broker to compare. Expected name=host:port of a broker that runs, or",
                "my broker=localhost:1 # has letters, digits, dashes and dots, but \"my broker\" of \"my broker=localhost:1\"",
                "=localhost:1 # but \"\" of \"=localhost:1\" is not like that.",
                "a= # Nothing follows \"a=\". Expected name=host:port",
                "a=localhost:0 # A port is between 1 and 65535, but that of a=localhost:0 is 0.",
                "a=localhost:65536 # A port is between 1 and 65535, but that of a=localhost:65536 is 65536.",
                "a=::1:1883 # An IPv6 address stands in brackets before its port, such as [::1]:1883, but a has ::1:1883.",
                "a=[::1:1883 # An IPv6 address stands in brackets",
                "a=localhost # Broker a is neither host:port of a broker that runs nor a command line with {port} in it",
                "a=mosquitto -p 1883 # such as in a='mosquitto -p {port}'",
                "a=mqtt://localhost:1883 # is neither host:port of a broker that runs nor a command line with {port} in it: mqtt",
                "a=run 'x {port} # The command line of a makes no sense, for the quote ' at its character 5 is never closed: run",
                "a=run {port} \\ # for nothing follows its last backslash; write two for one: run {port} \\",
            })
    void whatMakesNoSenseIsExplained(String typed, String message) {
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> Contender.parse(typed))
                .withMessageContaining(message)
                .satisfies(failed -> assertThat(failed.exit()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void eachHasANameOfItsOwn() {
        assertThat(Contender.parse(List.of("b=h:1", "a=h:2")))
                .extracting(Contender::name)
                .containsExactly("b", "a");
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> Contender.parse(List.of("a=h:1", "b=h:2", "a=h:3")))
                .withMessage("Two brokers are called a. Give each a name of its own, such as a-2.");
        assertThatExceptionOfType(CompareFailed.class)
                .isThrownBy(() -> Contender.parse(List.of()))
                .withMessageStartingWith("There is no broker to compare.");
    }
}
