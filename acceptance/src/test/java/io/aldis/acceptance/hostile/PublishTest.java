package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.ReceiveMaximumPolicy;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.UserProperty;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a PUBLISH can say wrong, messages at the limits of the standard, and acknowledgements that nobody waits for.
 *
 * <p>On one event loop, so that a message that must not arrive has had its chance when a later one has arrived.
 */
class PublishTest {

    private static final int QOS_1 = 0x02;
    private static final int QOS_2 = 0x04;
    private static final int QOS_3 = 0x06;
    private static final int DUP = 0x08;

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    /** Takes two messages of a client at once, and no topic alias. */
    @RegisterExtension
    static final WatchedBroker narrow = WatchedBroker.ofOneLoop(settings -> settings.withSession(
                    session -> session.withReceiveMaximum(2).withMaximumInFlight(1))
            .withConnection(connection -> connection.withTopicAliasMaximum(0)));

    /** Lets clients have more in flight than it allows, and looks at payloads that are said to be UTF-8. */
    @RegisterExtension
    static final WatchedBroker lenient = WatchedBroker.ofOneLoop(settings -> settings.withSession(
                    session -> session.withReceiveMaximum(2).withReceiveMaximumPolicy(ReceiveMaximumPolicy.TOLERATE))
            .withPublish(publish -> publish.withPayloadFormatChecked(true)));

    private static byte[] publish(MqttVersion version, int flags, byte[] topic, int packetId) {
        RawPacket packet = RawPacket.of(0x30 | flags).binary(topic);
        if ((flags & QOS_3) != 0) {
            packet.twoBytes(packetId);
        }
        return (version == MqttVersion.V5 ? packet.properties("") : packet)
                .raw(new byte[] {'m'})
                .bytes();
    }

    private static byte[] publish(MqttVersion version, int flags) {
        return publish(version, flags, new byte[] {'t'}, 1);
    }

    /** PUBLISH of QoS 0 to "t" in MQTT 5.0 with these properties. */
    private static byte[] publish(String properties) {
        return RawPacket.of(0x30)
                .text("t")
                .properties(properties)
                .raw(new byte[] {'m'})
                .bytes();
    }

