package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.connection.Door;
import io.aldis.broker.settings.ClientRate;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that send more than their listener allows: they are slowed down, and lose nothing. */
class ClientRateTest {

    private final VirtualBroker broker = new VirtualBroker(2, 1, Settings.defaults());

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client limited(UnaryOperator<ClientRate> rate) {
        Door door = broker.door(ListenerSettings.defaults().withClientRate(rate));
        return broker.connect(door, Connect.v5("publisher").withKeepAlive(1));
    }

    private Client receiver() {
        Client receiver = broker.connect(Connect.v5("receiver").withKeepAlive(0));
        receiver.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
        receiver.expect(Suback.class);
        return receiver;
    }

    private static Packet[] messages(int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> Publish.qos1("t", Binary.utf8(i + "x".repeat(bytes)), i + 1))
                .toArray(Packet[]::new);
    }

    private static List<Integer> numbers(List<Publish> messages) {
        return messages.stream()
                .map(message -> Integer.valueOf(message.payload().toUtf8().replace("x", "")))
                .toList();
    }

    @Test
    void messagesBeyondTheBurstWaitForTheRate() {
        Client receiver = receiver();
        Client publisher = limited(rate -> rate.withMessages(10).withMessageBurst(30));
        publisher.send(messages(100, 0)); // In one read.
        assertThat(receiver.received(Publish.class)).hasSize(30);
        assertThat(publisher.isReadFrom()).isFalse();
        broker.pass(Duration.ofMillis(100));
        assertThat(receiver.received(Publish.class)).hasSize(1);
        broker.pass(Duration.ofSeconds(3));
        assertThat(receiver.received(Publish.class)).hasSize(30);
        broker.pass(Duration.ofSeconds(4));
        assertThat(numbers(receiver.received(Publish.class)))
                .containsExactlyElementsOf(IntStream.range(61, 100).boxed().toList());
        assertThat(publisher.received(Puback.class)).hasSize(100);
        assertThat(publisher.closed()).isFalse();
    }

    @Test
    void theBurstComesBackInQuietTimes() {
        Client receiver = receiver();
        Client publisher = limited(rate -> rate.withMessages(10));
        for (int round = 0; round < 3; round++) {
            publisher.send(messages(12, 0));
            assertThat(receiver.received(Publish.class)).hasSize(10);
            broker.pass(Duration.ofSeconds(1));
            publisher.send(new Pingreq());
            broker.pass(Duration.ofMillis(200));
            assertThat(receiver.received(Publish.class)).hasSize(2);
        }
    }

    @Test
    void bytesBeyondTheBurstWaitForTheRateWhateverTheyAre() {
        Client receiver = receiver();
        Client publisher = limited(rate -> rate.withBytes(1000).withByteBurst(2000));
        for (Packet message : messages(10, 1000)) {
            publisher.send(message);
        }
        assertThat(receiver.received(Publish.class)).hasSize(1); // The second takes more than there is, and waits.
        assertThat(publisher.isReadFrom()).isFalse();
        broker.pass(Duration.ofSeconds(4));
        assertThat(receiver.received(Publish.class)).hasSizeBetween(3, 5);
        broker.pass(Duration.ofSeconds(8));
        assertThat(receiver.received(Publish.class)).hasSizeBetween(4, 6);
        assertThat(publisher.received(Puback.class)).hasSize(10);
    }

    @Test
    void aPacketLargerThanTheBurstComesWholeAndIsWaitedFor() {
        Client receiver = receiver();
        Client publisher = limited(rate -> rate.withBytes(100).withByteBurst(100));
        publisher.send(Publish.qos0("t", Binary.wrap(new byte[5000])));
        publisher.send(new Pingreq());
        broker.pass(Duration.ofSeconds(40));
        assertThat(receiver.received(Publish.class)).isEmpty();
        broker.pass(Duration.ofMillis(9500));
        assertThat(receiver.received(Publish.class)).hasSize(1);
        publisher.expect(Pingresp.class);
        assertThat(publisher.closed()).as("taken for silent").isFalse(); // [MQTT-3.1.2-22]
    }

    @Test
    void howOftenAndForHowLongIsCounted() {
        Client publisher = limited(rate -> rate.withMessages(10).withMessageBurst(10));
        publisher.send(messages(9, 0));
        broker.pass(Duration.ofSeconds(1));
        assertThat(broker.admin().statistics().throttled()).isZero();
        publisher.send(messages(20, 0));
        broker.pass(Duration.ofSeconds(2));
        publisher.send(messages(14, 0));
        broker.pass(Duration.ofSeconds(1));
        var statistics = broker.admin().statistics();
        assertThat(statistics.throttled()).isEqualTo(2);
        assertThat(statistics.throttledMillis()).isBetween(1500L, 1700L); // 11 and 5 times a tenth of a second.
    }

    @Test
    void whoGoesWhileItWaitsLeavesNothing() {
        Client publisher = limited(rate -> rate.withMessages(1));
        publisher.send(messages(20, 0));
        publisher.drop();
        assertThat(publisher.closed()).isTrue();
        broker.pass(Duration.ofSeconds(30));
        assertThat(broker.admin().statistics().connectionsOpen()).isZero();
    }

    @Test
    void othersAreNotSlowedDown() {
        Client receiver = receiver();
        Client publisher = limited(rate -> rate.withMessages(1));
        publisher.send(messages(20, 0));
        Client other = broker.connect(Connect.v5("other"));
        other.send(messages(50, 0));
        assertThat(receiver.received(Publish.class)).hasSize(51);
    }
}
