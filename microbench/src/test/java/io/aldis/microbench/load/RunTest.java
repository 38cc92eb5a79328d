package io.aldis.microbench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.codec.MqttVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunTest {
    @Test
    void findsOutABrokerThatLosesDoublesAndReordersMessages() {
        try (CrookedBroker broker = new CrookedBroker();
                Run run = new Run(plan(broker.port(), 5, 5000), Optional.empty())) {
            Report report = run.conduct();

            assertThat(report.total().sent()).isPositive();
            assertThat(report.total().acknowledged()).isEqualTo(report.total().sent());
            assertThat(report.total().duplicates()).isEqualTo(broker.doubled.get());
            assertThat(report.total().late()).isEqualTo(broker.delayed.get());
            assertThat(report.total().sent() - report.total().delivered())
                    .isBetween(broker.dropped.get(), broker.dropped.get() + 5); // one held back for each publisher
            assertThat(report.complete()).isTrue();
        }
    }

    @Test
    void measuresAtAGivenRateFromTheTimeAMessageWasDue() {
        try (CrookedBroker broker = new CrookedBroker();
                Run run = new Run(plan(broker.port(), 2, 1000), Optional.empty())) {
            Report report = run.conduct();

            // Half a second of warm-up, half a second of window.
            assertThat(report.total().sent() + report.unsent()).isEqualTo(1000);
            assertThat(report.latency().getTotalCount()).isBetween(1L, 550L);
            assertThat(keys(report))
                    .contains("unsent=" + report.unsent())
                    .anyMatch(key -> key.startsWith("latency_p99_"));
        }
    }

    @Test
    void tellsThatNobodyListens() {
        int nobodysPort;
        try (CrookedBroker broker = new CrookedBroker()) {
            nobodysPort = broker.port();
        }
        try (Run run = new Run(plan(nobodysPort, 1, 0), Optional.empty())) {
            assertThatThrownBy(run::conduct)
                    .isInstanceOf(LoadFailed.class)
                    .hasMessageContaining("cannot connect")
                    .hasMessageContaining(Integer.toString(nobodysPort));
        }
    }

    private static Stream<String> keys(Report report) {
        return report.keys().lines();
    }

    private static Plan plan(int port, int pairs, double rate) {
        return new Plan(
                Scenario.PAIRS,
                new Plan.Target("127.0.0.1", port, MqttVersion.V5),
                new Plan.Crowd(pairs, pairs, 2, 10),
                new Plan.Traffic(1, 32, 10, rate),
                new Plan.Timing(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(10)));
    }
}