    /** In each version: the client is put out for it, with this reason where there are words for it. */
    private static void expectEnd(ReasonCode reason, int flags, byte[] topic, int packetId) {
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(publish(version, flags, topic, packetId));
            client.expectEnd(reason);
        }
    }

    private static RawClient listener(String filter, Qos qos) {
        RawClient listener = broker.connected(MqttVersion.V5, "listener");
        listener.subscribe(filter, qos);
        return listener;
    }

    // ---- The fixed header and the packet identifier -----------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {QOS_3, QOS_3 | DUP, QOS_3 | 0x01})
    void qos3IsMalformed(int flags) { // [MQTT-3.3.1-4], [MQTT3-3.3.1-4]
        expectEnd(ReasonCode.MALFORMED_PACKET, flags, new byte[] {'t'}, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void dupWithQos0IsMalformed(MqttVersion version) { // [MQTT-3.3.1-2], [MQTT3-3.3.1-2]
        RawClient client = broker.connected(version, "c");
        client.sendBytes(publish(version, DUP));
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
    }

    /** MQTT 3.1 says what DUP means at QoS 1 and 2, and nothing of QoS 0. It does not travel on. */
    @Test
    void dupWithQos0MeansNothingIn31() {
        RawClient listener = listener("t", Qos.AT_MOST_ONCE);
        broker.connected(MqttVersion.V3_1, "c").sendBytes(publish(MqttVersion.V3_1, DUP));
        assertThat(listener.takeMessage().dup()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {QOS_1, QOS_2, QOS_1 | DUP})
    void packetIdentifier0IsAProtocolError(int flags) { // [MQTT-2.2.1-3], [MQTT3-2.3.1-1]
        expectEnd(ReasonCode.PROTOCOL_ERROR, flags, new byte[] {'t'}, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"32 03 0001 74", "34 06 0004 74747474", "32 04 0001 74 01"})
    void aMissingPacketIdentifierIsMalformed(String hex) { // [MQTT-2.2.1-3], [MQTT3-2.3.1-1]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(hex);
            client.expectEnd(ReasonCode.MALFORMED_PACKET);
        }
    }

    // ---- Topics -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "a/+", "a/#", "a/+/b", "#/a", "a+", "+a", "a#"})
    void aTopicWithAWildcardIsRefused(String topic) { // [MQTT-3.3.2-2], [MQTT3-3.3.2-2]
        RawClient everything = listener("#", Qos.AT_MOST_ONCE);
        expectEnd(ReasonCode.TOPIC_NAME_INVALID, 0, topic.getBytes(StandardCharsets.UTF_8), 0);
        everything.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, QOS_1, QOS_2})
    void anEmptyTopicIsRefused(int flags) { // [MQTT-4.7.3-1], [MQTT3-4.7.3-1]
        expectEnd(ReasonCode.PROTOCOL_ERROR, flags, new byte[0], 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "6100", "61eda080", "edb080", "c080", "ff", "e282"})
    void aTopicThatIsNotUtf8OrHasNulIsMalformed(String hex) { // [MQTT-3.3.2-1], [MQTT-4.7.3-2], [MQTT3-4.7.3-2]
        expectEnd(ReasonCode.MALFORMED_PACKET, 0, HexFormat.of().parseHex(hex), 0);
    }

    @Test
    void aTopicLongerThanItsPacketIsMalformed() {
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes("30 05 ffff 61 00 6d");
            client.expectEnd(ReasonCode.MALFORMED_PACKET);
        }
    }

    static Stream<Arguments> hugeTopics() {
        String deep = "a/".repeat(32_767) + "a";
        return Stream.of(
                argumentSet("65,535 bytes", "t".repeat(65_535), "t".repeat(65_535)),
                argumentSet("65,535 bytes by #", "t".repeat(65_535), "#"),
                argumentSet("65,535 bytes by +", "t".repeat(65_535), "+"),
                argumentSet("32,768 levels", deep, deep),
                argumentSet("32,768 levels by #", deep, "a/#"),
                argumentSet("32,768 levels by as many +", deep, "+/".repeat(32_767) + "+"),
                argumentSet("65,536 empty levels", "/".repeat(65_535), "/".repeat(65_535)),
                argumentSet("65,536 empty levels by #", "/".repeat(65_535), "#"));
    }

    @ParameterizedTest
    @MethodSource("hugeTopics")
    void aTopicOfTheGreatestLengthOrDepthIsPublishedAndRetained( // [MQTT-4.7.3-3], [MQTT3-4.7.3-3]
            String topic, String filter) {
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.subscribe(filter, Qos.AT_LEAST_ONCE);
            client.publish(topic, "now", Qos.EXACTLY_ONCE, true);
            assertThat(client.takeMessage().topic()).isEqualTo(topic);
            RawClient late = broker.connected(version, "late");
            late.subscribe(filter, Qos.AT_LEAST_ONCE);
            assertThat(late.takeMessage())
                    .extracting(Publish::topic, Publish::retain)
                    .containsExactly(topic, true);
            late.disconnect();
            client.unsubscribe(filter);
            client.publish(topic, "later", Qos.AT_LEAST_ONCE);
            client.expectNothing();
            broker.forgetRetained(topic);
        }
    }

    @Test
    void aTopicOf65536BytesCannotBeSaid() {
        // Its length takes two bytes, so that what is meant as the 65,536th is read as what follows the topic.
        RawClient listener = listener("#", Qos.AT_MOST_ONCE);
        RawClient client = broker.connected(MqttVersion.V3_1_1, "c");
        client.sendBytes(RawPacket.of(0x30)
                .twoBytes(65_536)
                .raw("t".repeat(65_536).getBytes(StandardCharsets.US_ASCII))
                .bytes());
        client.expectClosed();
        listener.expectNothing();
    }

    static Stream<Arguments> topicsThatAreNotForClients() {
        return Stream.of(
                argumentSet("$SYS", "$SYS", ReasonCode.NOT_AUTHORIZED),
                argumentSet("$SYS/…", "$SYS/broker/uptime", ReasonCode.NOT_AUTHORIZED),
                argumentSet("$share/…", "$share/group/topic", ReasonCode.TOPIC_NAME_INVALID),
                argumentSet("$share/", "$share/", ReasonCode.TOPIC_NAME_INVALID));
    }

    /** Before MQTT 5.0 a refused message is acknowledged like any other, for there are no words to refuse it with. */
    @ParameterizedTest
    @MethodSource("topicsThatAreNotForClients")
    void whatIsPublishedToATopicThatIsNotForClientsReachesNobodyAndIsCounted( // [MQTT-4.3.3-9], [MQTT3-3.3.5-2]
            String topic, ReasonCode reason) {
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.subscribe("#", Qos.EXACTLY_ONCE);
            client.subscribe("$SYS/#", Qos.EXACTLY_ONCE);
            client.send(Subscribe.of(9, topic, Qos.EXACTLY_ONCE));
            client.expect(Suback.class);
            long refused = broker.dropped(DropReason.REFUSED);
            client.send(
                    Publish.qos0(topic, Binary.utf8("m")).withRetain(true),
                    Publish.qos1(topic, Binary.utf8("m"), 1).withRetain(true),
                    Publish.qos2(topic, Binary.utf8("m"), 2).withRetain(true));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(in5(client, reason));
            assertThat(client.expect(Pubrec.class).reason()).isEqualTo(in5(client, reason));
            client.expectNothing();
            assertThat(broker.dropped(DropReason.REFUSED)).isEqualTo(refused + 3);
            client.disconnect();
        }
    }

    @Test
    void topicsThatOnlyLookLikeThoseOfTheBrokerAreForEverybody() {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        for (String topic : List.of("$SYSTEM", "$sys/a", "SYS/a", "/$SYS/a", "$share", "$shared/a", "$", "$/a")) {
            client.subscribe(topic, Qos.AT_LEAST_ONCE);
            client.publish(topic, "m", Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage().topic()).isEqualTo(topic);
        }
    }

    // ---- Topic aliases ----------------------------------------------------------------------------------------------

    private static int aliasMaximum(RawClient client) {
        Connack connack = client.connect(Connect.v5("c"));
        return Objects.requireNonNull(connack.properties().topicAliasMaximum());
    }

    private static Publish aliased(String topic, int alias) {
        return new Publish(
                topic,
                Binary.utf8("m"),
                Qos.AT_MOST_ONCE,
                false,
                false,
                0,
                PublishProperties.NONE.withTopicAlias(alias));
    }

    @Test
    void alias0IsInvalid() { // [MQTT-3.3.2-8]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(publish("23 0000"));
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void theHighestAliasWorksAndTheNextIsInvalid() { // [MQTT-3.3.2-9], [MQTT-3.3.2-12]
        RawClient listener = listener("t", Qos.AT_MOST_ONCE);
        RawClient client = broker.stranger();
        int maximum = aliasMaximum(client);
        client.send(aliased("t", maximum), aliased("", maximum), aliased("t", maximum + 1));
        assertThat(listener.takeMessage().topic()).isEqualTo("t");
        assertThat(listener.takeMessage().topic()).isEqualTo("t");
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
        listener.expectNothing();
    }

    @Test
    void alias65535IsInvalidWhereFewerAreAllowed() { // [MQTT-3.3.2-9]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.send(aliased("t", 65_535));
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void anyAliasIsInvalidWhereNoneIsAllowed() { // [MQTT-3.2.2-18]
        RawClient client = narrow.connected(MqttVersion.V5, "c");
        client.send(aliased("t", 1));
        client.expectDisconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void anAliasThatWasNotSetOnThisConnectionIsAProtocolError() { // [MQTT-3.3.2-7]
        RawClient former = broker.connected(MqttVersion.V5, "c");
        former.send(aliased("t", 1));
        RawClient latter = broker.connected(MqttVersion.V5, "c");
        latter.send(aliased("", 1));
        latter.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void anAliasMayBeSetAnew() {
        RawClient listener = listener("t/+", Qos.AT_MOST_ONCE);
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.send(aliased("t/1", 1), aliased("t/2", 1), aliased("", 1));
        assertThat(List.of(listener.takeMessage(), listener.takeMessage(), listener.takeMessage()))
                .extracting(Publish::topic)
                .containsExactly("t/1", "t/2", "t/2");
    }

    // ---- Other properties -------------------------------------------------------------------------------------------

    static Stream<Arguments> forbiddenProperties() {
        return Stream.of(
                argumentSet("subscription identifier", "0b 01"), // [MQTT-3.3.4-6]
                argumentSet("two subscription identifiers", "0b 01 0b 02"),
                argumentSet("response topic with +", "08 0003 612f2b"), // [MQTT-3.3.2-14]
                argumentSet("response topic with #", "08 0001 23"),
                argumentSet("empty response topic", "08 0000"),
                argumentSet("payload format 2", "01 02"), // MQTT 5.0 §3.3.2.3.2
                argumentSet("two payload formats", "01 00 01 00"),
                argumentSet("two expiry intervals", "02 00000001 02 00000001"),
                argumentSet("two aliases", "23 0001 23 0001"),
                argumentSet("two response topics", "08 0001 61 08 0001 61"),
                argumentSet("two correlation data", "09 0001 61 09 0001 61"),
                argumentSet("two content types", "03 0001 61 03 0001 61"));
    }

    @ParameterizedTest
    @MethodSource("forbiddenProperties")
    void aPropertyThatAClientMayNotSendSoIsAProtocolError(String hex) {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(publish(hex));
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    static Stream<Arguments> strayProperties() {
        return Stream.of(
                argumentSet("session expiry interval", "11 00000001"),
                argumentSet("receive maximum", "21 0001"),
                argumentSet("will delay interval", "18 00000001"),
                argumentSet("reason string", "1f 0001 61"),
                argumentSet("identifier 0", "00"),
                argumentSet("an unknown identifier", "7f 00"),
                argumentSet("half a value", "02 0000"),
                argumentSet("response topic with NUL", "08 0001 00"), // [MQTT-3.3.2-13]
                argumentSet("content type of a surrogate", "03 0003 eda080"), // [MQTT-3.3.2-19]
                argumentSet("user property of a surrogate", "26 0001 61 0003 eda080")); // [MQTT-1.5.7-1]
    }

    @ParameterizedTest
    @MethodSource("strayProperties")
    void aPropertyThatIsUnknownOrHasNoPlaceHereIsMalformed(String hex) { // MQTT 5.0 §2.2.2.2
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(publish(hex));
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void propertiesThatAreLongerThanTheirPacketAreMalformed() {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes("30 07 0001 74 ffffff7f");
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aHundredThousandUserPropertiesArriveInTheirOrder() { // [MQTT-3.3.2-17], [MQTT-3.3.2-18]
        List<UserProperty> many = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add(new UserProperty("n", Integer.toString(i)));
        }
        RawClient listener = listener("t", Qos.AT_LEAST_ONCE);
        RawClient client = broker.connected(MqttVersion.V5, "c");
        PublishProperties properties = new PublishProperties(null, null, null, null, null, many, List.of(), null);
        client.publish(Publish.qos1("t", Binary.EMPTY, 1).withProperties(properties));
        assertThat(listener.takeMessage().properties().userProperties()).isEqualTo(many);
    }

    /** The standard lets a receiver look, or not; by default the payload is the business of those who exchange it. */
    @Test
    void aPayloadThatIsNotTheUtf8ItSaysTravelsUnlookedAt() { // [MQTT-3.3.2-4], MQTT 5.0 §3.3.2.3.2
        Binary notUtf8 = Binary.copyOf(new byte[] {(byte) 0xC0, (byte) 0x80, (byte) 0xFF});
        RawClient listener = listener("t", Qos.AT_LEAST_ONCE);
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.publish(Publish.qos1("t", notUtf8, 1)
                .withProperties(PublishProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8)));
        Publish message = listener.takeMessage();
        assertThat(message.payload()).isEqualTo(notUtf8);
        assertThat(message.properties().payloadFormat()).isEqualTo(PayloadFormat.UTF_8);
    }

    @Test
    void aPayloadThatIsNotTheUtf8ItSaysIsRefusedWhereItIsLookedAt() { // MQTT 5.0 §3.3.2.3.2
        RawClient client = lenient.connected(MqttVersion.V5, "c");
        client.subscribe("#", Qos.EXACTLY_ONCE);
        PublishProperties utf8 = PublishProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8);
        List<Binary> bad = Stream.of("c080", "eda080", "ff", "e282", "61 f4908080")
                .map(hex -> Binary.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .toList();
        for (Binary payload : bad) {
            client.send(
                    Publish.qos0("t", payload).withProperties(utf8),
                    Publish.qos1("t", payload, 1).withProperties(utf8),
                    Publish.qos2("t", payload, 2).withProperties(utf8));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        client.publish(Publish.qos1("t", bad.get(0), 3)); // It says nothing of what it is.
        assertThat(client.takeMessage().payload()).isEqualTo(bad.get(0));
        client.publish(
                Publish.qos1("t", Binary.utf8("\0 \ufeff \ud83d\udca9"), 3).withProperties(utf8));
        assertThat(client.takeMessage().properties().payloadFormat()).isEqualTo(PayloadFormat.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageWithExpiry0ExpiresBeforeItCanBeSent(Qos qos) { // [MQTT-3.3.2-5]
        RawClient listener = listener("t", qos);
        long expired = broker.dropped(DropReason.EXPIRED);
        RawClient client = broker.connected(MqttVersion.V5, "c");
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : client.nextPacketId();
        PublishProperties atOnce = PublishProperties.NONE.withMessageExpiryInterval(0);
        client.publish(new Publish("t", Binary.utf8("late"), qos, true, false, packetId, atOnce));
        client.publish("t", "in time", qos);
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("in time");
        assertThat(broker.dropped(DropReason.EXPIRED)).isEqualTo(expired + 1);
        RawClient late = broker.connected(MqttVersion.V5, "late");
        late.subscribe("t", qos);
        late.expectNothing();
        broker.forgetRetained("t");
    }

    @Test
    void anExpiryOf4294967295IsForwardedAndDoesNotOverflow() { // [MQTT-3.3.2-6]
        RawClient listener = listener("t", Qos.AT_LEAST_ONCE);
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.publish(Publish.qos1("t", Binary.utf8("m"), 1)
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(0xFFFF_FFFFL)));
        assertThat(listener.takeMessage().properties().messageExpiryInterval())
                .isBetween(0xFFFF_FFFFL - 60, 0xFFFF_FFFFL);
    }

    // ---- More than the receiver takes -------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aMessageOneByteTooLargeForItsReceiverIsDroppedAndCountedAndAllGoesOn( // [MQTT-3.1.2-24], [MQTT-3.1.2-25]
            Qos qos) {
        int largest = 1000;
        RawClient listener = broker.connected(Connect.v5("listener")
                .withProperties(
                        ConnectProperties.NONE.withMaximumPacketSize(largest).withReceiveMaximum(1)));
        listener.subscribe("t", qos);
        RawClient client = broker.connected(MqttVersion.V3_1_1, "c");
        int id = qos == Qos.AT_MOST_ONCE ? 0 : 1;
        Publish empty = new Publish("t", Binary.EMPTY, qos, false, false, id, PublishProperties.NONE);
        int room = largest - PacketEncoder.size(empty, MqttVersion.V5) - 1; // Its length takes a byte more then.
        long tooLarge = broker.dropped(DropReason.PACKET_TOO_LARGE);
        client.publish("t", "x".repeat(room), qos);
        client.publish("t", "x".repeat(room + 1), qos);
        client.publish("t", "after", qos);
        assertThat(listener.takeMessage().payload().size()).isEqualTo(room);
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("after");
        assertThat(broker.dropped(DropReason.PACKET_TOO_LARGE)).isEqualTo(tooLarge + 1);
    }

    @Test
    void aRetainedMessageTooLargeForItsReceiverIsDroppedAndCounted() { // [MQTT-3.1.2-25]
        RawClient client = broker.connected(MqttVersion.V3_1_1, "c");
        client.publish("t/1", "x".repeat(1000), Qos.AT_LEAST_ONCE, true);
        client.publish("t/2", "small", Qos.AT_LEAST_ONCE, true);
        long tooLarge = broker.dropped(DropReason.PACKET_TOO_LARGE);
        RawClient small = broker.connected(
                Connect.v5("small").withProperties(ConnectProperties.NONE.withMaximumPacketSize(1000)));
        small.subscribe("t/+", Qos.AT_LEAST_ONCE);
        assertThat(small.takeMessage().payload().toUtf8()).isEqualTo("small");
        assertThat(broker.dropped(DropReason.PACKET_TOO_LARGE)).isEqualTo(tooLarge + 1);
        broker.forgetRetained("t/1");
        broker.forgetRetained("t/2");
    }

    // ---- More at once than the broker takes -------------------------------------------------------------------------

    @Test
    void moreThanTheReceiveMaximumInFlightEndsTheConnection() { // [MQTT-3.3.4-7]
        RawClient client = narrow.stranger();
        assertThat(client.connect(Connect.v5("c")).properties().receiveMaximum())
                .isEqualTo(2);
        for (int id = 1; id <= 3; id++) {
            client.send(Publish.qos2("t", Binary.EMPTY, id));
        }
        client.expect(Pubrec.class);
        client.expect(Pubrec.class);
        client.expectDisconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void moreThanTheReceiveMaximumInFlightIsTakenWhereItIsTolerated() {
        RawClient client = lenient.stranger();
        assertThat(client.connect(Connect.v5("c")).properties().receiveMaximum())
                .isEqualTo(2);
        for (int id = 1; id <= 100; id++) {
            client.send(Publish.qos2("t", Binary.EMPTY, id));
        }
        for (int id = 1; id <= 100; id++) {
            assertThat(client.expect(Pubrec.class).packetId()).isEqualTo(id);
        }
    }

    /** The earlier versions have no receive maximum, and so a client can exceed none. */
    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void before5AClientMayHaveAllItsPacketIdentifiersInFlight(MqttVersion version) {
        RawClient client = narrow.connected(version, "c");
        for (int first = 1; first <= 65_535; first += 1000) {
            int last = Math.min(first + 999, 65_535);
            Packet[] burst = new Packet[last - first + 1];
            for (int id = first; id <= last; id++) {
                burst[id - first] = Publish.qos2("t", Binary.EMPTY, id);
            }
            client.send(burst);
            for (int id = first; id <= last; id++) {
                client.expect(new Pubrec(id));
            }
        }
        client.send(new Pubrel(65_535));
        client.expect(new Pubcomp(65_535));
    }

    // ---- QoS 2 without an end ---------------------------------------------------------------------------------------

    @Test
    void anIdThatIsReusedAMillionTimesWithoutPubrelIsOneMessage() { // [MQTT-4.3.3-10], [MQTT-4.3.3-12]
        oneMessage(MqttVersion.V5, 1000);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void anIdThatIsReusedTenThousandTimesWithoutPubrelIsOneMessageBefore5(MqttVersion version) { // [MQTT3-4.3.3-2]
        oneMessage(version, 10);
    }

    /** Sends a message and repeats it a thousand times in each round. */
    private static void oneMessage(MqttVersion version, int rounds) {
        int burst = 1000;
        RawClient listener = listener("t", Qos.EXACTLY_ONCE);
        RawClient client = broker.connected(version, "c");
        client.send(Publish.qos2("t", Binary.utf8("once"), 7));
        client.expect(new Pubrec(7));
        Packet[] again = new Packet[burst];
        Arrays.fill(again, Publish.qos2("t", Binary.utf8("again"), 7).withDup(true));
        for (int i = 0; i < rounds; i++) {
            client.send(again);
            for (int j = 0; j < burst; j++) {
                assertThat(client.expect(Pubrec.class).packetId()).isEqualTo(7);
            }
        }
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("once");
        client.send(new Pubrel(7));
        client.expect(new Pubcomp(7));
        client.publish(Publish.qos2("t", Binary.utf8("another"), 7)); // The id is free again.
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("another");
    }

    @Test
    void aPubrelForAnIdThatIsNotInUseIsAnsweredWithThatReason() { // [MQTT-4.3.3-11], MQTT 5.0 §3.7.2.1
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.send(new Pubrel(1), new Pubrel(65_535));
        for (int id : new int[] {1, 65_535}) {
            assertThat(client.expect(Pubcomp.class))
                    .extracting(Pubcomp::packetId, Pubcomp::reason)
                    .containsExactly(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void aPubrelForAnIdThatIsNotInUseIsAnsweredBefore5AsWell(MqttVersion version) { // [MQTT3-4.3.3-2]
        RawClient client = broker.connected(version, "c");
        client.send(new Pubrel(1));
        client.expect(new Pubcomp(1));
    }

    // ---- Acknowledgements that nobody waits for ---------------------------------------------------------------------

    /** A client that has been sent a message of this QoS and has not said anything yet. One more waits behind it. */
    private static RawClient owing(MqttVersion version, Qos qos) {
        RawClient client = narrow.connected(version, "c");
        client.subscribe("t", qos);
        RawClient publisher = narrow.connected(version, "publisher");
        publisher.publish("t", "first", qos);
        publisher.publish("t", "second", qos);
        return client;
    }

    /** That the window was neither widened nor narrowed: one message at a time, all of them. */
    private static void expectTheSecond(RawClient client) {
        assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("second");
        client.expectNothing();
    }

    private static ReasonCode in5(RawClient client, ReasonCode reason) {
        return client.version() == MqttVersion.V5 ? reason : ReasonCode.SUCCESS;
    }

    @ParameterizedTest
    @EnumSource
    void acknowledgementsOfWhatWasNeverSentAreIgnored(MqttVersion version) {
        RawClient client = owing(version, Qos.AT_LEAST_ONCE);
        int id = client.expect(Publish.class).packetId();
        int other = id == 1 ? 2 : 1;
        client.send(new Puback(other), new Pubcomp(other), new Puback(65_535), new Pubcomp(65_535));
        client.expectNothing();
        client.send(new Puback(id));
        expectTheSecond(client);
    }

    @ParameterizedTest
    @EnumSource
    void aPubrecForWhatWasNeverSentIsAnsweredWithPubrel(MqttVersion version) { // MQTT 5.0 §3.6.2.1
        RawClient client = broker.connected(version, "c");
        client.send(new Pubrec(9));
        assertThat(client.expect(Pubrel.class))
                .extracting(Pubrel::packetId, Pubrel::reason)
                .containsExactly(9, in5(client, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOfQos1IsAcknowledgedByPubackAlone(MqttVersion version) { // [MQTT-4.3.2-3]
        RawClient client = owing(version, Qos.AT_LEAST_ONCE);
        int id = client.expect(Publish.class).packetId();
        client.send(new Pubcomp(id));
        client.expectNothing();
        client.send(new Pubrec(id));
        assertThat(client.expect(Pubrel.class).reason()).isEqualTo(in5(client, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        client.send(new Pubcomp(id));
        client.expectNothing();
        client.send(new Puback(id));
        expectTheSecond(client);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOfQos2IsAcknowledgedByPubrecThenPubcompAlone(MqttVersion version) { // [MQTT-4.3.3-3], [MQTT-4.3.3-5]
        RawClient client = owing(version, Qos.EXACTLY_ONCE);
        int id = client.expect(Publish.class).packetId();
        client.send(new Puback(id), new Pubcomp(id));
        client.expectNothing();
        client.send(new Pubrec(id), new Pubrec(id));
        client.expect(new Pubrel(id));
        client.expect(new Pubrel(id));
        client.send(new Puback(id));
        client.expectNothing();
        client.send(new Pubcomp(id), new Pubcomp(id));
        expectTheSecond(client);
    }

    @Test
    void aPubrecThatRefusesAfterOneThatAcceptedEndsTheMessageOnce() { // [MQTT-4.4.0-2]
        RawClient client = owing(MqttVersion.V5, Qos.EXACTLY_ONCE);
        int id = client.expect(Publish.class).packetId();
        client.send(new Pubrec(id));
        client.expect(new Pubrel(id));
        client.send(new Pubrec(id, ReasonCode.QUOTA_EXCEEDED), new Pubrec(id, ReasonCode.QUOTA_EXCEEDED));
        expectTheSecond(client);
    }

    static Stream<Arguments> badAcknowledgements() {
        return Stream.of(
                argumentSet("PUBACK of id 0", "40 02 0000", ReasonCode.PROTOCOL_ERROR),
                argumentSet("PUBREC of id 0", "50 02 0000", ReasonCode.PROTOCOL_ERROR),
                argumentSet("PUBREL of id 0", "62 02 0000", ReasonCode.PROTOCOL_ERROR),
                argumentSet("PUBCOMP of id 0", "70 02 0000", ReasonCode.PROTOCOL_ERROR),
                argumentSet("PUBACK with flags", "42 02 0001", ReasonCode.MALFORMED_PACKET), // [MQTT3-2.2.2-2]
                argumentSet("PUBREC with flags", "51 02 0001", ReasonCode.MALFORMED_PACKET),
                argumentSet("PUBREL without flags", "60 02 0001", ReasonCode.MALFORMED_PACKET), // [MQTT-3.6.1-1]
                argumentSet("PUBREL with other flags", "66 02 0001", ReasonCode.MALFORMED_PACKET), // [MQTT3-3.6.1-1]
                argumentSet("PUBCOMP with flags", "78 02 0001", ReasonCode.MALFORMED_PACKET));
    }

    @ParameterizedTest
    @MethodSource("badAcknowledgements")
    void anAcknowledgementWithABadIdOrBadFlagsEndsTheConnection(String hex, ReasonCode reason) { // [MQTT-2.1.3-1]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(hex);
            client.expectEnd(reason);
        }
    }

    static Stream<Arguments> badReasons() {
        return Stream.of(
                argumentSet("PUBACK 0x92", "40 03 0001 92"), // [MQTT-3.4.2-1]
                argumentSet("PUBREC 0x01", "50 03 0001 01"), // [MQTT-3.5.2-1]
                argumentSet("PUBREL 0x80", "62 03 0001 80"), // [MQTT-3.6.2-1]
                argumentSet("PUBCOMP 0x10", "70 03 0001 10"), // [MQTT-3.7.2-1]
                argumentSet("PUBACK 0xFF", "40 03 0001 ff"),
                argumentSet("DISCONNECT 0x8B", "e0 01 8b")); // [MQTT-3.14.2-1]
    }

    @ParameterizedTest
    @MethodSource("badReasons")
    void aReasonThatIsNotListedForItsPacketIsAProtocolError(String hex) {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    // ---- What only servers send -------------------------------------------------------------------------------------

    static Stream<Arguments> packetsOfServers() {
        return Stream.of(
                argumentSet("CONNACK", "20 02 00 00", "20 03 00 00 00"),
                argumentSet("SUBACK", "90 03 0001 00", "90 04 0001 00 00"),
                argumentSet("UNSUBACK", "b0 02 0001", "b0 04 0001 00 00"),
                argumentSet("PINGRESP", "d0 00", "d0 00"));
    }

    @ParameterizedTest
    @MethodSource("packetsOfServers")
    void aPacketThatOnlyServersSendIsAProtocolError(String before5, String in5) { // [MQTT-4.13.1-1], [MQTT3-4.8.0-1]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(version == MqttVersion.V5 ? in5 : before5);
            client.expectEnd(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0 00", "f0 02 18 00", "f0 06 19 04 15 0001 61"})
    void anAuthOfAClientThatNamedNoMethodIsAProtocolError(String hex) { // [MQTT-4.12.0-7]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0 00", "00 00", "0f 00"})
    void packetTypesThatDoNotExistEndTheConnection(String hex) { // [MQTT3-4.8.0-1]
        for (MqttVersion version : List.of(MqttVersion.V3_1, MqttVersion.V3_1_1)) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(hex);
            client.expectClosed();
        }
    }

    @Test
    void theTimeOfAMessageIsNotLengthenedByAClockThatJumpsBack() { // [MQTT-3.3.2-6]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.publish(Publish.qos1("t", Binary.utf8("m"), 1)
                .withRetain(true)
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(0xFFFF_FFFFL)));
        broker.passes(Duration.ofDays(-10_000));
        client.subscribe("t", Qos.AT_LEAST_ONCE);
        assertThat(client.takeMessage().properties().messageExpiryInterval()).isEqualTo(0xFFFF_FFFFL);
        broker.passes(Duration.ofDays(10_000));
        broker.forgetRetained("t");
    }
}
