package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.UnsubscribeProperties;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What SUBSCRIBE and UNSUBSCRIBE can ask for wrong, and filters in great number, of great length and great depth.
 *
 * <p>On one event loop, so that a message that must not arrive has had its chance when a later one has arrived.
 */
class SubscribeTest {

    private static final int SUBSCRIBE = 0x82;
    private static final int UNSUBSCRIBE = 0xA2;
    private static final int MANY = 100_000;

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    /** SUBSCRIBE or UNSUBSCRIBE with packet identifier 1 and, in MQTT 5.0, no properties. */
    private static RawPacket begin(MqttVersion version, int firstByte) {
        RawPacket packet = RawPacket.of(firstByte).twoBytes(1);
        return version == MqttVersion.V5 ? packet.properties("") : packet;
    }

    private static void expectEnd(MqttVersion version, ReasonCode reason, RawPacket packet) {
        RawClient client = broker.connected(version, "c");
        client.sendBytes(packet.bytes());
        client.expectEnd(reason);
    }

    // ---- The packet -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aSubscribeWithoutFiltersIsAProtocolError(MqttVersion version) { // [MQTT-3.8.3-2], [MQTT3-3.8.3-3]
        expectEnd(version, ReasonCode.PROTOCOL_ERROR, begin(version, SUBSCRIBE));
    }

    @ParameterizedTest
    @EnumSource
    void anUnsubscribeWithoutFiltersIsAProtocolError(MqttVersion version) { // [MQTT-3.10.3-2], [MQTT3-3.10.3-2]
        expectEnd(version, ReasonCode.PROTOCOL_ERROR, begin(version, UNSUBSCRIBE));
    }

    @ParameterizedTest
    @EnumSource
    void packetIdentifier0IsAProtocolError(MqttVersion version) { // [MQTT-2.2.1-3], [MQTT3-2.3.1-1]
        String noProperties = version == MqttVersion.V5 ? "00" : "";
        RawPacket subscribe =
                RawPacket.of(SUBSCRIBE).hex("0000" + noProperties).text("a").oneByte(0);
        expectEnd(version, ReasonCode.PROTOCOL_ERROR, subscribe);
        RawPacket unsubscribe =
                RawPacket.of(UNSUBSCRIBE).hex("0000" + noProperties).text("a");
        expectEnd(version, ReasonCode.PROTOCOL_ERROR, unsubscribe);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0x86, 0xA0, 0xA3})
    void reservedFlagsOfTheFixedHeaderAreMalformed( // [MQTT-3.8.1-1], [MQTT-3.10.1-1], [MQTT3-3.8.1-1],
            // [MQTT3-3.10.1-1]
            int firstByte) {
        for (MqttVersion version : MqttVersion.values()) {
            expectEnd(
                    version,
                    ReasonCode.MALFORMED_PACKET,
                    begin(version, firstByte).text("a").oneByte(0));
        }
    }

    /** MQTT 3.1 lets a client send these packets again and say so. */
    @Test
    void dupIsAllowedIn31() {
        RawClient client = broker.connected(MqttVersion.V3_1, "c");
        client.sendBytes(
                begin(MqttVersion.V3_1, SUBSCRIBE | 0x08).text("a").oneByte(0).bytes());
        client.expect(Suback.of(1, ReasonCode.GRANTED_QOS_0));
        client.sendBytes(begin(MqttVersion.V3_1, UNSUBSCRIBE | 0x08).text("a").bytes());
        assertThat(client.expect(Unsuback.class).packetId()).isEqualTo(1);
    }

    static Stream<Arguments> cutOff() {
        return Stream.of(
                argumentSet("a filter without options", "0001 61"),
                argumentSet("a second filter without options", "0001 61 00 0001 62"),
                argumentSet("half a filter", "0003 61"),
                argumentSet("half a length", "00"));
    }

    @ParameterizedTest
    @MethodSource("cutOff")
    void aFilterThatIsCutOffIsMalformed(String hex) { // [MQTT-4.13.1-1], [MQTT3-4.8.0-1]
        for (MqttVersion version : MqttVersion.values()) {
            expectEnd(
                    version,
                    ReasonCode.MALFORMED_PACKET,
                    begin(version, SUBSCRIBE).hex(hex));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "6100", "61eda080", "edb080", "c0af", "ff", ""})
    void aFilterThatIsNotUtf8OrHasNulOrIsEmptyIsMalformed( // [MQTT-3.8.3-1], [MQTT-3.10.3-1], [MQTT3-3.8.3-1]
            String hex) { // [MQTT3-3.10.3-1]
        byte[] filter = HexFormat.of().parseHex(hex);
        for (MqttVersion version : MqttVersion.values()) {
            expectEnd(
                    version,
                    ReasonCode.MALFORMED_PACKET,
                    begin(version, SUBSCRIBE).binary(filter).oneByte(0));
            expectEnd(
                    version,
                    ReasonCode.MALFORMED_PACKET,
                    begin(version, UNSUBSCRIBE).binary(filter));
        }
    }

    // ---- The options ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x80, 0xC0, 0xC1})
    void reservedOptionBitsIn5AreMalformed(int options) { // [MQTT-3.8.3-5]
        expectEnd(
                MqttVersion.V5,
                ReasonCode.MALFORMED_PACKET,
                begin(MqttVersion.V5, SUBSCRIBE).text("a").oneByte(options));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFD})
    void reservedOptionBitsIn311EndTheConnection(int options) { // MQTT 3.1.1 §3.8.3
        expectEnd(
                MqttVersion.V3_1_1,
                ReasonCode.MALFORMED_PACKET,
                begin(MqttVersion.V3_1_1, SUBSCRIBE).text("a").oneByte(options));
    }

    /** MQTT 3.1 says of these bits that they are not used, and not what they should be. */
    @Test
    void reservedOptionBitsIn31MayBeAnything() {
        RawClient client = broker.connected(MqttVersion.V3_1, "c");
        client.sendBytes(
                begin(MqttVersion.V3_1, SUBSCRIBE).text("a").oneByte(0xFD).bytes());
        client.expect(Suback.of(1, ReasonCode.GRANTED_QOS_1));
    }

    @ParameterizedTest
    @EnumSource
    void qos3EndsTheConnection(MqttVersion version) { // MQTT 5.0 §3.8.3.1, [MQTT3-4.8.0-1]
        expectEnd(
                version,
                ReasonCode.PROTOCOL_ERROR,
                begin(version, SUBSCRIBE).text("a").oneByte(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x30, 0x31, 0x3E})
    void retainHandling3IsAProtocolError(int options) { // MQTT 5.0 §3.8.3.1
        expectEnd(
                MqttVersion.V5,
                ReasonCode.PROTOCOL_ERROR,
                begin(MqttVersion.V5, SUBSCRIBE).text("a").oneByte(options));
    }

    @Test
    void noLocalOnASharedSubscriptionIsAProtocolError() { // [MQTT-3.8.3-4]
        expectEnd(
                MqttVersion.V5,
                ReasonCode.PROTOCOL_ERROR,
                begin(MqttVersion.V5, SUBSCRIBE).text("$share/g/a").oneByte(0x04));
    }

    /** What comes before it in the same packet is not granted either. */
    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aPacketThatIsWrongAtItsEndSubscribesToNothing(MqttVersion version) {
        Connect connect = Connect.of(version, "c").withCleanStart(false);
        RawClient client = broker.connected(
                version == MqttVersion.V5
                        ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(60))
                        : connect);
        RawPacket subscribe =
                begin(version, SUBSCRIBE).text("a").oneByte(0).text("b").oneByte(0x40);
        client.sendBytes(subscribe.bytes());
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
        assertThat(broker.broker().admin().session("c").orElseThrow().subscriptions())
                .isZero();
        broker.forget("c");
    }

    // ---- The subscription identifier and other properties -----------------------------------------------------------

    static Stream<Arguments> badIdentifiers() {
        return Stream.of(
                argumentSet("0", "0b 00", ReasonCode.PROTOCOL_ERROR), // MQTT 5.0 §3.8.2.1.2
                argumentSet("268,435,456", "0b 8080808001", ReasonCode.MALFORMED_PACKET), // MQTT 5.0 §1.5.5
                argumentSet("1 in two bytes", "0b 8100", ReasonCode.MALFORMED_PACKET), // [MQTT-1.5.5-1]
                argumentSet("two of them", "0b 01 0b 02", ReasonCode.PROTOCOL_ERROR),
                argumentSet("none after all", "0b", ReasonCode.MALFORMED_PACKET));
    }

    @ParameterizedTest
    @MethodSource("badIdentifiers")
    void aSubscriptionIdentifierThatCannotBeEndsTheConnection(String hex, ReasonCode reason) {
        RawPacket subscribe =
                RawPacket.of(SUBSCRIBE).twoBytes(1).properties(hex).text("a").oneByte(0);
        expectEnd(MqttVersion.V5, reason, subscribe);
    }

    @Test
    void subscriptionIdentifier268435455ComesBackWithTheMessage() { // [MQTT-3.3.4-3]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.send(Subscribe.of(1, "a", Qos.AT_MOST_ONCE)
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(268_435_455)));
        client.expect(Suback.class);
        client.publish("a", "m", Qos.AT_MOST_ONCE);
        assertThat(client.takeMessage().properties().subscriptionIdentifiers()).containsExactly(268_435_455);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11 00000001", "23 0001", "01 00", "1f 0001 61", "00", "7f 00"})
    void aPropertyThatIsUnknownOrHasNoPlaceHereIsMalformed(String hex) { // MQTT 5.0 §2.2.2.2
        RawPacket subscribe =
                RawPacket.of(SUBSCRIBE).twoBytes(1).properties(hex).text("a").oneByte(0);
        expectEnd(MqttVersion.V5, ReasonCode.MALFORMED_PACKET, subscribe);
        RawPacket unsubscribe =
                RawPacket.of(UNSUBSCRIBE).twoBytes(1).properties(hex).text("a");
        expectEnd(MqttVersion.V5, ReasonCode.MALFORMED_PACKET, unsubscribe);
    }

    // ---- Filters that are none --------------------------------------------------------------------------------------

    static Stream<Arguments> badFilters() {
        return Stream.of(
                        // [MQTT-4.7.1-1], [MQTT3-4.7.1-2]
                        "a/#/b",
                        "#/a",
                        "##",
                        "a#",
                        "#a",
                        "a/#b",
                        // [MQTT-4.7.1-2], [MQTT3-4.7.1-3]
                        "a+",
                        "+a",
                        "++",
                        "a/+b/c",
                        "+/a#",
                        // [MQTT-4.8.2-1]
                        "$share//x",
                        "$share/",
                        "$share//",
                        // [MQTT-4.8.2-2]
                        "$share/a",
                        "$share/a/",
                        "$share/+/x",
                        "$share/#/x",
                        "$share/a+/x",
                        "$share/#",
                        "$share/a/b#")
                .map(filter -> argumentSet(filter, filter));
    }

    /** SUBACK says in MQTT 3.1.1 that it failed; MQTT 3.1 has no such code, but its clients know it. */
    @ParameterizedTest
    @MethodSource("badFilters")
    void aFilterThatIsNoneIsRefusedInItsPlaceAndItsNeighboursAreGranted(
            String filter) { // [MQTT-3.8.4-7], [MQTT3-3.8.4-5]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.send(Subscribe.of(
                    1,
                    Subscription.of("before", Qos.AT_LEAST_ONCE),
                    Subscription.of(filter, Qos.AT_MOST_ONCE),
                    Subscription.of("after", Qos.EXACTLY_ONCE)));
            Suback suback = client.expect(Suback.class);
            assertThat(suback.packetId()).isEqualTo(1);
            assertThat(suback.reasons())
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            version == MqttVersion.V5 ? ReasonCode.TOPIC_FILTER_INVALID : ReasonCode.UNSPECIFIED_ERROR,
                            ReasonCode.GRANTED_QOS_2);
            assertThat(broker.broker().admin().session("c").orElseThrow().subscriptions())
                    .isEqualTo(2);
            client.publish("after", "m", Qos.AT_MOST_ONCE);
            assertThat(client.takeMessage().topic()).isEqualTo("after");
            client.disconnect();
        }
    }

    @ParameterizedTest
    @MethodSource("badFilters")
    void anUnsubscribeFromWhatIsNoFilterFindsNoSubscriptionOrSaysSo(
            String filter) { // [MQTT-3.10.4-5], [MQTT3-3.10.4-5]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.send(Unsubscribe.of(1, filter));
            Unsuback unsuback = client.expect(Unsuback.class);
            if (version == MqttVersion.V5) {
                assertThat(unsuback.reasons())
                        .singleElement()
                        .isIn(ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.TOPIC_FILTER_INVALID);
            }
            client.disconnect();
        }
    }

    static Stream<Arguments> oddFilters() {
        return Stream.of(
                argumentSet("/", "/", "/"),
                argumentSet("//", "//", "//"),
                argumentSet("+/+ for an empty level", "+/+", "/"),
                argumentSet("# for an empty level", "/#", "/"),
                argumentSet("blanks", " / ", " / "),
                argumentSet("$share alone", "$share", ""),
                argumentSet("U+FEFF", "\ufeffa", "\ufeffa"), // [MQTT-4.7.3-4], [MQTT3-4.7.3-4]
                argumentSet("control characters", "a\u0001\n\u001b", "a\u0001\n\u001b"),
                argumentSet("a shared filter with empty levels", "$share/g//", "/"),
                argumentSet("a shared #", "$share/g/#", "any/thing"));
    }

    @ParameterizedTest
    @MethodSource("oddFilters")
    void aFilterThatLooksOddMatchesWhatItSays(String filter, String topic) {
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.subscribe(filter, Qos.AT_MOST_ONCE);
            if (!topic.isEmpty()) {
                client.publish(topic, "m", Qos.AT_MOST_ONCE);
                assertThat(client.takeMessage().topic()).isEqualTo(topic);
            }
            client.disconnect();
        }
    }

    // ---- Very many, very long, very deep ----------------------------------------------------------------------------

    private static Subscription[] numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Subscription.of("many/" + i + "/#", Qos.AT_LEAST_ONCE))
                .toArray(Subscription[]::new);
    }

    @Test // [MQTT-3.8.4-5], [MQTT-3.8.4-6], [MQTT-3.10.4-6]
    void aHundredThousandFiltersInOnePacketAreEachGrantedAndEndedAgain() {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        Subscription[] many = numbered(MANY);
        assertThat(client.subscribe(many).reasons()).hasSize(MANY).containsOnly(ReasonCode.GRANTED_QOS_1);
        for (int i : new int[] {0, 1, MANY / 2, MANY - 1}) {
            client.publish("many/" + i + "/m", "m", Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage().topic()).isEqualTo("many/" + i + "/m");
        }
        List<String> filters = Stream.of(many).map(Subscription::filter).toList();
        client.send(new Unsubscribe(1, filters, UnsubscribeProperties.NONE));
        Unsuback unsuback = client.expect(Unsuback.class);
        assertThat(unsuback.reasons()).hasSize(MANY).containsOnly(ReasonCode.SUCCESS);
        client.publish("many/0/m", "m", Qos.AT_LEAST_ONCE);
        client.expectNothing();
    }

    @Test
    void theSameFilterAHundredThousandTimesIsOneSubscription() { // [MQTT-3.8.4-3], [MQTT3-3.8.4-3]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.subscribe(Collections.nCopies(MANY, Subscription.of("same", Qos.AT_MOST_ONCE))
                .toArray(Subscription[]::new));
        assertThat(broker.broker().admin().session("c").orElseThrow().subscriptions())
                .isEqualTo(1);
        client.publish("same", "m", Qos.AT_MOST_ONCE);
        client.takeMessage();
        client.expectNothing();
    }

    @Test
    void twentyThousandFiltersOfAPersistentSessionEndWithIt() { // [MQTT-3.1.2-4]
        RawClient client = broker.connected(Connect.v311("c").withCleanStart(false));
        client.subscribe(numbered(20_000));
        client.disconnect();
        broker.forget("c");
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        publisher.send(Publish.qos1("many/1/m", Binary.EMPTY, 1));
        assertThat(publisher.expect(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    static Stream<Arguments> hugeFilters() {
        return Stream.of(
                argumentSet("65,535 bytes", "f".repeat(65_535)),
                argumentSet("65,536 empty levels", "/".repeat(65_535)),
                argumentSet("32,768 levels of +", "+/".repeat(32_767) + "+"),
                argumentSet("32,768 levels, the last of them #", "a/".repeat(32_767) + "#"),
                argumentSet("shared, 32,764 levels", "$share/g/" + "+/".repeat(32_763)));
    }

    @ParameterizedTest
    @MethodSource("hugeFilters")
    void aFilterOfTheGreatestLengthOrDepthIsTakenAndDeletedAgain(String filter) { // [MQTT-4.7.3-3], [MQTT3-4.7.3-3]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.subscribe(filter, Qos.AT_LEAST_ONCE);
            client.publish("a/b", "m", Qos.AT_LEAST_ONCE);
            client.expectNothing();
            Unsuback unsuback = client.unsubscribe(filter);
            if (version == MqttVersion.V5) {
                assertThat(unsuback.reasons()).containsExactly(ReasonCode.SUCCESS);
            }
            client.disconnect();
        }
    }

    /** A matcher that tries each + and its alternative separately would take two to the power of sixteen steps. */
    @Test
    void filtersThatBranchAtEveryLevelBringOneMessage() {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        Subscription[] all = IntStream.range(0, 1 << 12)
                .mapToObj(bits -> IntStream.range(0, 12)
                        .mapToObj(level -> (bits >> level & 1) == 0 ? "a" : "+")
                        .toList())
                .map(levels -> Subscription.of(String.join("/", levels), Qos.AT_MOST_ONCE))
                .toArray(Subscription[]::new);
        client.subscribe(all);
        client.publish("a/".repeat(11) + "a", "m", Qos.AT_LEAST_ONCE);
        client.takeMessage();
        client.expectNothing();
    }

    /** It asked for more than it takes, and an answer that is left out would never be missed. */
    @Test
    void aClientWhoseSubackIsLargerThanItTakesIsToldSoAndPutOut() { // [MQTT-3.1.2-24]
        RawClient client =
                broker.connected(Connect.v5("c").withProperties(ConnectProperties.NONE.withMaximumPacketSize(1000)));
        client.subscribe(numbered(990));
        client.send(Subscribe.of(1, numbered(1000)));
        client.expectDisconnect(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void aSubscribeOfAHundredThousandUserPropertiesIsGranted() {
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(RawPacket.of(SUBSCRIBE)
                .twoBytes(1)
                .properties(HexFormat.of().parseHex("260001610000".repeat(MANY)))
                .text("a")
                .oneByte(0)
                .bytes());
        client.expect(Suback.of(1, ReasonCode.GRANTED_QOS_0));
    }
}
