package io.aldis.acceptance.conformance;

import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.broker.metric.DropReason;
import io.aldis.codec.AckProperties;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.testkit.RawClient;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How large a packet a client takes, and what it does not want to be told (MQTT 5.0 §3.1.2.11.4, §3.1.2.11.7). */
class V5SizeTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static int size(Packet packet) {
        return PacketEncoder.size(packet, MqttVersion.V5);
    }

    /** The smallest maximum packet size that lets a CONNACK in; words have no room then. */
    private static int smallest() {
        RawClient client = broker.stranger();
        int size = size(client.connect(Connect.v5("client")));
        client.disconnect();
        return size;
    }

    private static RawClient limited(int most) {
        return broker.connected(
                Connect.v5("limited").withProperties(ConnectProperties.NONE.withMaximumPacketSize(most)));
    }

    private static RawClient untold() {
        return broker.connected(
                Connect.v5("untold").withProperties(ConnectProperties.NONE.withRequestProblemInformation(false)));
    }

    private static <P extends Packet> P expectAtMost(int most, RawClient client, Class<P> type) {
        P packet = client.expect(type);
        assertThat(size(packet)).as("size of %s", packet).isLessThanOrEqualTo(most);
        return packet;
    }

    // ---- The largest packet a client takes --------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aMessageAboveTheClientsMaximumIsNotSentAndCountsAsSent(Qos qos) { // [MQTT-3.1.2-24], [MQTT-3.1.2-25]
        for (boolean durable : new boolean[] {false, true}) {
            ConnectProperties properties =
                    ConnectProperties.NONE.withMaximumPacketSize(100).withReceiveMaximum(1);
            Connect connect = Connect.v5("limited")
                    .withCleanStart(!durable)
                    .withProperties(durable ? properties.withSessionExpiryInterval(3600) : properties);
            RawClient limited = broker.connected(connect);
            limited.subscribe("t", EXACTLY_ONCE);
            long before = broker.dropped(DropReason.PACKET_TOO_LARGE);
            RawClient publisher = broker.connected(Connect.v5("publisher"));
            publisher.publish("t", "x".repeat(100), qos);
            publisher.publish("t", "x".repeat(100), qos);
            publisher.publish("t", "small", qos);
            assertThat(limited.takeMessage().payload().toUtf8()).isEqualTo("small");
            assertThat(broker.dropped(DropReason.PACKET_TOO_LARGE) - before).isEqualTo(2);
            limited.close();
        }
        broker.forget("limited");
    }

    @Test
    void aMessageOfExactlyTheClientsMaximumIsSent() { // [MQTT-3.1.2-24]
        RawClient limited = limited(100);
        limited.subscribe("t", AT_MOST_ONCE);
        int overhead = size(Publish.qos0("t", Binary.EMPTY));
        RawClient publisher = broker.connected(Connect.v5("publisher"));
        publisher.publish("t", "x".repeat(101 - overhead), AT_MOST_ONCE);
        publisher.publish("t", "x".repeat(100 - overhead), AT_MOST_ONCE);
        assertThat(size(limited.takeMessage())).isEqualTo(100);
    }

    @Test
    void aSubackAboveTheClientsMaximumIsNotSent() { // [MQTT-3.1.2-24]
        RawClient limited = limited(100);
        Subscription[] many = IntStream.range(0, 200)
                .mapToObj(i -> Subscription.of("t/" + i, AT_LEAST_ONCE))
                .toArray(Subscription[]::new);
        limited.send(Subscribe.of(1, many));
        limited.expectDisconnect(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void aConnackAboveTheClientsMaximumIsNotSent() { // [MQTT-3.1.2-24], [MQTT-3.14.0-1]
        RawClient limited = broker.stranger();
        limited.send(Connect.v5("limited").withProperties(ConnectProperties.NONE.withMaximumPacketSize(1)));
        limited.expectClosed();
    }

    // ---- Answers that may explain themselves ------------------------------------------------------------------------

    @Test
    void pubackFitsIntoTheClientsMaximum() { // [MQTT-3.4.2-2], [MQTT-3.4.2-3], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.send(Publish.qos1("nobody/wants", Binary.EMPTY, 1));
        expectAtMost(most, limited, Puback.class);
    }

    @Test
    void pubrecAndPubcompFitIntoTheClientsMaximum() {
        // [MQTT-3.5.2-2], [MQTT-3.5.2-3], [MQTT-3.7.2-2], [MQTT-3.7.2-3], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.send(Publish.qos2("nobody/wants", Binary.EMPTY, 1), new Pubrel(1), new Pubrel(99));
        expectAtMost(most, limited, Pubrec.class);
        expectAtMost(most, limited, Pubcomp.class);
        assertThat(expectAtMost(most, limited, Pubcomp.class).reason())
                .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    }

    @Test
    void pubrelFitsIntoTheClientsMaximum() { // [MQTT-3.6.2-2], [MQTT-3.6.2-3], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.send(new Pubrec(99));
        assertThat(expectAtMost(most, limited, Pubrel.class).reason())
                .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    }

    @Test
    void subackFitsIntoTheClientsMaximum() { // [MQTT-3.9.2-1], [MQTT-3.9.2-2], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.send(Subscribe.of(1, "not/#/valid", AT_MOST_ONCE));
        assertThat(expectAtMost(most, limited, Suback.class).reasons())
                .containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
    }

    @Test
    void unsubackFitsIntoTheClientsMaximum() { // [MQTT-3.11.2-1], [MQTT-3.11.2-2], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.send(Unsubscribe.of(1, "never/subscribed"));
        assertThat(expectAtMost(most, limited, Unsuback.class).reasons())
                .containsExactly(ReasonCode.NO_SUBSCRIPTION_EXISTED);
    }

    @Test
    void disconnectFitsIntoTheClientsMaximum() { // [MQTT-3.14.2-3], [MQTT-3.14.2-4], [MQTT-3.1.2-24]
        int most = smallest();
        RawClient limited = limited(most);
        limited.sendBytes("20 03 00 00 00"); // CONNACK, of all packets.
        assertThat(size(limited.expectDisconnect(ReasonCode.PROTOCOL_ERROR))).isLessThanOrEqualTo(most);
    }

    @Test
    void aClientThatDoesNotWantWordsGetsNoneButInConnackAndDisconnect() { // [MQTT-3.1.2-29]
        RawClient untold = untold();
        untold.send(
                Publish.qos1("nobody/wants", Binary.EMPTY, 1),
                Publish.qos2("nobody/wants", Binary.EMPTY, 2),
                new Pubrel(99),
                new Pubrec(98),
                Subscribe.of(3, "not/#/valid", AT_MOST_ONCE),
                Unsubscribe.of(4, "never/subscribed"));
        assertThat(untold.expect(Puback.class).properties()).isEqualTo(AckProperties.NONE);
        assertThat(untold.expect(Pubrec.class).properties()).isEqualTo(AckProperties.NONE);
        assertThat(untold.expect(Pubcomp.class).properties()).isEqualTo(AckProperties.NONE);
        assertThat(untold.expect(Pubrel.class).properties()).isEqualTo(AckProperties.NONE);
        assertThat(untold.expect(Suback.class).properties()).isEqualTo(AckProperties.NONE);
        assertThat(untold.expect(Unsuback.class).properties()).isEqualTo(AckProperties.NONE);
    }
}
