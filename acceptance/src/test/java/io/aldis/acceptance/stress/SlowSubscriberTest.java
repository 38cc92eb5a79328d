package io.aldis.acceptance.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A subscriber that stops reading, on the same event loop as everybody else: others go on, memory is bounded, and what it does
 * not get is counted to the last message.
 */
class SlowSubscriberTest {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final Binary LARGE = Binary.wrap(new byte[10_000]);

    /** Together 200 MB: far more than the sockets of one connection hold. */
    private static final int AT_MOST_ONCE = 20_000;

    private static final int AT_LEAST_ONCE = 300;

    private final Broker broker = Broker.builder()
            .listener(Listener.tcp("127.0.0.1", 0))
            .loops(1)
            .settings(Settings.defaults().withQueue(queue -> queue.withMaximumMessages(100)))
            .start();
    private final RawClient stuck = RawClient.connected(broker.port(), Connect.v311("stuck"));
    private final RawClient flooder = RawClient.connected(broker.port(), Connect.v311("flooder"));
    private final RawClient one = RawClient.connected(broker.port(), Connect.v5("one"));
    private final RawClient other = RawClient.connected(broker.port(), Connect.v5("other"));
    private int exchanged;

    @AfterEach
    void stop() {
        stuck.close();
        flooder.close();
        one.close();
        other.close();
        broker.close();
    }

    private long dropped(DropReason reason) {
        return broker.admin().statistics().dropped().getOrDefault(reason, 0L);
    }

    private static long buffers() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /** A message from one of the others to the other of them, and its acknowledgement. */
    private void exchange() {
        one.publish("pair", "x", Qos.AT_LEAST_ONCE);
        other.takeMessage();
        exchanged++;
    }

    @Test
    void nobodyElseWaitsMemoryStaysBoundedAndEveryDropIsCounted() {
        stuck.subscribe("flood/0", Qos.AT_MOST_ONCE);
        stuck.subscribe("flood/1", Qos.AT_LEAST_ONCE);
        other.subscribe("pair", Qos.AT_LEAST_ONCE);
        exchange();
        long before = buffers();
        long most = 0;

        for (int i = 1; i <= AT_MOST_ONCE; i++) {
            flooder.send(Publish.qos0("flood/0", LARGE));
            if (i % 200 == 0) {
                exchange();
                most = Math.max(most, buffers() - before);
            }
        }
        for (int i = 1; i <= AT_LEAST_ONCE; i++) {
            flooder.publish(Publish.qos1("flood/1", LARGE, i));
            if (i % 10 == 0) {
                exchange();
            }
        }

        assertThat(exchanged).isEqualTo(1 + AT_MOST_ONCE / 200 + AT_LEAST_ONCE / 10);
        assertThat(most).as("bytes in buffers").isLessThan(32L * MEBIBYTE);
        assertThat(dropped(DropReason.SLOW_CONSUMER)).isPositive();
        assertThat(dropped(DropReason.QUEUE_FULL_MESSAGES)).isEqualTo(AT_LEAST_ONCE - 100);
        readAll();
    }

    /** The stuck client comes to life: it gets everything that was not counted as dropped. */
    private void readAll() {
        long atMostOnce = 0;
        long atLeastOnce = 0;
        while (atMostOnce + dropped(DropReason.SLOW_CONSUMER) < AT_MOST_ONCE
                || atLeastOnce + dropped(DropReason.QUEUE_FULL_MESSAGES) < AT_LEAST_ONCE) {
            Packet packet = stuck.receive();
            Publish publish = (Publish) packet;
            if (publish.qos() == Qos.AT_MOST_ONCE) {
                atMostOnce++;
            } else {
                atLeastOnce++;
                stuck.send(new Puback(publish.packetId()));
            }
        }
        stuck.expectNothing();
        assertThat(atMostOnce).isEqualTo(AT_MOST_ONCE - dropped(DropReason.SLOW_CONSUMER));
        assertThat(atLeastOnce).isEqualTo(100);
    }
}
