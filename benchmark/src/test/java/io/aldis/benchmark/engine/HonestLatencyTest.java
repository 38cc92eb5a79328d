package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.engine.TestBroker.Delivery;
import io.aldis.benchmark.result.Latency;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a broker pauses, all messages that were due in that time are late, not only those that had been sent (no coordinated omission). */
class HonestLatencyTest {

    private static final int PAUSE_MILLIS = 300;
    private static final int LONG_MILLIS = 100;
    private static final int RATE = 1000;

    /** Does nothing at all for some time, as when its memory is cleared up. */
    private static final class Pausing extends Conduct {
        private int deliveries;

        @Override
        void deliver(TestBroker broker, Delivery delivery) {
            if (++deliveries == 200) {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
                while (System.nanoTime() - end < 0) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            }
            broker.send(delivery);
        }
    }

    // With a small window messages are not even sent when they are due.
    @ParameterizedTest
    @ValueSource(strings = {"-qos 0", "-qos 1 --window 1", "-qos 2 --mqtt 5.0 --loops 2"})
    void aPauseIsSeenInAllMessagesThatWereDueInIt(String more) {
        try (TestBroker broker = new TestBroker(new Pausing())) {
            Typed typed = Typed.line(
                    Typed.PATIENT, broker.port(), "latency -c 4 --rate " + RATE + " -d 1.2 --warm-up 0 " + more);

            Latency latency = typed.result().measured().get(0).delivery();
            long due = (long) RATE * (PAUSE_MILLIS - LONG_MILLIS) / 1000;
            assertThat(typed.exit()).isZero();
            // On a busy machine more messages are late than this pause made so, hence the loose bound above.
            assertThat(above(latency)).isBetween(0.9 * due, 3.0 * due);
            assertThat(latency.max()).isGreaterThanOrEqualTo(PAUSE_MILLIS * 0.98);
        }
    }

    /** About how many values lie above {@link #LONG_MILLIS}, as the curve of percentiles shows it. */
    private static double above(Latency latency) {
        Latency.Point before = new Latency.Point(0, 0);
        for (Latency.Point point : latency.curve()) {
            if (point.millis() > LONG_MILLIS) {
                return latency.count() * (100 - (before.percentile() + point.percentile()) / 2) / 100;
            }
            before = point;
        }
        return 0;
    }
}
