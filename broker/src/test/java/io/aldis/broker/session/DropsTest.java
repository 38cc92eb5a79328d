package io.aldis.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.settings.HookSettings;
import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import org.junit.jupiter.api.Test;

class DropsTest {

    private static final Message MESSAGE =
            Message.of("t", Binary.EMPTY, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, "from", 0);

    private final Metrics metrics = new Metrics();

    @Test
    void everyReasonIsCountedForItself() {
        Drops drops = new Drops(metrics, Hooks.of(HookSettings.defaults(), System::nanoTime));
        for (DropReason reason : DropReason.values()) {
            drops.dropped(reason, MESSAGE, "to");
        }
        assertThat(metrics.drops())
                .hasSize(DropReason.values().length)
                .allSatisfy(
                        (reason, count) -> assertThat(count).as(reason.name()).isEqualTo(1));
    }
}
