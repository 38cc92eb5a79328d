package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.refused;
import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** CONNACK and what it tells the client (MQTT 5.0 §3.2). */
class V5ConnackTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    @RegisterExtension
    static final WatchedBroker strict = WatchedBroker.ofOneLoop(settings -> settings.withConnection(
                    connection -> connection.withMaximumPacketSize(2000).withTopicAliasMaximum(3))
            .withSession(session -> session.withReceiveMaximum(5)));

    @RegisterExtension
    static final WatchedBroker withoutAliases = WatchedBroker.ofOneLoop(
            settings -> settings.withConnection(connection -> connection.withTopicAliasMaximum(0)));

    private static int size(Packet packet) {
        return PacketEncoder.size(packet, MqttVersion.V5);
    }

    @Test
    void nothingComesBeforeConnack() { // [MQTT-3.2.0-1]
        RawClient client = broker.connected(staying("client"));
        client.subscribe("t", AT_LEAST_ONCE);
        client.disconnect();
        RawClient publisher = broker.connected(Connect.v5("publisher"));
        publisher.publish("t", "waits", AT_LEAST_ONCE);

        RawClient eager = broker.stranger();
        eager.send(staying("client"), new Pingreq(), Subscribe.of(1, "t", EXACTLY_ONCE));
        assertThat(eager.receive()).isInstanceOf(Connack.class);
        assertThat(eager.takeMessage().payload()).isEqualTo(Binary.utf8("waits"));
        broker.forget("client");
    }

    @Test
    void sessionPresentIsZeroAfterACleanStart() { // [MQTT-3.2.2-2], [MQTT-3.1.2-4], [MQTT-3.1.4-4]
        RawClient client = broker.connected(staying("client"));
        client.subscribe("t", AT_LEAST_ONCE);
        client.disconnect();
        RawClient publisher = broker.connected(Connect.v5("publisher"));
        publisher.publish("t", "for the former session", AT_LEAST_ONCE);

        RawClient clean = broker.stranger();
        Connack connack = clean.connect(staying("client").withCleanStart(true));
        assertThat(connack.sessionPresent()).isFalse();
        publisher.publish(Publish.qos0("t", Binary.utf8("for nobody")));
        broker.settle();
        clean.expectNothing();
        broker.forget("client");
    }

    @Test
    void sessionPresentTellsWhetherThereIsASession() {
        // [MQTT-3.2.2-3], [MQTT-3.1.2-5], [MQTT-3.1.2-6], [MQTT-3.1.2-23], [MQTT-3.1.3-2]
        RawClient client = broker.stranger();
        assertThat(client.connect(staying("client")).sessionPresent()).isFalse();
        client.subscribe("t", AT_LEAST_ONCE);
        client.disconnect();
        broker.connected(Connect.v5("publisher")).publish("t", "meanwhile", AT_LEAST_ONCE);

        RawClient again = broker.stranger();
        assertThat(again.connect(staying("client")).sessionPresent()).isTrue();
        assertThat(again.takeMessage().payload()).isEqualTo(Binary.utf8("meanwhile"));
        broker.forget("client");
    }

    @Test
    void refusalsKnowOfNoSession() { // [MQTT-3.2.2-6], [MQTT-3.2.2-7], [MQTT-4.13.2-1]
        broker.connected(staying("client")).disconnect();
        RawClient malformed = broker.stranger();
        malformed.sendBytes(RawPacket.of(0x10)
                .hex("0004 4d515454 05 01 003c 00")
                .text("client")
                .bytes());
        malformed.expectRefusal(ReasonCode.MALFORMED_PACKET);
        RawClient stranger = broker.stranger();
        stranger.send(refused("client").withCleanStart(false));
        stranger.expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD);
        broker.forget("client");
    }

    @Test
    void aRefusalIsNoLargerThanTheClientTakes() { // [MQTT-3.2.2-19], [MQTT-3.2.2-20], [MQTT-3.1.2-24]
        int bare = size(Connack.refused(ReasonCode.BAD_AUTHENTICATION_METHOD));
        RawClient stranger = broker.stranger();
        stranger.send(Connect.v5("client")
                .withProperties(ConnectProperties.NONE
                        .withAuthenticationMethod("of nobody")
                        .withMaximumPacketSize(bare)));
        Connack refusal = stranger.expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(refusal.properties().reasonString()).isNull();
        assertThat(refusal.properties().userProperties()).isEmpty();
        assertThat(size(refusal)).isEqualTo(bare);
    }

    @Test
    void aGreetingIsNoLargerThanTheClientTakes() { // [MQTT-3.2.2-19], [MQTT-3.2.2-20], [MQTT-3.1.2-24]
        RawClient client = broker.stranger();
        int needed = size(client.connect(Connect.v5("client")));
        client.disconnect();

        RawClient limited = broker.stranger();
        Connack connack = limited.connect(
                Connect.v5("client").withProperties(ConnectProperties.NONE.withMaximumPacketSize(needed)));
        assertThat(size(connack)).isLessThanOrEqualTo(needed);
    }

    // ---- What it asks of the client ---------------------------------------------------------------------------------

    @Test
    void aPacketLargerThanTheServerTakesEndsTheConnection() { // [MQTT-3.2.2-15]
        RawClient client = strict.stranger();
        int most = Math.toIntExact(Objects.requireNonNull(
                client.connect(Connect.v5("client")).properties().maximumPacketSize()));
        Publish empty = Publish.qos0("t", Binary.EMPTY);
        int overhead = size(empty) + 1; // Of two bytes is its remaining length then.
        client.send(Publish.qos0("t", Binary.wrap(new byte[most - overhead])));
        client.expectNothing();
        client.send(Publish.qos0("t", Binary.wrap(new byte[most - overhead + 1])));
        client.expectDisconnect(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void anAliasAboveTheServersMaximumEndsTheConnection() { // [MQTT-3.2.2-17], [MQTT-3.3.2-9]
        RawClient client = strict.stranger();
        int most = Objects.requireNonNull(
                client.connect(Connect.v5("client")).properties().topicAliasMaximum());
        client.send(aliased(most));
        client.expectNothing();
        client.send(aliased(most + 1));
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void withoutAMaximumAnyAliasEndsTheConnection() { // [MQTT-3.2.2-18]
        RawClient client = withoutAliases.stranger();
        assertThat(client.connect(Connect.v5("client")).properties().topicAliasMaximum())
                .isIn(null, 0);
        client.send(aliased(1));
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    private static Publish aliased(int alias) {
        return Publish.qos0("t", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(alias));
    }

    @Test
    void moreMessagesThanTheServersReceiveMaximumEndTheConnection() { // [MQTT-3.3.4-7]
        RawClient client = strict.stranger();
        int most = Objects.requireNonNull(
                client.connect(Connect.v5("client")).properties().receiveMaximum());
        for (int id = 1; id <= most; id++) {
            client.send(Publish.qos2("t", Binary.EMPTY, id));
            assertThat(client.expect(Pubrec.class).packetId()).isEqualTo(id);
        }
        client.expectNothing();
        client.send(Publish.qos2("t", Binary.EMPTY, most + 1));
        client.expectDisconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void subscribingBeforeConnackIsAllowed() { // [MQTT-3.2.0-2]
        RawClient eager = broker.stranger();
        eager.send(Connect.v5("eager"), Subscribe.of(1, "t", EXACTLY_ONCE), new Pingreq());
        eager.expect(Connack.class);
        eager.expect(Suback.of(1, ReasonCode.GRANTED_QOS_2));
        eager.expect(new Pingresp());
        eager.expectNothing();
    }
}
