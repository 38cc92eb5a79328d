package io.aldis.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Drop;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DropsTest {

    private static final Message MESSAGE =
            Message.of("t", Binary.EMPTY, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, "from", 0);

    private final Metrics metrics = new Metrics();

    private final Logger logger = (Logger) LoggerFactory.getLogger(Drops.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.setAdditive(false);
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void aFailingListenerIsLoggedOnceAMinute() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // Monotonic time may begin anywhere.
        Drops drops = new Drops(
                metrics,
                List.of(drop -> {
                    throw new IllegalStateException("a listener's bug, provoked by a test");
                }),
                nanos::get);
        for (int second = 0; second < 90; second++) {
            drops.dropped(DropReason.EXPIRED, MESSAGE, "to");
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        assertThat(log.list).hasSize(2).extracting(ILoggingEvent::getLevel).containsOnly(Level.ERROR);
    }

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
