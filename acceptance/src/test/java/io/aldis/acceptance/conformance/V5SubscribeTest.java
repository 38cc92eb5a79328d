package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (MQTT 5.0 §3.8 to §3.11). */
class V5SubscribeTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient connected(String clientId) {
        return broker.connected(Connect.v5(clientId));
    }

    private static void expectEnd(ReasonCode reason, RawPacket packet) {
        RawClient client = connected("client");
        client.sendBytes(packet.bytes());
        client.expectDisconnect(reason);
    }

    private static Subscription sub(String filter) {
        return Subscription.of(filter, AT_LEAST_ONCE);
    }

    private static String payload(Publish message) {
        return message.payload().toUtf8();
    }

    /** Bytes that are no UTF-8, or hold U+0000. */
    static Stream<Arguments> noText() {
        return Stream.of(
                argumentSet("half a sequence", new byte[] {(byte) 0xC3}),
                argumentSet("a surrogate", new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}),
                argumentSet("U+0000", new byte[] {'a', 0, 'b'}));
    }

    // ---- The form of SUBSCRIBE and UNSUBSCRIBE ----------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x81, 0x83, 0x86, 0x8A})
    void theFlagsOfSubscribeAreReserved(int firstByte) { // [MQTT-3.8.1-1], [MQTT-2.1.3-1]
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(firstByte).hex("0001 00").text("t").hex("00"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xA0, 0xA1, 0xA3, 0xA6, 0xAA})
    void theFlagsOfUnsubscribeAreReserved(int firstByte) { // [MQTT-3.10.1-1], [MQTT-2.1.3-1]
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(firstByte).hex("0001 00").text("t"));
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theFiltersOfSubscribeAreText(byte[] filter) { // [MQTT-3.8.3-1], [MQTT-4.7.3-2], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(0x82).hex("0001 00").binary(filter).hex("00"));
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theFiltersOfUnsubscribeAreText(
            byte[] filter) { // [MQTT-3.10.3-1], [MQTT-4.7.3-2], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        expectEnd(ReasonCode.MALFORMED_PACKET, RawPacket.of(0xA2).hex("0001 00").binary(filter));
    }

    @Test
    void thereIsAtLeastOneFilter() { // [MQTT-3.8.3-2], [MQTT-3.10.3-2]
        expectEnd(ReasonCode.PROTOCOL_ERROR, RawPacket.of(0x82).hex("0001 00"));
        expectEnd(ReasonCode.PROTOCOL_ERROR, RawPacket.of(0xA2).hex("0001 00"));
        expectEnd(ReasonCode.MALFORMED_PACKET, RawPacket.of(0x82).hex("0001 00").text("t")); // And its options.
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "80", "c0", "c1"})
    void reservedOptionsAreZero(String options) { // [MQTT-3.8.3-5]
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(0x82).hex("0001 00").text("t").hex(options));
    }

    @Test
    void aSharedSubscriptionIsNotWithoutLocalMessages() { // [MQTT-3.8.3-4]
        expectEnd(
                ReasonCode.PROTOCOL_ERROR,
                RawPacket.of(0x82).hex("0001 00").text("$share/group/t").hex("04"));
    }

    // ---- Answers ----------------------------------------------------------------------------------------------------

    @Test
    void everySubscribeIsAnsweredWithAReasonForEachFilterInTheirOrder() {
        // [MQTT-3.8.4-1], [MQTT-3.8.4-2], [MQTT-3.8.4-6], [MQTT-3.8.4-7], [MQTT-3.9.3-1], [MQTT-3.9.3-2],
        // [MQTT-2.2.1-6]
        RawClient client = connected("client");
        client.send(
                Subscribe.of(
                        65_535,
                        Subscription.of("a", EXACTLY_ONCE),
                        sub("not/#/valid"),
                        Subscription.of("b", AT_MOST_ONCE),
                        sub("c"),
                        sub("a"),
                        sub("nor+")),
                Subscribe.of(1, "d", EXACTLY_ONCE));
        Suback suback = client.expect(Suback.class);
        assertThat(suback.packetId()).isEqualTo(65_535);
        assertThat(suback.reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.GRANTED_QOS_0,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.TOPIC_FILTER_INVALID);
        client.expect(Suback.of(1, ReasonCode.GRANTED_QOS_2));
        client.expectNothing();
    }

    @Test
    void severalFiltersInOneSubscribeDoTheSameAsOneInEachOfSeveral() { // [MQTT-3.8.4-5]
        RawClient publisher = connected("publisher");
        publisher.publish("a", "kept", AT_LEAST_ONCE, true);
        Subscription[] subscriptions = {
            Subscription.of("a", AT_MOST_ONCE), sub("b"), sub("a"), Subscription.of("+", EXACTLY_ONCE)
        };
        RawClient one = connected("one");
        one.send(Subscribe.of(1, subscriptions));
        RawClient each = connected("each");
        for (int i = 0; i < subscriptions.length; i++) {
            each.send(Subscribe.of(i + 1, subscriptions[i]));
        }
        List<ReasonCode> reasonsOfOne = new ArrayList<>();
        List<ReasonCode> reasonsOfEach = new ArrayList<>();
        List<Publish> retainedOfOne = taken(one, 1, 3, reasonsOfOne);
        List<Publish> retainedOfEach = taken(each, 4, 3, reasonsOfEach);
        assertThat(reasonsOfOne).isEqualTo(reasonsOfEach);
        assertThat(retainedOfOne).extracting(Publish::qos).isEqualTo(qosOf(retainedOfEach));
        publisher.publish("b", "x", EXACTLY_ONCE);
        for (RawClient client : List.of(one, each)) {
            assertThat(client.takeMessage().qos()).isEqualTo(EXACTLY_ONCE);
            client.expectNothing();
        }
        broker.forgetRetained("a");
    }

    private static List<Qos> qosOf(List<Publish> messages) {
        return messages.stream().map(Publish::qos).toList();
    }

    /** The next packets, SUBACKs and retained messages, in whatever order: the messages, and the reasons. */
    private static List<Publish> taken(RawClient client, int subacks, int messages, List<ReasonCode> reasons) {
        List<Publish> taken = new ArrayList<>();
        for (int i = 0; i < subacks + messages; i++) {
            Packet packet = client.receive();
            if (packet instanceof Publish publish) {
                taken.add(publish);
            } else {
                reasons.addAll(((Suback) packet).reasons());
            }
        }
        client.expectNothing();
        return taken;
    }

    @Test
    void everyUnsubscribeIsAnsweredWithAReasonForEachFilterInTheirOrder() {
        // [MQTT-3.10.4-4], [MQTT-3.10.4-5], [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT-3.11.3-2], [MQTT-2.2.1-6]
        RawClient client = connected("client");
        client.subscribe(sub("a"), sub("b"), sub("c/#"));
        client.send(Unsubscribe.of(65_535, "a", "never", "c/#", "a"), Unsubscribe.of(1, "never"));
        client.expect(Unsuback.of(
                65_535,
                ReasonCode.SUCCESS,
                ReasonCode.NO_SUBSCRIPTION_EXISTED,
                ReasonCode.SUCCESS,
                ReasonCode.NO_SUBSCRIPTION_EXISTED));
        client.expect(Unsuback.of(1, ReasonCode.NO_SUBSCRIPTION_EXISTED));
        client.expectNothing();
        client.send(Publish.qos0("a", Binary.EMPTY), Publish.qos0("c/d", Binary.EMPTY));
        client.expectNothing();
        client.send(Publish.qos0("b", Binary.utf8("still")));
        assertThat(payload(client.takeMessage())).isEqualTo("still");
    }

    // ---- What a subscription means ----------------------------------------------------------------------------------

    @Test
    void withNoLocalAClientDoesNotGetItsOwnMessages() { // [MQTT-3.8.3-3]
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient client = broker.connected(connect);
            client.subscribe(sub("t").withNoLocal(true));
            client.publish("t", "own", AT_MOST_ONCE);
            client.publish("t", "own", AT_LEAST_ONCE);
            client.publish("t", "own", EXACTLY_ONCE);
            client.expectNothing();
            connected("other").publish("t", "another's", AT_LEAST_ONCE);
            assertThat(payload(client.takeMessage())).isEqualTo("another's");
            client.close();
        }
        // Nor on a later connection of the same client.
        RawClient again = broker.connected(staying("client"));
        again.publish("t", "own", AT_LEAST_ONCE);
        again.expectNothing();
        again.close();
        broker.forget("client");
    }

    @Test
    void aSecondSubscriptionToTheSameFilterTakesThePlaceOfTheFirst() { // [MQTT-3.8.4-3]
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient client = broker.connected(connect);
            client.subscribe(Subscription.of("t", EXACTLY_ONCE).withRetainAsPublished(true));
            client.subscribe(Subscription.of("t", AT_MOST_ONCE));
            connected("publisher").publish("t", "x", EXACTLY_ONCE, true);
            assertThat(client.takeMessage()).isEqualTo(Publish.qos0("t", Binary.utf8("x")));
            client.expectNothing();
            client.unsubscribe("t");
            client.close();
            broker.forgetRetained("t");
        }
        broker.forget("client");
    }

    @Test
    void aSubscriptionThatIsReplacedBringsRetainedMessagesAgainAndLosesNone() { // [MQTT-3.8.4-4], [MQTT-3.3.1-9]
        RawClient publisher = connected("publisher");
        publisher.publish("t/kept", "kept", AT_LEAST_ONCE, true);
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient client = broker.connected(connect);
            client.subscribe("t/#", AT_LEAST_ONCE);
            assertThat(payload(client.takeMessage())).isEqualTo("kept");
            client.subscribe("t/#", AT_LEAST_ONCE);
            assertThat(payload(client.takeMessage())).isEqualTo("kept");

            for (int i = 1; i <= 300; i++) {
                publisher.send(Publish.qos1("t/" + i, Binary.EMPTY, i));
                client.send(Subscribe.of(i, sub("t/#").withRetainHandling(RetainHandling.DO_NOT_SEND)));
            }
            List<String> topics = new ArrayList<>();
            int answers = 0;
            while (topics.size() < 300 || answers < 300) {
                Packet packet = client.receive();
                if (packet instanceof Publish message) {
                    topics.add(message.topic());
                    client.send(new Puback(message.packetId()));
                } else {
                    answers++;
                }
            }
            assertThat(topics).doesNotHaveDuplicates();
            client.close();
            for (int i = 0; i < 300; i++) {
                publisher.expect(Puback.class);
            }
        }
        broker.forget("client");
        broker.forgetRetained("t/kept");
    }

    @ParameterizedTest
    @EnumSource
    void theLowerQosOfMessageAndSubscriptionIsUsed(Qos granted) { // [MQTT-3.8.4-8], [MQTT-3.8.4-7]
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient client = broker.connected(connect);
            RawClient publisher = connected("publisher");
            assertThat(client.subscribe("t", granted).reasons()).containsExactly(ReasonCode.granted(granted));
            for (Qos published : Qos.values()) {
                publisher.publish("t", "x", published);
                assertThat(client.takeMessage().qos()).isEqualTo(granted.min(published));
            }
            client.close();
        }
        broker.forget("client");
    }

    // ---- The end of a subscription ----------------------------------------------------------------------------------

    @Test
    void aFilterIsDeletedIfItIsTheSameCharacterByCharacter() { // [MQTT-3.10.4-1]
        RawClient client = connected("client");
        client.subscribe(sub("a/+"), sub("A/b"), sub("a/b/"));
        assertThat(client.unsubscribe("a/b", "a/#", "#", "+/+", "a/+/", "a/B").reasons())
                .containsOnly(ReasonCode.NO_SUBSCRIPTION_EXISTED);
        client.send(Publish.qos0("a/b", Binary.utf8("still")));
        assertThat(payload(client.takeMessage())).isEqualTo("still");
        assertThat(client.unsubscribe("a/+").reasons()).containsExactly(ReasonCode.SUCCESS);
        client.send(Publish.qos0("a/b", Binary.EMPTY));
        client.expectNothing();
    }

    @Test
    void afterUnsubscribeNoMessageIsTakenOn() { // [MQTT-3.10.4-2]
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient client = broker.connected(connect);
            client.subscribe(sub("a"), sub("b"));
            client.unsubscribe("a");
            RawClient publisher = connected("publisher");
            publisher.publish("a", "unwanted", AT_LEAST_ONCE);
            publisher.publish("b", "wanted", AT_LEAST_ONCE);
            assertThat(payload(client.takeMessage())).isEqualTo("wanted");
            client.expectNothing();
            client.close();
        }
        broker.forget("client");
    }

    @Test
    void whatIsOnItsWayIsDeliveredToTheEndAfterUnsubscribe() { // [MQTT-3.10.4-3]
        RawClient client = broker.connected(staying("client"));
        client.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = connected("publisher");
        publisher.publish("t", "one", AT_LEAST_ONCE);
        publisher.publish("t", "two", EXACTLY_ONCE);
        publisher.publish("t", "three", EXACTLY_ONCE);
        Publish one = client.expect(Publish.class);
        Publish two = client.expect(Publish.class);
        Publish three = client.expect(Publish.class);
        client.unsubscribe("t");
        client.send(new Pubrec(three.packetId()));
        client.expect(new Pubrel(three.packetId()));
        client.reset();

        RawClient again = broker.connected(staying("client"));
        again.expect(one.withDup(true));
        again.expect(two.withDup(true));
        again.expect(new Pubrel(three.packetId()));
        again.send(new Pubrec(two.packetId()));
        again.expect(new Pubrel(two.packetId()));
        again.close();
        broker.forget("client");
    }
}
