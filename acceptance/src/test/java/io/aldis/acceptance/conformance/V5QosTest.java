package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.receiving;
import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery, its acknowledgement and its repetition (MQTT 5.0 §2.2.1, §3.4 to §3.7, §4.3 to §4.6, §4.9). */
class V5QosTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient publisher() {
        return broker.connected(Connect.v5("publisher"));
    }

    private static String payload(Publish message) {
        return message.payload().toUtf8();
    }

    // ---- Packet identifiers -----------------------------------------------------------------------------------------

    @Test
    void aPacketIdentifierOfAClientIsNotZero() { // [MQTT-2.2.1-3]
        for (RawPacket packet : List.of(
                RawPacket.of(0x32).text("t").hex("0000 00"),
                RawPacket.of(0x34).text("t").hex("0000 00"),
                RawPacket.of(0x82).hex("0000 00").text("t").hex("00"),
                RawPacket.of(0xA2).hex("0000 00").text("t"))) {
            RawClient client = broker.connected(Connect.v5("client"));
            client.sendBytes(packet.bytes());
            client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyNewMessageToAClientHasAnIdentifierThatIsNotInUse(int qos) {
        // [MQTT-2.2.1-4], [MQTT-4.3.2-1], [MQTT-4.3.2-2], [MQTT-4.3.3-1], [MQTT-4.3.3-2]
        RawClient receiver = broker.connected(receiving("receiver", 20));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        for (int i = 0; i < 20; i++) {
            publisher.publish("t", "m" + i, qos == 1 ? AT_LEAST_ONCE : EXACTLY_ONCE);
        }
        Set<Integer> inUse = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Publish message = receiver.expect(Publish.class);
            assertThat(message.packetId()).isPositive();
            assertThat(message.qos().level()).isEqualTo(qos);
            assertThat(message.dup()).isFalse();
            assertThat(inUse.add(message.packetId())).isTrue();
        }
    }

    @Test
    void acknowledgementsCarryTheIdentifierOfWhatTheyAcknowledge() { // [MQTT-2.2.1-5], [MQTT-2.2.1-6], [MQTT-3.8.4-2]
        RawClient client = publisher();
        client.send(
                Subscribe.of(11, "t", EXACTLY_ONCE),
                Publish.qos1("t/none", Binary.EMPTY, 12),
                Publish.qos2("t/none", Binary.EMPTY, 13),
                new Pubrel(13),
                Unsubscribe.of(14, "t"));
        assertThat(client.expect(Suback.class).packetId()).isEqualTo(11);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(12);
        assertThat(client.expect(Pubrec.class).packetId()).isEqualTo(13);
        assertThat(client.expect(Pubcomp.class).packetId()).isEqualTo(13);
        assertThat(client.expect(Unsuback.class).packetId()).isEqualTo(14);
    }

    @Test
    void reasonsAreThoseOfTheirPacket() { // [MQTT-3.4.2-1], [MQTT-3.5.2-1], [MQTT-3.6.2-1], [MQTT-3.7.2-1]
        RawClient client = publisher();
        client.send(
                Publish.qos1("t/none", Binary.EMPTY, 1),
                Publish.qos2("t/none", Binary.EMPTY, 2),
                new Pubrel(99),
                new Pubrec(98));
        client.expect(new Puback(1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.expect(new Pubrec(2, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        client.expect(new Pubcomp(99, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        client.expect(new Pubrel(98, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));

        for (String hex : List.of("40 03 0001 92", "50 03 0001 04", "62 03 0001 10", "70 03 0001 87")) {
            RawClient wrong = broker.connected(Connect.v5("client"));
            wrong.sendBytes(hex);
            wrong.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
        }
    }

    // ---- What a client sends ----------------------------------------------------------------------------------------

    @Test
    void anIdentifierThatWasAcknowledgedAtQos1MeansANewMessageWhateverItsDup() { // [MQTT-4.3.2-5], [MQTT-4.3.2-4]
        RawClient receiver = broker.connected(Connect.v5("receiver"));
        receiver.subscribe("t", AT_LEAST_ONCE);
        RawClient publisher = publisher();
        publisher.publish(Publish.qos1("t", Binary.utf8("one"), 1));
        publisher.publish(Publish.qos1("t", Binary.utf8("two"), 1).withDup(true));
        publisher.publish(Publish.qos1("t", Binary.utf8("two"), 1).withDup(true));
        assertThat(payload(receiver.takeMessage())).isEqualTo("one");
        assertThat(payload(receiver.takeMessage())).isEqualTo("two");
        assertThat(payload(receiver.takeMessage())).isEqualTo("two");
    }

    @Test
    void aMessageOfQos2ThatComesAgainBeforePubrelIsAcknowledgedAgainAndDeliveredOnce() { // [MQTT-4.3.3-10],
        // [MQTT-4.3.3-8]
        RawClient receiver = broker.connected(Connect.v5("receiver"));
        receiver.subscribe("t", AT_MOST_ONCE);
        for (Connect connect : List.of(Connect.v5("publisher"), staying("publisher"))) {
            RawClient publisher = broker.connected(connect);
            for (int i = 0; i < 3; i++) {
                publisher.send(Publish.qos2("t", Binary.utf8("once"), 7).withDup(i > 0));
                publisher.expect(new Pubrec(7));
            }
            publisher.send(new Pubrel(7));
            publisher.expect(new Pubcomp(7));
            assertThat(payload(receiver.takeMessage())).isEqualTo("once");
            broker.settle();
            receiver.expectNothing();
            publisher.close();
        }
        broker.forget("publisher");
    }

    @Test
    void anIdentifierThatWasReleasedMeansANewMessage() { // [MQTT-4.3.3-12], [MQTT-4.3.3-11]
        RawClient receiver = broker.connected(Connect.v5("receiver"));
        receiver.subscribe("t", AT_MOST_ONCE);
        for (Connect connect : List.of(Connect.v5("publisher"), staying("publisher"))) {
            RawClient publisher = broker.connected(connect);
            for (String payload : List.of("one", "two")) {
                publisher.publish(Publish.qos2("t", Binary.utf8(payload), 7).withDup(true));
                assertThat(payload(receiver.takeMessage())).isEqualTo(payload);
            }
            publisher.close();
        }
        broker.forget("publisher");
    }

    @Test
    void aMessageBecomesPartOfEverySessionThatMatches() { // [MQTT-4.5.0-1]
        List<String> away = List.of("away-1", "away-2", "away-3");
        for (String id : away) {
            RawClient client = broker.connected(staying(id));
            client.subscribe("t/" + id, AT_LEAST_ONCE);
            client.subscribe("t/+", EXACTLY_ONCE);
            client.disconnect();
        }
        RawClient here = broker.connected(staying("here"));
        here.subscribe("t/#", EXACTLY_ONCE);
        publisher().publish("t/away-2", "for all", EXACTLY_ONCE);
        assertThat(payload(here.takeMessage())).isEqualTo("for all");
        for (String id : away) {
            RawClient back = broker.connected(staying(id));
            assertThat(payload(back.takeMessage())).isEqualTo("for all");
            back.expectNothing();
            back.close();
            broker.forget(id);
        }
        broker.forget("here");
    }

    // ---- What a client gets -----------------------------------------------------------------------------------------

    @Test
    void aMessageOfQos1IsOwedUntilItsPuback() { // [MQTT-4.3.2-3], [MQTT-3.3.1-1], [MQTT-4.4.0-1]
        RawClient receiver = broker.connected(staying("receiver"));
        receiver.subscribe("t", AT_LEAST_ONCE);
        publisher().publish("t", "owed", AT_LEAST_ONCE);
        Publish first = receiver.expect(Publish.class);
        receiver.reset();
        for (int i = 0; i < 2; i++) {
            RawClient again = broker.connected(staying("receiver"));
            again.expect(first.withDup(true));
            again.reset();
        }
        RawClient last = broker.connected(staying("receiver"));
        last.expect(first.withDup(true));
        last.send(new Puback(first.packetId()));
        last.expectNothing();
        last.disconnect();
        RawClient nothing = broker.connected(staying("receiver"));
        nothing.expectNothing();
        nothing.close();
        broker.forget("receiver");
    }

    @Test
    void aMessageOfQos2IsOwedUntilItsPubrecAndItsPubrelUntilItsPubcomp() {
        // [MQTT-4.3.3-3], [MQTT-4.3.3-4], [MQTT-4.3.3-5], [MQTT-4.3.3-6], [MQTT-3.3.1-1], [MQTT-4.4.0-1],
        // [MQTT-2.2.1-5]
        RawClient receiver = broker.connected(staying("receiver"));
        receiver.subscribe("t", EXACTLY_ONCE);
        publisher().publish("t", "owed", EXACTLY_ONCE);
        Publish first = receiver.expect(Publish.class);
        receiver.reset();

        RawClient again = broker.connected(staying("receiver"));
        again.expect(first.withDup(true));
        again.send(new Pubrec(first.packetId()));
        again.expect(new Pubrel(first.packetId()));
        again.reset();

        RawClient released = broker.connected(staying("receiver"));
        released.expect(new Pubrel(first.packetId()));
        released.expectNothing();
        released.send(new Pubrec(first.packetId()));
        released.expect(new Pubrel(first.packetId()));
        released.send(new Pubcomp(first.packetId()));
        released.expectNothing();
        released.disconnect();

        RawClient nothing = broker.connected(staying("receiver"));
        nothing.expectNothing();
        nothing.close();
        broker.forget("receiver");
    }

    @Test
    void aRefusalEndsTheMessage() { // [MQTT-4.4.0-2]
        RawClient receiver = broker.connected(staying("receiver"));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        publisher.publish("t", "one", AT_LEAST_ONCE);
        publisher.publish("t", "two", EXACTLY_ONCE);
        receiver.send(new Puback(receiver.expect(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
        receiver.send(new Pubrec(receiver.expect(Publish.class).packetId(), ReasonCode.UNSPECIFIED_ERROR));
        receiver.expectNothing();
        receiver.reset();
        RawClient again = broker.connected(staying("receiver"));
        again.expectNothing();
        publisher.publish("t", "three", AT_LEAST_ONCE);
        assertThat(payload(again.takeMessage())).isEqualTo("three");
        again.close();
        broker.forget("receiver");
    }

    // ---- Flow control -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void noMoreMessagesAreOnTheirWayThanTheClientTakes(int receiveMaximum) {
        // [MQTT-3.3.4-9], [MQTT-4.9.0-1], [MQTT-4.9.0-2]
        RawClient receiver = broker.connected(receiving("receiver", receiveMaximum));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        for (int i = 0; i < 10; i++) {
            publisher.publish("t", "m" + i, i % 2 == 0 ? AT_LEAST_ONCE : EXACTLY_ONCE);
        }
        List<Publish> onTheirWay = new ArrayList<>();
        for (int i = 0; i < receiveMaximum; i++) {
            onTheirWay.add(receiver.expect(Publish.class));
        }
        receiver.expectNothing();
        for (int next = receiveMaximum; next < 10; next++) {
            acknowledge(receiver, onTheirWay.remove(0));
            Publish one = receiver.expect(Publish.class);
            assertThat(payload(one)).isEqualTo("m" + next);
            onTheirWay.add(one);
            receiver.expectNothing();
        }
    }

    private static void acknowledge(RawClient receiver, Publish message) {
        if (message.qos() == AT_LEAST_ONCE) {
            receiver.send(new Puback(message.packetId()));
        } else {
            receiver.send(new Pubrec(message.packetId()));
            receiver.expect(new Pubrel(message.packetId()));
            receiver.expectNothing(); // PUBREC gives no place back, PUBCOMP does.
            receiver.send(new Pubcomp(message.packetId()));
        }
    }

    @Test
    void aRefusedMessageGivesItsPlaceBackAtOnce() { // [MQTT-3.3.4-9]
        RawClient receiver = broker.connected(receiving("receiver", 1));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        publisher.publish("t", "one", EXACTLY_ONCE);
        publisher.publish("t", "two", EXACTLY_ONCE);
        receiver.send(new Pubrec(receiver.expect(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
        assertThat(payload(receiver.takeMessage())).isEqualTo("two");
    }

    @Test
    void aFullWindowHoldsNothingElseUp() { // [MQTT-3.3.4-10], [MQTT-4.9.0-3]
        RawClient receiver = broker.connected(receiving("receiver", 1));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        publisher.publish("t", "one", AT_LEAST_ONCE);
        publisher.publish("t", "held up", AT_LEAST_ONCE);
        Publish one = receiver.expect(Publish.class);
        receiver.expectNothing(); // But a PINGRESP.
        receiver.send(Subscribe.of(20, "u", EXACTLY_ONCE));
        assertThat(receiver.expect(Suback.class).packetId()).isEqualTo(20);
        receiver.send(Publish.qos1("nobody/wants", Binary.EMPTY, 21));
        receiver.expect(new Puback(21, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        receiver.send(Publish.qos2("nobody/wants", Binary.EMPTY, 22), new Pubrel(22));
        receiver.expect(new Pubrec(22, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        receiver.expect(new Pubcomp(22));
        receiver.send(Publish.qos0("t", Binary.utf8("QoS 0")));
        assertThat(payload(receiver.expect(Publish.class))).isEqualTo("QoS 0");
        receiver.send(Unsubscribe.of(23, "u"));
        assertThat(receiver.expect(Unsuback.class).packetId()).isEqualTo(23);
        receiver.send(new Puback(one.packetId()));
        assertThat(payload(receiver.takeMessage())).isEqualTo("held up");
    }

    // ---- Order ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void messagesOfOneClientArriveCompletelyAndInTheOrderTheyCame(int qos) {
        // [MQTT-4.6.0-5], [MQTT-4.6.0-6], [MQTT-4.2-1]
        RawClient receiver = broker.connected(Connect.v5("receiver"));
        receiver.subscribe("t", EXACTLY_ONCE);
        RawClient durable = broker.connected(staying("durable"));
        durable.subscribe("+", EXACTLY_ONCE);
        RawClient publisher = publisher();
        for (int i = 1; i <= 500; i++) {
            Binary payload = Binary.utf8("m" + i);
            publisher.send(
                    switch (qos) {
                        case 0 -> Publish.qos0("t", payload);
                        case 1 -> Publish.qos1("t", payload, i);
                        default -> Publish.qos2("t", payload, i);
                    });
        }
        for (int i = 1; i <= 500; i++) {
            assertThat(payload(receiver.takeMessage())).isEqualTo("m" + i);
            assertThat(payload(durable.takeMessage())).isEqualTo("m" + i);
        }
        durable.close();
        broker.forget("durable");
    }
}
