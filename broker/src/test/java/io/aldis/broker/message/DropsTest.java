package io.aldis.broker.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.metric.Drop;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropsTest {

    private static final Message MESSAGE =
            Message.of("t", Binary.EMPTY, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, "from", 0);

    private final Metrics metrics = new Metrics();

    @Test
    void aListenerThatThrowsHurtsNeitherTheCountNorTheOtherListeners() {
        List<Drop> heard = new ArrayList<>();
        Drops drops = new Drops(
                metrics,
                List.of(
                        drop -> {
                            throw new IllegalStateException("a listener's bug, provoked by a test");
                        },
                        heard::add),
                () -> 0);
        drops.dropped(DropReason.EXPIRED, MESSAGE, "to");
        drops.dropped(DropReason.EXPIRED, MESSAGE, "to");
        Drop expected = new Drop(DropReason.EXPIRED, "t", Qos.AT_LEAST_ONCE, "from", "to");
        assertThat(heard).containsExactly(expected, expected);
        assertThat(metrics.drops()).containsEntry(DropReason.EXPIRED, 2L);
    }

    @Test
    void everyReasonIsCountedForItself() {
        Drops drops = new Drops(metrics, List.of(), () -> 0);
        for (DropReason reason : DropReason.values()) {
            drops.dropped(reason, MESSAGE, "to");
        }
        assertThat(metrics.drops())
                .hasSize(DropReason.values().length)
                .allSatisfy(
                        (reason, count) -> assertThat(count).as(reason.name()).isEqualTo(1));
    }
}
