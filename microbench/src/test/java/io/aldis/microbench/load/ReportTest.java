package io.aldis.microbench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.MqttVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A window of two seconds in which 1,000,000 messages came out of a broker that used one second of CPU time. */
class ReportTest {
    private static final List<Moment> WINDOW = List.of(moment(0, 0, 3.0), moment(2, 1_000_000, 4.0));

    @Test
    void theCostOfAMessageCountsItOnTheWayInAndOnTheWayOut() {
        assertThat(report(Scenario.PAIRS, 5_000_000, 5_000_000, true).keys().lines())
                .contains(
                        "received_per_second=500000",
                        "lost=0",
                        "broker_cpu_us_per_message=0.5000",
                        "broker_cpu_us_per_delivery=1.0000",
                        "broker_cores=0.500");
    }

    @Test
    void aMessageForManyGoesInOnceAndOutManyTimes() {
        assertThat(report(Scenario.FANOUT, 1_000_000, 100_000_000, true).keys().lines())
                .contains("lost=0", "broker_cpu_us_per_message=0.9901", "broker_cpu_us_per_delivery=1.0000");
    }

    @Test
    void messagesThatTheBrokerDroppedHadGoneInTooButWereNotDelivered() {
        assertThat(report(Scenario.PAIRS, 6_000_000, 2_000_000, true).keys().lines())
                .contains(
                        "lost_percent=66.667", "broker_cpu_us_per_message=0.2500", "broker_cpu_us_per_delivery=1.0000");
    }

    @Test
    void messagesThatMayStillLieInTheSocketsAreNotSaidToHaveGoneIn() {
        assertThat(report(Scenario.PAIRS, 6_000_000, 2_000_000, false).keys().lines())
                .contains("complete=false", "broker_cpu_us_per_message=0.5000");
    }

    private static Report report(Scenario scenario, long sent, long received, boolean complete) {
        Plan plan = new Plan(
                scenario,
                new Plan.Target("127.0.0.1", 1883, MqttVersion.V3_1_1),
                new Plan.Crowd(1, scenario == Scenario.FANOUT ? 100 : 1, 1, 1),
                new Plan.Traffic(0, 64, 1, 0),
                new Plan.Timing(Duration.ZERO, Duration.ofSeconds(2), Duration.ZERO));
        Counts total = new Counts(sent, 0, 0, received, 0, 0);
        return new Report(plan, 1, WINDOW, total, 0, complete, Tally.emptyHistogram(), Tally.emptyHistogram());
    }

    private static Moment moment(long seconds, long received, double brokerCpuSeconds) {
        return new Moment(
                TimeUnit.SECONDS.toNanos(seconds),
                new Counts(0, 0, 0, received, 0, 0),
                Optional.of(new Usage(brokerCpuSeconds, 0, 0)),
                new Usage(0, 0, 0));
    }
}
