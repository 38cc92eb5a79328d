package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.aldis.benchmark.result.Counts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker that does all it has to is found without a fault. */
class HonestBrokerTest {

    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Loaded mode : Loaded.values()) {
            for (int qos = mode.leastQos(); qos <= 2; qos++) {
                boolean other = lines.size() % 2 == 0;
                lines.add(mode.line(qos) + (other ? " --mqtt 5.0 --loops 2" : " --mqtt 3.1.1"));
            }
        }
        lines.add(Loaded.P2P.line(1) + " --mqtt 3.1 --loops 3");
        lines.add(Loaded.P2P.line(2) + " --subqos 1");
        lines.add(Loaded.P2P.line(1) + " --subqos 2 --window 1");
        lines.add(Loaded.P2P.line(0) + " --outstanding 3");
        lines.add("p2p -c 2 -d 0.2 --warm-up 0.1 -qos 2");
        lines.add("fanout -c 1 -sub 3 -d 0.2 --warm-up 0 -qos 0 --outstanding 100");
        return lines;
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @MethodSource("lines")
    void anHonestBrokerIsFoundWithoutAFault(String line) {
        try (TestBroker broker = TestBroker.honest()) {
            // Those who are away get no messages of QoS 0, and whose acknowledgement was cut off gets those of QoS 1
            // again.
            boolean forgets = line.startsWith("reconnect-storm") && line.contains("-qos 0");
            boolean repeats = line.startsWith("reconnect-storm") && line.contains("-qos 1");
            boolean overtakes = line.startsWith("shared");
            Typed typed = Typed.line(forgets ? Typed.SHORT : Typed.PATIENT, broker.port(), line);
            Counts totals = typed.result().totals();

            assertThat(typed.findings()).isEmpty();
            assertThat(typed.exit()).isZero();
            assertThat(totals.expected()).isPositive();
            assertThat(totals.corrupt() + totals.misdirected() + totals.foreign() + totals.failed())
                    .isZero();
            if (!forgets) {
                assertThat(totals.delivered()).isEqualTo(totals.expected());
            }
            if (!repeats) {
                assertThat(totals.duplicates()).isZero();
            }
            if (!overtakes) {
                assertThat(totals.late()).isZero();
            }
            if (!forgets && !repeats && !overtakes) {
                assertThat(typed.remarks()).noneMatch(remark -> remark.contains("allow"));
            }
            assertThat(broker.clientIds()).isEmpty();
            assertThat(broker.retainedTopics()).isEmpty();
        }
    }
}
