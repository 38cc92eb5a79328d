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
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.UserProperty;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** PUBLISH (MQTT 5.0 §3.3). */
class V5PublishTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient connected(String clientId) {
        return broker.connected(Connect.v5(clientId));
    }

    private static RawClient subscriber(String clientId, Subscription... subscriptions) {
        RawClient client = connected(clientId);
        client.subscribe(subscriptions);
        return client;
    }

    /** PUBLISH with these bytes, and how the connection ends. */
    private static void expectEnd(ReasonCode reason, RawPacket publish) {
        RawClient client = connected("client");
        client.sendBytes(publish.bytes());
        client.expectDisconnect(reason);
    }

    /** Bytes that are no UTF-8, or hold U+0000. */
    static Stream<Arguments> noText() {
        return Stream.of(
                argumentSet("half a sequence", new byte[] {(byte) 0xC3}),
                argumentSet("a surrogate", new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}),
                argumentSet("U+0000", new byte[] {'a', 0, 'b'}));
    }

    // ---- The fixed header -------------------------------------------------------------------------------------------

    @Test
    void aPublishDoesNotHaveBothQosBits() { // [MQTT-3.3.1-4]
        expectEnd(ReasonCode.MALFORMED_PACKET, RawPacket.of(0x36).text("t").hex("0001 00"));
    }

    @Test
    void aPublishOfQos0DoesNotHaveDup() { // [MQTT-3.3.1-2]
        expectEnd(ReasonCode.MALFORMED_PACKET, RawPacket.of(0x38).text("t").hex("00"));
    }

    @Test
    void aMessageOfQos0HasNoIdentifierAndNoDup() { // [MQTT-2.2.1-2], [MQTT-3.3.1-2], [MQTT-4.3.1-1], [MQTT-3.3.4-1]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", EXACTLY_ONCE));
        RawClient publisher = connected("publisher");
        // PUBLISH, QoS 0, no properties; what could be taken for an identifier is the payload.
        publisher.sendBytes(RawPacket.of(0x30).text("t").hex("00 0007").bytes());
        publisher.expectNothing();
        subscriber.expect(Publish.qos0("t", Binary.copyOf(new byte[] {0, 7})));
    }

    @Test
    void dupOfTheSenderDoesNotTravel() { // [MQTT-3.3.1-3]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", EXACTLY_ONCE));
        RawClient publisher = connected("publisher");
        publisher.publish(Publish.qos1("t", Binary.EMPTY, 1).withDup(true));
        publisher.publish(Publish.qos2("t", Binary.EMPTY, 2).withDup(true));
        assertThat(subscriber.takeMessage().dup()).isFalse();
        assertThat(subscriber.takeMessage().dup()).isFalse();
    }

    // ---- RETAIN -----------------------------------------------------------------------------------------------------

    @Test
    void aRetainedMessageTakesThePlaceOfTheFormer() { // [MQTT-3.3.1-5], [MQTT-3.3.1-9]
        RawClient publisher = connected("publisher");
        publisher.publish("t", "first", AT_LEAST_ONCE, true);
        publisher.publish("t", "second", EXACTLY_ONCE, true);
        publisher.publish("t", "third", AT_MOST_ONCE, true);
        publisher.expectNothing();
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", EXACTLY_ONCE));
        assertThat(subscriber.takeMessage())
                .isEqualTo(Publish.qos0("t", Binary.utf8("third")).withRetain(true));
        subscriber.expectNothing();
        broker.forgetRetained("t");
    }

    @Test
    void anEmptyRetainedMessageGoesToSubscribersAndRemovesWhatWasRetained() { // [MQTT-3.3.1-6], [MQTT-3.3.1-7]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", AT_LEAST_ONCE));
        RawClient publisher = connected("publisher");
        publisher.publish("t", "kept", AT_LEAST_ONCE, true);
        assertThat(subscriber.takeMessage().payload()).isEqualTo(Binary.utf8("kept"));
        publisher.publish("t", "", AT_LEAST_ONCE, true);
        Publish empty = subscriber.takeMessage();
        assertThat(empty.payload()).isEqualTo(Binary.EMPTY);
        assertThat(empty.retain()).isFalse();
        publisher.publish("never/retained", "", AT_LEAST_ONCE, true);
        assertThat(broker.statistics().retained()).isZero();
        subscriber("late", Subscription.of("#", AT_LEAST_ONCE)).expectNothing();
    }

    @Test
    void aMessageWithoutRetainLeavesTheRetainedOneAlone() { // [MQTT-3.3.1-8]
        RawClient publisher = connected("publisher");
        publisher.publish("t", "kept", AT_LEAST_ONCE, true);
        publisher.publish("t", "passing", AT_LEAST_ONCE);
        publisher.publish("t", "", AT_LEAST_ONCE);
        publisher.publish("other", "passing", AT_LEAST_ONCE);
        RawClient late = subscriber("late", Subscription.of("#", AT_LEAST_ONCE));
        assertThat(late.takeMessage().payload()).isEqualTo(Binary.utf8("kept"));
        late.expectNothing();
        broker.forgetRetained("t");
    }

    @Test
    void retainHandlingSaysWhenRetainedMessagesAreSent() { // [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11]
        RawClient publisher = connected("publisher");
        publisher.publish("t/1", "one", AT_LEAST_ONCE, true);
        publisher.publish("t/2", "two", AT_LEAST_ONCE, true);
        Subscription subscription = Subscription.of("t/+", AT_LEAST_ONCE);
        for (Connect connect : List.of(Connect.v5("transient"), staying("durable"))) {
            RawClient client = broker.connected(connect);
            client.subscribe(subscription.withRetainHandling(RetainHandling.DO_NOT_SEND));
            client.expectNothing();
            client.subscribe(subscription.withRetainHandling(RetainHandling.SEND_IF_NEW));
            client.expectNothing();
            client.subscribe(subscription.withRetainHandling(RetainHandling.SEND));
            expectBoth(client);
            client.unsubscribe("t/+");
            client.subscribe(subscription.withRetainHandling(RetainHandling.SEND_IF_NEW));
            expectBoth(client);
            client.expectNothing();
        }
        broker.forget("durable");
        broker.forgetRetained("t/1");
        broker.forgetRetained("t/2");
    }

    private static void expectBoth(RawClient client) {
        assertThat(List.of(client.takeMessage().topic(), client.takeMessage().topic()))
                .containsExactlyInAnyOrder("t/1", "t/2");
    }

    @Test
    void retainAsPublishedSaysWhetherRetainIsPassedOn() { // [MQTT-3.3.1-12], [MQTT-3.3.1-13]
        Subscription plain = Subscription.of("t", AT_LEAST_ONCE).withRetainHandling(RetainHandling.DO_NOT_SEND);
        RawClient without = subscriber("without", plain);
        RawClient with = subscriber("with", plain.withRetainAsPublished(true));
        RawClient durable = broker.connected(staying("durable"));
        durable.subscribe(plain.withRetainAsPublished(true));
        RawClient publisher = connected("publisher");
        for (boolean retain : new boolean[] {true, false}) {
            publisher.publish("t", "x", AT_LEAST_ONCE, retain);
            assertThat(without.takeMessage().retain()).isFalse();
            assertThat(with.takeMessage().retain()).isEqualTo(retain);
            assertThat(durable.takeMessage().retain()).isEqualTo(retain);
        }
        durable.close();
        broker.forget("durable");
        broker.forgetRetained("t");
    }

    // ---- The topic name ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("noText")
    void theTopicNameIsTextAndComesFirst(byte[] topic) { // [MQTT-3.3.2-1], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        expectEnd(ReasonCode.MALFORMED_PACKET, RawPacket.of(0x30).binary(topic).hex("00"));
    }

    @Test
    void theTopicNameHasNoWildcards() { // [MQTT-3.3.2-2], [MQTT-4.7.0-1]
        for (String topic : List.of("#", "+", "a/#", "a/+/b", "a+", "#a")) {
            expectEnd(
                    ReasonCode.TOPIC_NAME_INVALID,
                    RawPacket.of(0x30).text(topic).hex("00"));
        }
    }

    @Test
    void aMessageGoesOnlyToSubscriptionsThatItsTopicMatches() { // [MQTT-3.3.2-3]
        RawClient client = connected("client");
        List<String> filters = List.of("a", "a/b", "a/+", "+/b", "a/#");
        for (int i = 0; i < filters.size(); i++) {
            client.send(Subscribe.of(i + 1, filters.get(i), AT_MOST_ONCE)
                    .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(i + 1)));
            client.expect(Suback.class);
        }
        assertThat(matched(client, "a")).containsExactlyInAnyOrder(1, 5);
        assertThat(matched(client, "a/b")).containsExactlyInAnyOrder(2, 3, 4, 5);
        assertThat(matched(client, "a/c")).containsExactlyInAnyOrder(3, 5);
        assertThat(matched(client, "b/b")).containsExactly(4);
        client.send(Publish.qos0("b", Binary.EMPTY));
        client.expectNothing();
    }

    private static List<Integer> matched(RawClient client, String topic) {
        client.send(Publish.qos0(topic, Binary.EMPTY));
        Publish message = client.takeMessage();
        assertThat(message.topic()).isEqualTo(topic);
        return message.properties().subscriptionIdentifiers();
    }

    // ---- Properties -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("noText")
    void theResponseTopicIsText(byte[] topic) { // [MQTT-3.3.2-13]
        expectEnd(ReasonCode.MALFORMED_PACKET, withProperty(0x08, topic));
    }

    @Test
    void theResponseTopicHasNoWildcards() { // [MQTT-3.3.2-14]
        expectEnd(ReasonCode.PROTOCOL_ERROR, withProperty(0x08, new byte[] {'a', '/', '#'}));
        expectEnd(ReasonCode.PROTOCOL_ERROR, withProperty(0x08, new byte[] {'+'}));
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theContentTypeIsText(byte[] type) { // [MQTT-3.3.2-19]
        expectEnd(ReasonCode.MALFORMED_PACKET, withProperty(0x03, type));
    }

    private static RawPacket withProperty(int property, byte[] value) {
        return RawPacket.of(0x30)
                .text("t")
                .oneByte(value.length + 3)
                .oneByte(property)
                .binary(value);
    }

    @ParameterizedTest
    @MethodSource("noText")
    void nameAndValueOfAUserPropertyAreText(byte[] text) { // [MQTT-1.5.7-1]
        int length = text.length + 6;
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(0x30)
                        .text("t")
                        .oneByte(length)
                        .oneByte(0x26)
                        .binary(text)
                        .text("v"));
        expectEnd(
                ReasonCode.MALFORMED_PACKET,
                RawPacket.of(0x30)
                        .text("t")
                        .oneByte(length)
                        .oneByte(0x26)
                        .text("n")
                        .binary(text));
    }

    @Test
    void aPublishOfAClientHasNoSubscriptionIdentifier() { // [MQTT-3.3.4-6]
        expectEnd(ReasonCode.PROTOCOL_ERROR, RawPacket.of(0x30).text("t").properties("0b 01"));
    }

    @ParameterizedTest
    @EnumSource
    void whatAMessageSaysOfItselfReachesEverySubscriberUnchanged(Qos qos) {
        // [MQTT-3.3.2-4], [MQTT-3.3.2-15], [MQTT-3.3.2-16], [MQTT-3.3.2-17], [MQTT-3.3.2-18], [MQTT-3.3.2-20],
        // [MQTT-1.5.4-3]
        PublishProperties properties = PublishProperties.NONE
                .withPayloadFormat(PayloadFormat.UTF_8)
                .withResponseTopic("answers/\uFEFFhere")
                .withCorrelationData(Binary.copyOf(new byte[] {0, -1, 7}))
                .withContentType("\uFEFFtext/plain")
                .withUserProperty("z", "1")
                .withUserProperty("a", "2")
                .withUserProperty("z", "\uFEFF")
                .withUserProperty("", "");
        RawClient first = subscriber("first", Subscription.of("t", EXACTLY_ONCE));
        RawClient second = subscriber("second", Subscription.of("+", EXACTLY_ONCE));
        RawClient durable = broker.connected(staying("durable"));
        durable.subscribe("t", EXACTLY_ONCE);
        RawClient publisher = connected("publisher");
        int packetId = qos == AT_MOST_ONCE ? 0 : 1;
        publisher.publish(new Publish("t", Binary.utf8("x"), qos, true, false, packetId, properties));
        RawClient late = subscriber("late", Subscription.of("#", EXACTLY_ONCE));
        for (RawClient subscriber : List.of(first, second, durable, late)) {
            PublishProperties received = subscriber.takeMessage().properties();
            assertThat(received).isEqualTo(properties);
            assertThat(received.userProperties())
                    .containsExactly(
                            new UserProperty("z", "1"),
                            new UserProperty("a", "2"),
                            new UserProperty("z", "\uFEFF"),
                            new UserProperty("", ""));
        }
        durable.close();
        broker.forget("durable");
        broker.forgetRetained("t");
    }

    @Test
    void aPayloadFormatOfUnspecifiedBytesIsPassedOnToo() { // [MQTT-3.3.2-4]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", AT_MOST_ONCE));
        RawClient publisher = connected("publisher");
        publisher.send(Publish.qos0("t", Binary.EMPTY)
                .withProperties(PublishProperties.NONE.withPayloadFormat(PayloadFormat.UNSPECIFIED)));
        assertThat(subscriber.takeMessage().properties().payloadFormat()).isEqualTo(PayloadFormat.UNSPECIFIED);
        publisher.send(Publish.qos0("t", Binary.EMPTY));
        assertThat(subscriber.takeMessage().properties().payloadFormat()).isNull();
    }

    @Test
    void aMessageWithoutPropertiesSaysSoByAPropertyLengthOfZero() { // [MQTT-2.2.2-1]
        // The payload would be taken for properties by a client that reads as the standard says, if the length were
        // missing.
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", AT_LEAST_ONCE));
        RawClient old = broker.connected(Connect.v311("old"));
        Binary payload = Binary.copyOf(new byte[] {2, 1, 1, 'x'});
        old.publish(Publish.qos1("t", payload, 1));
        assertThat(subscriber.takeMessage().payload()).isEqualTo(payload);
    }

    // ---- Topic aliases ----------------------------------------------------------------------------------------------

    private static Publish aliased(String topic, int alias) {
        return new Publish(
                topic, Binary.EMPTY, AT_MOST_ONCE, false, false, 0, PublishProperties.NONE.withTopicAlias(alias));
    }

    @Test
    void everyAliasUpToTheServersMaximumIsTaken() { // [MQTT-3.3.2-12]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t/#", AT_MOST_ONCE));
        RawClient publisher = broker.stranger();
        int most = Objects.requireNonNull(
                publisher.connect(Connect.v5("publisher")).properties().topicAliasMaximum());
        assertThat(most).isPositive();
        for (int alias = 1; alias <= most; alias++) {
            publisher.send(aliased("t/" + alias, alias));
            assertThat(subscriber.takeMessage().topic()).isEqualTo("t/" + alias);
        }
        for (int alias = most; alias >= 1; alias--) {
            publisher.send(aliased("", alias));
            assertThat(subscriber.takeMessage().topic()).isEqualTo("t/" + alias);
        }
        publisher.send(aliased("t/new", 1), aliased("", 1));
        assertThat(subscriber.takeMessage().topic()).isEqualTo("t/new");
        assertThat(subscriber.takeMessage().topic()).isEqualTo("t/new");
    }

    @Test
    void anAliasIsNeverZero() { // [MQTT-3.3.2-8]
        expectEnd(ReasonCode.TOPIC_ALIAS_INVALID, RawPacket.of(0x30).text("t").properties("23 0000"));
    }

    @Test
    void anAliasMeansNothingOnTheNextConnection() { // [MQTT-3.3.2-7]
        RawClient first = broker.connected(staying("client"));
        first.send(aliased("t", 1), aliased("", 1));
        first.expectNothing();
        first.disconnect();
        RawClient second = broker.connected(staying("client"));
        second.send(aliased("", 1));
        second.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
        broker.forget("client");
    }

    @Test
    void aClientThatNamedNoAliasMaximumGetsNoAlias() { // [MQTT-3.1.2-27]
        RawClient client = subscriber("client", Subscription.of("#", AT_MOST_ONCE));
        for (int i = 0; i < 100; i++) {
            client.send(Publish.qos0("a/topic/that/an/alias/would/shorten", Binary.EMPTY));
            Publish message = client.takeMessage();
            assertThat(message.properties().topicAlias()).isNull();
            assertThat(message.topic()).isEqualTo("a/topic/that/an/alias/would/shorten");
        }
    }

    // ---- What happens to it -----------------------------------------------------------------------------------------

    @Test
    void theAnswerIsThatOfItsQos() { // [MQTT-3.3.4-1], [MQTT-4.3.2-4], [MQTT-4.3.3-8], [MQTT-4.3.3-11], [MQTT-2.2.1-5]
        RawClient subscriber = subscriber("subscriber", Subscription.of("t", AT_MOST_ONCE));
        RawClient publisher = connected("publisher");
        publisher.send(Publish.qos0("t", Binary.utf8("0")));
        publisher.expectNothing();
        publisher.send(Publish.qos1("t", Binary.utf8("1"), 65_535));
        publisher.expect(new Puback(65_535));
        publisher.send(Publish.qos2("t", Binary.utf8("2"), 258));
        publisher.expect(new Pubrec(258));
        publisher.send(new Pubrel(258));
        publisher.expect(new Pubcomp(258));
        assertThat(IntStream.range(0, 3)
                        .mapToObj(i -> subscriber.takeMessage().payload().toUtf8()))
                .containsExactly("0", "1", "2");
    }

    @Test
    void oneCopyForSeveralSubscriptionsHasTheirHighestQosAndAllTheirIdentifiers() {
        // [MQTT-3.3.4-2], [MQTT-3.3.4-3], [MQTT-3.3.4-4]
        RawClient client = connected("client");
        subscribe(client, Subscription.of("a/#", AT_MOST_ONCE), 7);
        subscribe(client, Subscription.of("a/b", EXACTLY_ONCE), 8);
        subscribe(client, Subscription.of("+/b", AT_LEAST_ONCE), 268_435_455);
        client.subscribe("a/+", AT_LEAST_ONCE); // Without an identifier.
        connected("publisher").publish("a/b", "x", EXACTLY_ONCE);
        Publish message = client.takeMessage();
        assertThat(message.qos()).isEqualTo(EXACTLY_ONCE);
        assertThat(message.properties().subscriptionIdentifiers()).containsExactlyInAnyOrder(7, 8, 268_435_455);
        client.expectNothing();
    }

    private static void subscribe(RawClient client, Subscription subscription, int identifier) {
        client.send(Subscribe.of(client.nextPacketId(), subscription)
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(identifier)));
        client.expect(Suback.class);
    }
}
