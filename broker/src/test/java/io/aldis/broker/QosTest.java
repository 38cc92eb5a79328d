package io.aldis.broker;

import static io.aldis.codec.MqttVersion.V3_1_1;
import static io.aldis.codec.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Quality of service in both directions (MQTT 5.0 §4.3, §4.4, §4.6, §4.9). */
class QosTest {

    private final VirtualBroker broker = new VirtualBroker();

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client subscriber(Connect connect, String filter, Qos qos) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, filter, qos));
        client.expect(Suback.class);
        return client;
    }

    private static Connect persistent(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600));
    }

    private static List<String> payloads(List<Publish> publishes) {
        return publishes.stream().map(publish -> publish.payload().toUtf8()).toList();
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void everyQosTravelsFromEveryVersionToEveryVersion(
            MqttVersion from) { // [MQTT3-3.3.4-1], [MQTT3-4.3.2-2], [MQTT3-4.3.3-1]
        Client publisher = broker.connect(Connect.of(from, "publisher"));
        for (MqttVersion to : MqttVersion.values()) {
            Client receiver = subscriber(Connect.of(to, "to" + to), "t/#", Qos.EXACTLY_ONCE);
            publisher.send(Publish.qos0("t/0", Binary.utf8("zero")));
            publisher.send(Publish.qos1("t/1", Binary.utf8("one"), 11));
            publisher.send(Publish.qos2("t/2", Binary.utf8("two"), 12));
            assertThat(publisher.received()).containsExactly(new Puback(11), new Pubrec(12));
            publisher.send(new Pubrel(12));
            assertThat(publisher.received()).containsExactly(new Pubcomp(12));

            List<Publish> messages = receiver.received(Publish.class);
            assertThat(payloads(messages)).containsExactly("zero", "one", "two");
            assertThat(messages).extracting(Publish::qos).containsExactly(Qos.values());
            receiver.send(new Puback(messages.get(1).packetId()));
            receiver.send(new Pubrec(messages.get(2).packetId()));
            assertThat(receiver.received())
                    .containsExactly(new Pubrel(messages.get(2).packetId()));
            receiver.send(new Pubcomp(messages.get(2).packetId()));
            receiver.drop();
        }
    }

    @Test
    void theLesserQosOfMessageAndSubscriptionIsUsed() { // [MQTT-3.8.4-8], [MQTT3-3.8.4-6]
        Client low = subscriber(Connect.v311("low"), "t", Qos.AT_MOST_ONCE);
        Client high = subscriber(Connect.v311("high"), "t", Qos.EXACTLY_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
        assertThat(low.expect(Publish.class).qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(high.expect(Publish.class).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void aMessageThatNobodyWantsIsAcknowledgedWithThatReasonInVersion5Only() {
        Client five = broker.connect(Connect.v5("five"));
        five.send(Publish.qos1("nobody", Binary.EMPTY, 1), Publish.qos2("nobody", Binary.EMPTY, 2));
        assertThat(five.received())
                .containsExactly(
                        new Puback(1, ReasonCode.NO_MATCHING_SUBSCRIBERS),
                        new Pubrec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        Client three = broker.connect(Connect.v311("three"));
        three.send(Publish.qos1("nobody", Binary.EMPTY, 1));
        assertThat(three.received()).containsExactly(new Puback(1));
    }

    @Test
    void aRepeatedQos2MessageIsAcknowledgedAgainButNotDeliveredAgain() { // [MQTT-4.3.3-10]
        Client receiver = subscriber(Connect.v5("receiver"), "t", Qos.AT_MOST_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        Publish message = Publish.qos2("t", Binary.utf8("once"), 7);
        publisher.send(message, message.withDup(true), message.withDup(true));
        assertThat(publisher.received()).containsExactly(new Pubrec(7), new Pubrec(7), new Pubrec(7));
        assertThat(payloads(receiver.received(Publish.class))).containsExactly("once");

        publisher.send(new Pubrel(7), message);
        assertThat(publisher.received()).containsExactly(new Pubcomp(7), new Pubrec(7));
        assertThat(payloads(receiver.received(Publish.class))).containsExactly("once");
    }

    @Test
    void aQos2IdOfAPersistentSessionIsRememberedAcrossConnections() { // [MQTT-4.3.3-10]
        Client receiver = subscriber(Connect.v5("receiver"), "t", Qos.AT_MOST_ONCE);
        Client publisher = broker.connect(persistent("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("once"), 7));
        publisher.expect(Pubrec.class);
        publisher.drop();
        publisher = broker.connect(persistent("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("once"), 7).withDup(true), new Pubrel(7));
        assertThat(publisher.received()).containsExactly(new Pubrec(7), new Pubcomp(7));
        assertThat(receiver.received(Publish.class)).hasSize(1);
    }

    @Test
    void anUnknownPubrelIsAnsweredWithItsReason() {
        Client five = broker.connect(Connect.v5("five"));
        five.send(new Pubrel(99));
        assertThat(five.received()).containsExactly(new Pubcomp(99, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        Client three = broker.connect(Connect.v311("three"));
        three.send(new Pubrel(99));
        assertThat(three.received()).containsExactly(new Pubcomp(99));
    }

    @Test
    void anUnknownPubrecIsAnsweredWithPubrel() {
        Client five = broker.connect(Connect.v5("five"));
        five.send(new Pubrec(99), new Puback(98), new Pubcomp(97));
        assertThat(five.received()).containsExactly(new Pubrel(99, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    @Test
    void aPubrecThatRefusesWhatIsNotInFlightIsNotAnswered() { // [MQTT-4.3.3-4]
        Client client = broker.connect(Connect.v5("c"));
        client.send(new Pubrec(9, ReasonCode.QUOTA_EXCEEDED));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void noMoreThanTheClientsReceiveMaximumIsInFlightAndQos0IsNotHeldBack() { // [MQTT-3.3.4-9], [MQTT-4.9.0-2]
        Client receiver = subscriber(
                Connect.v5("receiver").withProperties(ConnectProperties.NONE.withReceiveMaximum(2)),
                "t",
                Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        for (int i = 1; i <= 5; i++) {
            publisher.send(Publish.qos1("t", Binary.utf8("m" + i), i));
        }
        publisher.send(Publish.qos0("t", Binary.utf8("now")));
        List<Publish> first = receiver.received(Publish.class);
        assertThat(payloads(first)).containsExactly("m1", "m2", "now");
        receiver.send(new Puback(first.get(0).packetId()));
        assertThat(payloads(receiver.received(Publish.class))).containsExactly("m3");
        receiver.send(new Puback(first.get(1).packetId()));
        assertThat(payloads(receiver.received(Publish.class))).containsExactly("m4");
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V3_1_1", "V5"})
    void whatWasInFlightIsSentAgainInOrderWithTheSameIdsAndBeforeWhatIsNew(MqttVersion version) { // [MQTT-4.4.0-1]
        Connect connect = version == V5
                ? persistent("receiver")
                : Connect.of(V3_1_1, "receiver").withCleanStart(false);
        Client receiver = subscriber(connect, "t", Qos.EXACTLY_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(
                Publish.qos1("t", Binary.utf8("a"), 1),
                Publish.qos2("t", Binary.utf8("b"), 2),
                Publish.qos2("t", Binary.utf8("c"), 3));
        List<Publish> first = receiver.received(Publish.class);
        assertThat(payloads(first)).containsExactly("a", "b", "c");
        receiver.send(new Pubrec(first.get(2).packetId()));
        receiver.expect(Pubrel.class);
        receiver.drop();
        publisher.send(Publish.qos1("t", Binary.utf8("d"), 4));
        publisher.received();

        receiver = broker.connect(connect);
        assertThat(receiver.connack.sessionPresent()).isTrue();
        List<Packet> again = receiver.received();
        assertThat(again)
                .containsExactly(
                        first.get(0).withDup(true),
                        first.get(1).withDup(true),
                        new Pubrel(first.get(2).packetId()),
                        Publish.qos1("t", Binary.utf8("d"), first.get(2).packetId() + 1));
    }

    @Test
    void anOwedPubrelIsSentAgainHoweverFewMessagesTheClientTakesNow() { // [MQTT-3.3.4-10], [MQTT-4.4.0-1]
        Client receiver = subscriber(persistent("receiver"), "t", Qos.EXACTLY_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(
                Publish.qos1("t", Binary.utf8("a"), 1),
                Publish.qos2("t", Binary.utf8("b"), 2),
                Publish.qos2("t", Binary.utf8("c"), 3));
        List<Publish> first = receiver.received(Publish.class);
        receiver.send(new Pubrec(first.get(2).packetId()));
        receiver.expect(Pubrel.class);
        receiver.drop();

        Connect cautious = persistent("receiver")
                .withProperties(
                        ConnectProperties.NONE.withSessionExpiryInterval(3600).withReceiveMaximum(1));
        receiver = broker.connect(cautious);
        assertThat(receiver.received())
                .containsExactly(
                        first.get(0).withDup(true), new Pubrel(first.get(2).packetId()));
        receiver.send(
                new Pubcomp(first.get(2).packetId()), new Puback(first.get(0).packetId()));
        assertThat(receiver.received()).containsExactly(first.get(1).withDup(true));
    }

    @Test
    void acknowledgementsLeaveInTheOrderOfTheirMessages() {
        subscriber(persistent("durable"), "kept", Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(persistent("publisher"));
        publisher.send(
                Publish.qos1("kept", Binary.EMPTY, 1),
                Publish.qos1("lost", Binary.EMPTY, 2),
                Publish.qos1("kept", Binary.EMPTY, 3),
                Publish.qos2("kept", Binary.EMPTY, 4),
                Publish.qos1("lost", Binary.EMPTY, 5));
        assertThat(publisher.received())
                .containsExactly(
                        new Puback(1),
                        new Puback(2, ReasonCode.NO_MATCHING_SUBSCRIBERS),
                        new Puback(3),
                        new Pubrec(4),
                        new Puback(5, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    }

    @Test
    void anAcknowledgementThatComesTogetherWithDisconnectCounts() {
        Client receiver = subscriber(persistent("receiver"), "t", Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
        receiver.send(new Puback(receiver.expect(Publish.class).packetId()), new Disconnect());
        broker.settle();
        assertThat(broker.connect(persistent("receiver")).received()).isEmpty();
    }

    @Test
    void whatAnAcknowledgementMakesRoomForIsNotSentAfterDisconnect() {
        Connect narrow = persistent("receiver");
        Client receiver =
                subscriber(narrow.withProperties(narrow.properties().withReceiveMaximum(1)), "t", Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(Publish.qos1("t", Binary.utf8("first"), 1), Publish.qos1("t", Binary.utf8("second"), 2));
        receiver.send(new Puback(receiver.expect(Publish.class).packetId()), new Disconnect());
        assertThat(receiver.received()).isEmpty();
        assertThat(broker.connect(persistent("receiver")).expect(Publish.class).dup())
                .isFalse();
    }

    @Test
    void packetIdsOfASessionGoRoundWithoutZero() {
        Client receiver = subscriber(Connect.v311("receiver"), "t", Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(Connect.v311("publisher"));
        int last = 0;
        for (int i = 0; i < 65_540; i++) {
            publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
            if (i % 16 == 15 || i == 65_539) {
                for (Publish message : receiver.received(Publish.class)) {
                    assertThat(message.packetId()).isEqualTo(last % 65_535 + 1);
                    last = message.packetId();
                    receiver.send(new Puback(last));
                }
                publisher.received();
            }
        }
        assertThat(last).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aPacketIdThatIsNotAcknowledgedIsNotUsedForAnotherMessage(MqttVersion version) {
        // [MQTT3-2.3.1-4], [MQTT3-4.3.2-1], [MQTT-2.2.1-4]
        Client receiver = subscriber(Connect.of(version, "receiver"), "t", Qos.AT_LEAST_ONCE);
        Client publisher = broker.connect(Connect.v311("publisher"));
        publisher.send(Publish.qos1("t", Binary.utf8("first"), 1));
        assertThat(receiver.expect(Publish.class).packetId()).isEqualTo(1);
        int last = 1;
        for (int i = 2; i <= 65_535; i++) {
            publisher.send(Publish.qos1("t", Binary.EMPTY, 1));
            if (i % 16 == 15) {
                for (Publish message : receiver.received(Publish.class)) {
                    last = message.packetId();
                    receiver.send(new Puback(last));
                }
                publisher.received();
            }
        }
        assertThat(last).isEqualTo(65_535);
        publisher.send(Publish.qos1("t", Binary.utf8("waits"), 1));
        assertThat(receiver.received()).isEmpty();
        receiver.send(new Puback(1));
        Publish waited = receiver.expect(Publish.class);
        assertThat(waited.packetId()).isEqualTo(1);
        assertThat(waited.payload()).isEqualTo(Binary.utf8("waits"));
    }

    @Test
    void aClientThatRefusesAQos2MessageGetsTheNextOneAndTheRefusalIsCounted() {
        Client receiver = subscriber(
                Connect.v5("receiver").withProperties(ConnectProperties.NONE.withReceiveMaximum(1)),
                "t",
                Qos.EXACTLY_ONCE);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("a"), 1), Publish.qos2("t", Binary.utf8("b"), 2));
        Publish refused = receiver.expect(Publish.class);
        receiver.send(new Pubrec(refused.packetId(), ReasonCode.QUOTA_EXCEEDED));
        assertThat(receiver.expect(Publish.class).payload()).isEqualTo(Binary.utf8("b"));
        assertThat(broker.admin().statistics().droppedInTotal()).isEqualTo(1);
    }
}
