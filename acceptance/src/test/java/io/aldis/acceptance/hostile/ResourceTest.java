package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.metric.DropReason;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory, time and sockets that run short: what is bounded, and what happens at the bound.
 *
 * <p>A subscriber that stops reading, with what it costs in memory, is in {@link
 * io.aldis.acceptance.stress.SlowSubscriberTest}, a storm of connections in {@link
 * io.aldis.acceptance.stress.TakeoverStormTest}. Not here yet: a full disk, and file descriptors that run out.
 */
class ResourceTest {

    private static final int MOST = 100;
    private static final int BYTES = 100_000;

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings ->
            settings.withQueue(queue -> queue.withMaximumMessages(MOST).withMaximumBytes(BYTES)));

    private static Connect persistent(MqttVersion version) {
        Connect connect = Connect.of(version, "c").withCleanStart(false);
        return version == MqttVersion.V5
                ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600))
                : connect;
    }

    // ---- A subscriber that never acknowledges -----------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatNeverAcknowledgesIsOwedABoundedNumberOfMessagesAndTheRestIsCounted(MqttVersion version) {
        RawClient silent = broker.connected(version, "silent");
        silent.subscribe("bounded/#", Qos.AT_LEAST_ONCE);
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        long dropped = broker.dropped(DropReason.QUEUE_FULL_MESSAGES);
        for (int i = 0; i < 3 * MOST; i++) {
            publisher.publish("bounded/1", "m" + i, Qos.AT_LEAST_ONCE);
        }
        assertThat(broker.dropped(DropReason.QUEUE_FULL_MESSAGES) - dropped).isEqualTo(2 * MOST);
        // It is still a client: QoS 0 comes, and what it is owed when it begins to acknowledge.
        publisher.publish("bounded/0", "at once", Qos.AT_MOST_ONCE);
        publisher.expectNothing();
        List<Publish> got = new ArrayList<>();
        while (got.size() < MOST + 1) {
            got.add(silent.takeMessage());
        }
        silent.expectNothing();
        assertThat(got).filteredOn(message -> message.qos() == Qos.AT_MOST_ONCE).hasSize(1);
        assertThat(got)
                .filteredOn(message -> message.qos() == Qos.AT_LEAST_ONCE)
                .extracting(message -> message.payload().toUtf8())
                .startsWith("m0", "m1", "m2")
                .endsWith("m" + (MOST - 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQueueIsBoundedInBytesForAClientThatIsThereAndOneThatIsNot(boolean there) {
        RawClient client = broker.connected(persistent(MqttVersion.V5));
        client.subscribe("bounded", Qos.AT_LEAST_ONCE);
        if (!there) {
            client.disconnect();
        }
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        long dropped = broker.dropped(DropReason.QUEUE_FULL_BYTES);
        Binary large = Binary.wrap(new byte[30_000]);
        for (int i = 0; i < 10; i++) {
            publisher.publish(Publish.qos1("bounded", large, publisher.nextPacketId()));
        }
        publisher.publish("bounded", "small", Qos.AT_LEAST_ONCE);
        assertThat(broker.dropped(DropReason.QUEUE_FULL_BYTES) - dropped).isEqualTo(7);
        if (!there) {
            client = broker.connected(persistent(MqttVersion.V5));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(client.takeMessage().payload()).isEqualTo(large);
        }
        assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("small");
        client.expectNothing();
        client.disconnect();
        broker.forget("c");
    }

    /** A client that leaves a thousand messages half received costs a bit each, and nobody else a message. */
    @Test
    void aPublisherThatNeverReleasesItsMessagesHoldsUpNobody() {
        RawClient listener = broker.connected(MqttVersion.V5, "listener");
        listener.subscribe("never/released", Qos.AT_MOST_ONCE);
        RawClient publisher = broker.connected(persistent(MqttVersion.V3_1_1));
        for (int id = 1; id <= 1000; id++) {
            publisher.send(Publish.qos2("never/released", Binary.utf8("m" + id), id));
        }
        for (int id = 1; id <= 1000; id++) {
            assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("m" + id);
        }
        publisher.send(new Disconnect());
        assertThat(publisher.receiveAll()).hasSize(1000).allMatch(Pubrec.class::isInstance);
        broker.forget("c");
    }

    // ---- A clock that jumps -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {-1, -3600, -86_400 * 365 * 20L})
    void aClockThatJumpsBackEndsNothingEarlyAndLosesNothing(long seconds) {
        RawClient client = broker.connected(persistent(MqttVersion.V5));
        client.subscribe("jump", Qos.AT_LEAST_ONCE);
        client.disconnect();
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        publisher.publish(Publish.qos1("jump", Binary.utf8("before"), publisher.nextPacketId())
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(60)));
        broker.passes(Duration.ofSeconds(seconds));
        publisher.publish(Publish.qos1("jump", Binary.utf8("after"), publisher.nextPacketId())
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(60)));
        RawClient again = broker.stranger();
        assertThat(again.connect(persistent(MqttVersion.V5)).sessionPresent()).isTrue();
        assertThat(again.takeMessage().payload().toUtf8()).isEqualTo("before");
        assertThat(again.takeMessage().payload().toUtf8()).isEqualTo("after");
        again.disconnect();
        broker.forget("c");
        broker.passes(Duration.ofSeconds(-seconds));
    }

    @Test
    void aClockThatJumpsForwardExpiresWhatItSkipsAndNobodyIsTakenForSilent() {
        RawClient awake = broker.connected(Connect.v5("awake").withKeepAlive(60));
        RawClient client = broker.connected(persistent(MqttVersion.V5));
        client.disconnect();
        broker.passes(Duration.ofHours(2));
        RawClient again = broker.stranger();
        assertThat(again.connect(persistent(MqttVersion.V5)).sessionPresent()).isFalse();
        awake.expectNothing();
        again.disconnect();
        broker.forget("c");
    }

    // ---- Sockets ----------------------------------------------------------------------------------------------------

    @Test
    void connectionsThatAreBrokenOffAtAnyMomentLeaveNothing() {
        for (int i = 0; i < 300; i++) {
            RawClient client = broker.stranger();
            switch (i % 5) {
                case 0 -> {} // Not a byte.
                case 1 -> client.sendBytes("10");
                case 2 -> client.send(Connect.v5("broken" + i));
                case 3 -> client.send(Connect.v5("broken" + i), Publish.qos1("nobody", Binary.utf8("m"), 1));
                default -> client.connect(Connect.v5("broken" + i));
            }
            client.reset();
        }
        broker.eventually("open connections", () -> broker.statistics().connectionsOpen(), 2);
    }

    /** Each of its packets asks for a hundred kilobytes: it may not have the broker heap them up. */
    @Test
    void aClientThatSendsAndNeverReadsIsNotReadFromForEver() {
        RawClient deaf = broker.connected(MqttVersion.V5, "deaf");
        deaf.publish(Publish.qos1("large", Binary.wrap(new byte[100_000]), 1).withRetain(true));
        Thread sender = new Thread(() -> subscribeUntilClosed(deaf), "deaf");
        sender.start();
        broker.eventually("rounds in which nothing was read from it", new QuietRounds(), 50);
        deaf.reset();
        join(sender);
        broker.forgetRetained("large");
    }

    /** Asks for what is retained again and again, and for something new each time, so that one sees what was read. */
    private static void subscribeUntilClosed(RawClient client) {
        try {
            for (int i = 0; true; i++) {
                client.send(Subscribe.of(
                        1, Subscription.of("large", Qos.AT_MOST_ONCE), Subscription.of("new/" + i, Qos.AT_MOST_ONCE)));
            }
        } catch (AssertionError closed) {
            // The test is over.
        }
    }

    /** For how many exchanges of the bystanders the deaf client has got no new subscription. */
    private static final class QuietRounds implements LongSupplier {
        private int subscriptions;
        private int quiet;

        @Override
        public long getAsLong() {
            broker.bystandersExchange();
            int now = broker.broker().admin().session("deaf").orElseThrow().subscriptions();
            quiet = now == subscriptions ? quiet + 1 : 0;
            subscriptions = now;
            return quiet;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
