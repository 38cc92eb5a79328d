package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a CONNECT can say wrong, oddly, twice or a hundred thousand times. Who is refused leaves no trace: the broker's figures
 * are as before.
 */
class ConnectTest {

    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_1 = 0x08;
    private static final int WILL_QOS_3 = 0x18;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    private static final int MANY = 100_000;

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    // ---- Putting together what no encoder would ---------------------------------------------------------------------

    /** The variable header of a CONNECT with these flags, up to its keep alive of 60 seconds. */
    private static RawPacket header(MqttVersion version, int flags) {
        return RawPacket.of(0x10)
                .text(version.protocolName())
                .oneByte(version.level())
                .oneByte(flags)
                .twoBytes(60);
    }

    /** The same with the client id, and no properties. */
    private static RawPacket connect(MqttVersion version, int flags, byte[] clientId) {
        return noProperties(version, header(version, flags)).binary(clientId);
    }

    private static RawPacket connect(MqttVersion version, int flags) {
        return connect(version, flags, new byte[] {'c'});
    }

    private static RawPacket noProperties(MqttVersion version, RawPacket packet) {
        return version == MqttVersion.V5 ? packet.properties("") : packet;
    }

    /** A CONNECT that has all that its flags promise. */
    private static byte[] complete(MqttVersion version, int flags) {
        RawPacket packet = connect(version, flags);
        if ((flags & WILL) != 0) {
            noProperties(version, packet).text("will/topic").text("will");
        }
        if ((flags & USER_NAME) != 0) {
            packet.text("user");
        }
        if ((flags & PASSWORD) != 0) {
            packet.text("password");
        }
        return packet.bytes();
    }

    private RawClient stranger(MqttVersion version) {
        return broker.stranger().version(version);
    }

    private RawClient sent(MqttVersion version, byte[] connect) {
        RawClient client = stranger(version);
        client.sendBytes(connect);
        return client;
    }

    /** MQTT 5.0 has words for a CONNECT that is not as it should be; for the earlier versions it is just the end. */
    private static void expectNotUnderstood(RawClient client, ReasonCode reason) {
        if (client.version() == MqttVersion.V5) {
            client.expectRefusal(reason);
        } else {
            client.expectClosed(); // MQTT 3.1.1 has no word for it.
        }
    }

    private static void expectAccepted(RawClient client) {
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        client.expectNothing();
    }

    // ---- The protocol -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "MQT", "MQTTT", "MQTT ", "MQISDP", "", "AMQP", "\u041cQTT"})
    void aWrongProtocolNameEndsTheConnectionWithoutAWord(String name) { // [MQTT-3.1.2-1], [MQTT3-3.1.2-1]
        long errors = broker.statistics().protocolErrors();
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = stranger(version);
            client.sendBytes(RawPacket.of(0x10)
                    .text(name)
                    .oneByte(version.level())
                    .hex("02 003c")
                    .text("client")
                    .bytes());
            client.expectClosed();
        }
        assertThat(broker.statistics().protocolErrors()).isEqualTo(errors + 3);
        assertThat(broker.log()) // Where there are not too many of their kind.
                .hasSizeLessThan(4)
                .allMatch(line -> line.contains("closed before CONNECT"));
    }

    static Stream<Arguments> unknownLevels() {
        return Stream.of(
                argumentSet("MQTT 0", "MQTT", 0, MqttVersion.V3_1_1),
                argumentSet("MQTT 3", "MQTT", 3, MqttVersion.V3_1_1),
                argumentSet("MQIsdp 2", "MQIsdp", 2, MqttVersion.V3_1_1),
                argumentSet("MQIsdp 4", "MQIsdp", 4, MqttVersion.V3_1_1),
                argumentSet("MQIsdp 5", "MQIsdp", 5, MqttVersion.V3_1_1),
                argumentSet("MQTT 6", "MQTT", 6, MqttVersion.V5),
                argumentSet("MQTT 9", "MQTT", 9, MqttVersion.V5),
                argumentSet("MQTT 127", "MQTT", 127, MqttVersion.V5),
                argumentSet("MQTT 4 of a bridge", "MQTT", 0x84, MqttVersion.V3_1_1),
                argumentSet("MQTT 255", "MQTT", 255, MqttVersion.V5));
    }

    @ParameterizedTest
    @MethodSource("unknownLevels")
    void anUnknownLevelIsAnsweredInTheNearestVersion( // [MQTT-3.1.2-2], [MQTT3-3.1.2-2], [MQTT3-3.2.2-5]
            String name, int level, MqttVersion answer) {
        RawClient client = stranger(answer);
        // What follows the level may be anything, for nobody here knows that version.
        client.sendBytes(RawPacket.of(0x10)
                .text(name)
                .oneByte(level)
                .hex("ff ffff ffff ffff")
                .bytes());
        client.expectRefusal(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    // ---- The flags --------------------------------------------------------------------------------------------------

    static Stream<Arguments> contradictoryFlags() {
        return Stream.of(
                argumentSet("reserved flag", CLEAN_START | 0x01), // [MQTT-3.1.2-3], [MQTT3-3.1.2-3]
                argumentSet("will QoS 3", CLEAN_START | WILL | WILL_QOS_3), // [MQTT-3.1.2-12], [MQTT3-3.1.2-14]
                argumentSet("will QoS without will", CLEAN_START | WILL_QOS_1), // [MQTT-3.1.2-11], [MQTT3-3.1.2-13]
                argumentSet("will QoS 3 without will", CLEAN_START | WILL_QOS_3),
                argumentSet("will retain without will", CLEAN_START | WILL_RETAIN)); // [MQTT-3.1.2-13]
    }

    @ParameterizedTest
    @MethodSource("contradictoryFlags")
    void flagsThatContradictEachOtherAreRefused(int flags) { // [MQTT-3.1.4-1], [MQTT3-3.1.2-15]
        for (MqttVersion version : List.of(MqttVersion.V3_1_1, MqttVersion.V5)) {
            expectNotUnderstood(sent(version, complete(version, flags)), ReasonCode.MALFORMED_PACKET);
        }
    }

    @Test
    void willQos3IsRefusedIn31AsWell() {
        sent(MqttVersion.V3_1, complete(MqttVersion.V3_1, CLEAN_START | WILL | WILL_QOS_3))
                .expectClosed();
    }

    /** MQTT 3.1 says of these bits that they are not used, and not what they should be. */
    @ParameterizedTest
    @ValueSource(ints = {CLEAN_START | 0x01, CLEAN_START | WILL_QOS_1, CLEAN_START | WILL_RETAIN})
    void bitsThat31DoesNotUseMayBeAnythingThere(int flags) {
        expectAccepted(sent(MqttVersion.V3_1, complete(MqttVersion.V3_1, flags)));
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void aPasswordWithoutAUserNameIsRefusedBefore5(MqttVersion version) { // [MQTT3-3.1.2-22]
        sent(version, complete(version, CLEAN_START | PASSWORD)).expectClosed();
    }

    @Test
    void aPasswordWithoutAUserNameIsAllowedIn5() { // MQTT 5.0 §3.1.2.9
        expectAccepted(sent(MqttVersion.V5, complete(MqttVersion.V5, CLEAN_START | PASSWORD)));
    }

    static Stream<Arguments> missing() {
        return Stream.of(
                argumentSet("will", CLEAN_START | WILL), // [MQTT-3.1.2-9], [MQTT3-3.1.2-9]
                argumentSet("user name", CLEAN_START | USER_NAME), // [MQTT-3.1.2-17], [MQTT3-3.1.2-19]
                argumentSet("password", CLEAN_START | USER_NAME | PASSWORD)); // [MQTT-3.1.2-19], [MQTT3-3.1.2-21]
    }

    @ParameterizedTest
    @MethodSource("missing")
    void whatTheFlagsPromiseMustBeThere(int flags) { // [MQTT-3.1.4-1], [MQTT3-3.1.4-1]
        for (MqttVersion version : List.of(MqttVersion.V3_1_1, MqttVersion.V5)) {
            expectNotUnderstood(sent(version, connect(version, flags).bytes()), ReasonCode.MALFORMED_PACKET);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheFlagsDoNotPromiseMustNotBeThere( // [MQTT-3.1.2-16], [MQTT-3.1.2-18], [MQTT3-3.1.2-18], [MQTT3-3.1.2-20]
            MqttVersion version) {
        byte[] connect = connect(version, CLEAN_START).text("user").bytes();
        expectNotUnderstood(sent(version, connect), ReasonCode.MALFORMED_PACKET);
    }

    static Stream<Arguments> badWillTopics() {
        return Stream.of(
                argumentSet("empty", "", ReasonCode.TOPIC_NAME_INVALID), // [MQTT-4.7.3-1], [MQTT3-4.7.3-1]
                argumentSet("+", "a/+", ReasonCode.TOPIC_NAME_INVALID), // [MQTT-4.7.0-1], [MQTT3-4.7.1-1]
                argumentSet("#", "#", ReasonCode.TOPIC_NAME_INVALID),
                argumentSet("NUL", "a\0", ReasonCode.MALFORMED_PACKET)); // [MQTT-3.1.3-11], [MQTT3-3.1.3-10]
    }

    @ParameterizedTest
    @MethodSource("badWillTopics")
    void aWillTopicThatIsNoTopicNameIsRefused(String topic, ReasonCode reason) {
        for (MqttVersion version : MqttVersion.values()) {
            RawPacket connect = noProperties(version, connect(version, CLEAN_START | WILL));
            expectNotUnderstood(sent(version, connect.text(topic).text("will").bytes()), reason);
        }
    }

    static Stream<Arguments> willTopicsThatAreNotForClients() {
        return Stream.of(
                argumentSet("$SYS/…", "$SYS/broker/uptime", ReasonCode.NOT_AUTHORIZED),
                argumentSet("$share/…", "$share/group/topic", ReasonCode.TOPIC_NAME_INVALID));
    }

    /** What a client may not publish it may not leave to be published either. */
    @ParameterizedTest
    @MethodSource("willTopicsThatAreNotForClients")
    void aWillToATopicThatIsNotForClientsIsRefused(String topic, ReasonCode reason) { // [MQTT-3.1.4-2]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = stranger(version);
            client.send(Connect.of(version, "c").withWill(Will.of(topic, Binary.utf8("will"), Qos.AT_MOST_ONCE)));
            if (version == MqttVersion.V5 || reason == ReasonCode.NOT_AUTHORIZED) {
                client.expectRefusal(reason);
            } else {
                client.expectClosed(); // [MQTT3-3.2.2-6]
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void passwordAndWillMayBeAnyBytes(MqttVersion version) {
        Binary bytes = Binary.copyOf(new byte[] {0, -1, (byte) 0xC0, (byte) 0x80, '\n', 0});
        RawClient watcher = broker.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("will/#", Qos.AT_MOST_ONCE);
        RawClient client = broker.connected(Connect.of(version, "c")
                .withCredentials("user", bytes)
                .withWill(Will.of("will/binary", bytes, Qos.AT_MOST_ONCE)));
        client.reset();
        assertThat(watcher.takeMessage().payload()).isEqualTo(bytes);
    }

    // ---- The client id ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyIdIsRefusedIn31(boolean cleanSession) {
        RawClient client = stranger(MqttVersion.V3_1);
        client.send(Connect.v31("").withCleanStart(cleanSession));
        client.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test
    void anEmptyIdWithoutCleanSessionIsRefusedIn311() { // [MQTT3-3.1.3-8]
        RawClient client = stranger(MqttVersion.V3_1_1);
        client.send(Connect.v311("").withCleanStart(false));
        client.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test
    void emptyIdsWithCleanSessionIn311AreClientsOfTheirOwn() { // [MQTT3-3.1.3-6]
        broker.connected(Connect.v311("")).expectNothing();
        long sessions = broker.statistics().sessions();
        broker.connected(Connect.v311("")).expectNothing();
        assertThat(broker.statistics().sessions()).isEqualTo(sessions + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyIdIn5IsReplacedByOneThatTheClientIsTold( // [MQTT-3.1.3-6], [MQTT-3.1.3-7], [MQTT-3.2.2-16]
            boolean cleanStart) {
        List<String> assigned = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = stranger(MqttVersion.V5);
            Connack connack = client.connect(Connect.v5("").withCleanStart(cleanStart));
            assertThat(connack.properties().assignedClientIdentifier()).isNotEmpty();
            assigned.add(String.valueOf(connack.properties().assignedClientIdentifier()));
        }
        assertThat(assigned)
                .doesNotHaveDuplicates()
                .allMatch(id -> broker.broker().admin().session(id).isPresent());
    }

    @ParameterizedTest
    @EnumSource
    void anIdOf65535BytesIsAnIdLikeAnyOther(MqttVersion version) { // [MQTT-3.1.3-2]
        String id = "i".repeat(65_535);
        RawClient former = broker.connected(version, id);
        RawClient almost = broker.connected(version, id.substring(1));
        RawClient latter = broker.connected(version, id);
        former.expectEnd(ReasonCode.SESSION_TAKEN_OVER);
        almost.expectNothing();
        latter.sendBytes("30 01 00"); // So that the log has to speak of it.
        latter.expectEnd(ReasonCode.MALFORMED_PACKET);
        assertThat(broker.log()).isNotEmpty().allMatch(line -> line.length() < 500);
    }

    static Stream<Arguments> oddIds() {
        return Stream.of(
                argumentSet("#", "#"),
                argumentSet("+", "+"),
                argumentSet("/", "/"),
                argumentSet("levels and wildcards", "a/+/#"),
                argumentSet("$SYS", "$SYS/broker"),
                argumentSet("$share", "$share/group/filter"),
                argumentSet("a way out of a directory", "../../etc/passwd"),
                argumentSet("blank", " "),
                argumentSet("control characters", "\u0001\u0007\b\t\n\r\u001b[2J\u007f\u0085\u009b"),
                argumentSet("markup", "<script>alert('\"')</script>"),
                argumentSet("format characters", "a\u202eb\u200bc\u2028d"),
                argumentSet("U+FEFF", "\ufeffc"), // [MQTT-1.5.4-3], [MQTT3-1.5.3-3]
                argumentSet("a non-character", "\uffff"),
                argumentSet("beyond the first plane", "\ud83d\udca9"));
    }

    /** A persistent session each, so that the id is written and found again. */
    @ParameterizedTest
    @MethodSource("oddIds")
    void anIdMayHaveAnyCharacterAndIsTakenLiterally(String id) {
        for (MqttVersion version : MqttVersion.values()) {
            Connect persistent = persistent(version, id);
            RawClient neighbour = broker.connected(version, "c");
            RawClient client = broker.connected(persistent);
            client.subscribe("to/" + version.level(), Qos.AT_LEAST_ONCE);
            client.disconnect();
            neighbour.publish("to/" + version.level(), "kept", Qos.AT_LEAST_ONCE);
            assertThat(broker.broker().admin().session(id)).hasValueSatisfying(session -> {
                assertThat(session.clientId()).isEqualTo(id);
                assertThat(session.connected()).isFalse();
                assertThat(session.persistent()).isTrue();
                assertThat(session.subscriptions()).isEqualTo(1);
            });
            RawClient again = stranger(version);
            assertThat(again.connect(persistent).sessionPresent()).isEqualTo(version != MqttVersion.V3_1);
            assertThat(again.takeMessage().payload().toUtf8()).isEqualTo("kept");
            again.sendBytes("30 01 00"); // So that the log has to speak of it.
            again.expectEnd(ReasonCode.MALFORMED_PACKET);
            neighbour.disconnect();
            broker.forget(id);
        }
        assertThat(broker.log())
                .isNotEmpty()
                .allMatch(line -> line.chars()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT));
    }

    private static Connect persistent(MqttVersion version, String id) {
        Connect connect = Connect.of(version, id).withCleanStart(false);
        return version == MqttVersion.V5
                ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600))
                : connect;
    }

    @ParameterizedTest
    @EnumSource
    void idsThatLookTheSameAreNotTheSame(MqttVersion version) { // [MQTT-1.5.4-3], [MQTT3-1.5.3-3]
        List<RawClient> clients = Stream.of("c", "\ufeffc", "C", "c ", "\u00e9", "e\u0301", "\u0435")
                .map(id -> broker.connected(version, id))
                .toList();
        clients.forEach(RawClient::expectNothing);
    }

    static Stream<Arguments> badText() {
        return Stream.of(
                argumentSet("NUL", "6300"), // [MQTT-1.5.4-2], [MQTT3-1.5.3-2]
                argumentSet("NUL alone", "00"),
                argumentSet("a lone high surrogate", "63 eda080"), // [MQTT-1.5.4-1], [MQTT3-1.5.3-1]
                argumentSet("a lone low surrogate", "edb080 63"),
                argumentSet("a pair of surrogates", "eda0bd edb2a9"),
                argumentSet("NUL in two bytes", "c080"),
                argumentSet("/ in two bytes", "c0af"),
                argumentSet("half a character", "63 e282"),
                argumentSet("the second half of a character", "82ac"),
                argumentSet("beyond U+10FFFF", "f4908080"),
                argumentSet("0xFF", "ff"));
    }

    @ParameterizedTest
    @MethodSource("badText")
    void anIdThatIsNotUtf8OrHasNulIsRefused(String hex) { // [MQTT-3.1.3-4], [MQTT3-3.1.3-4]
        for (MqttVersion version : MqttVersion.values()) {
            byte[] id = HexFormat.of().parseHex(hex.replace(" ", ""));
            expectNotUnderstood(sent(version, connect(version, CLEAN_START, id).bytes()), ReasonCode.MALFORMED_PACKET);
        }
    }

    @ParameterizedTest
    @MethodSource("badText")
    void aUserNameThatIsNotUtf8OrHasNulIsRefused(String hex) { // [MQTT-3.1.3-12], [MQTT3-3.1.3-11]
        for (MqttVersion version : MqttVersion.values()) {
            RawPacket connect = connect(version, CLEAN_START | USER_NAME)
                    .binary(HexFormat.of().parseHex(hex.replace(" ", "")));
            expectNotUnderstood(sent(version, connect.bytes()), ReasonCode.MALFORMED_PACKET);
        }
    }

    // ---- Twice ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aSecondConnectEndsTheConnection(MqttVersion version) { // [MQTT-3.1.0-2], [MQTT3-3.1.0-2]
        RawClient client = broker.connected(version, "c");
        client.sendBytes(complete(version, CLEAN_START));
        client.expectEnd(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @EnumSource
    void twoConnectsInOneReadAreAnsweredOnce(MqttVersion version) { // [MQTT-3.2.0-2]
        RawClient client = stranger(version);
        client.send(Connect.of(version, "c"), Connect.of(version, "other"));
        client.expect(Connack.class);
        client.expectEnd(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSentBehindARefusedConnectDoesNotHappen(MqttVersion version) { // [MQTT-3.1.4-6], [MQTT3-3.1.4-5]
        RawClient watcher = broker.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("behind", Qos.AT_MOST_ONCE);
        RawClient client = stranger(version);
        Connect refused = version == MqttVersion.V5
                ? Connect.v5("c").withProperties(ConnectProperties.NONE.withAuthenticationMethod("unknown"))
                : Connect.of(version, "").withCleanStart(false);
        client.send(refused, Publish.qos0("behind", Binary.utf8("m")), Connect.of(version, "c"));
        client.expectRefusal(
                version == MqttVersion.V5
                        ? ReasonCode.BAD_AUTHENTICATION_METHOD
                        : ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        watcher.expectNothing();
    }

    // ---- Properties -------------------------------------------------------------------------------------------------

    private static byte[] withProperties(byte[] properties) {
        return header(MqttVersion.V5, CLEAN_START)
                .properties(properties)
                .text("c")
                .bytes();
    }

    private static byte[] withProperties(String hex) {
        return withProperties(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static byte[] withWillProperties(String hex) {
        return connect(MqttVersion.V5, CLEAN_START | WILL)
                .properties(hex)
                .text("will/topic")
                .text("will")
                .bytes();
    }

    static Stream<Arguments> connectProperties() {
        return Stream.of(
                argumentSet("session expiry interval", "11 00000001"),
                argumentSet("receive maximum", "21 0001"),
                argumentSet("maximum packet size", "27 00000100"),
                argumentSet("topic alias maximum", "22 0001"),
                argumentSet("request response information", "19 01"),
                argumentSet("request problem information", "17 01"),
                argumentSet("authentication method", "15 0001 61"),
                argumentSet("authentication data", "16 0001 61"));
    }

    @ParameterizedTest
    @MethodSource("connectProperties")
    void aPropertyThatComesTwiceIsAProtocolError(String hex) { // MQTT 5.0 §3.1.2.11
        sent(MqttVersion.V5, withProperties(hex + hex)).expectRefusal(ReasonCode.PROTOCOL_ERROR);
    }

    static Stream<Arguments> willProperties() {
        return Stream.of(
                argumentSet("will delay interval", "18 00000001"),
                argumentSet("payload format indicator", "01 00"),
                argumentSet("message expiry interval", "02 00000001"),
                argumentSet("content type", "03 0001 61"),
                argumentSet("response topic", "08 0001 61"),
                argumentSet("correlation data", "09 0001 61"));
    }

    @ParameterizedTest
    @MethodSource("willProperties")
    void aPropertyOfTheWillThatComesTwiceIsAProtocolError(String hex) { // MQTT 5.0 §3.1.3.2
        sent(MqttVersion.V5, withWillProperties(hex + hex)).expectRefusal(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @MethodSource("willProperties")
    void aPropertyOfTheWillIsMisplacedAmongThoseOfTheConnection(String hex) { // MQTT 5.0 §2.2.2.2
        sent(MqttVersion.V5, withProperties(hex)).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @MethodSource("connectProperties")
    void aPropertyOfTheConnectionIsMisplacedAmongThoseOfTheWill(String hex) { // MQTT 5.0 §2.2.2.2
        sent(MqttVersion.V5, withWillProperties(hex)).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    static Stream<Arguments> strayProperties() {
        return Stream.of(
                argumentSet("subscription identifier", "0b 01"),
                argumentSet("assigned client identifier", "12 0001 61"),
                argumentSet("server keep alive", "13 0001"),
                argumentSet("response information", "1a 0001 61"),
                argumentSet("server reference", "1c 0001 61"),
                argumentSet("reason string", "1f 0001 61"),
                argumentSet("topic alias", "23 0001"),
                argumentSet("maximum QoS", "24 01"),
                argumentSet("retain available", "25 01"),
                argumentSet("wildcard subscription available", "28 01"),
                argumentSet("subscription identifiers available", "29 01"),
                argumentSet("shared subscription available", "2a 01"),
                argumentSet("identifier 0", "00 00"),
                argumentSet("an unknown identifier", "04 00"),
                argumentSet("identifier 127", "7f 00"),
                argumentSet("identifier 128 in two bytes", "8001 00"),
                argumentSet("identifier 17 in two bytes", "9100 00000001"),
                argumentSet("an identifier without a value", "11"),
                argumentSet("half a value", "11 0000"),
                argumentSet("a text longer than the properties", "15 ffff 61"));
    }

    @ParameterizedTest
    @MethodSource("strayProperties")
    void aPropertyThatIsUnknownOrHasNoPlaceHereIsMalformed(String hex) { // MQTT 5.0 §2.2.2.2
        sent(MqttVersion.V5, withProperties(hex)).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    static Stream<Arguments> forbiddenValues() {
        return Stream.of(
                argumentSet("receive maximum 0", "21 0000"), // MQTT 5.0 §3.1.2.11.3
                argumentSet("maximum packet size 0", "27 00000000"), // MQTT 5.0 §3.1.2.11.4
                argumentSet("request response information 2", "19 02"), // MQTT 5.0 §3.1.2.11.6
                argumentSet("request problem information 2", "17 02"), // MQTT 5.0 §3.1.2.11.7
                argumentSet("authentication data without a method", "16 0001 61")); // MQTT 5.0 §3.1.2.11.10
    }

    @ParameterizedTest
    @MethodSource("forbiddenValues")
    void aValueThatAPropertyMayNotHaveIsAProtocolError(String hex) {
        sent(MqttVersion.V5, withProperties(hex)).expectRefusal(ReasonCode.PROTOCOL_ERROR);
    }

    static Stream<Arguments> extremeValues() {
        return Stream.of(
                argumentSet("session expiry interval 0", "11 00000000"),
                argumentSet("session expiry interval 4,294,967,295", "11 ffffffff"),
                argumentSet("receive maximum 65,535", "21 ffff"),
                argumentSet("maximum packet size 4,294,967,295", "27 ffffffff"),
                argumentSet("topic alias maximum 0", "22 0000"),
                argumentSet("topic alias maximum 65,535", "22 ffff"));
    }

    @ParameterizedTest
    @MethodSource("extremeValues")
    void theLeastAndTheMostThatAPropertyMaySayIsServed(String hex) {
        RawClient client = sent(MqttVersion.V5, withProperties(hex));
        expectAccepted(client);
        client.subscribe("extreme", Qos.EXACTLY_ONCE);
        for (Qos qos : Qos.values()) {
            client.publish("extreme", "m", qos);
            assertThat(client.takeMessage().qos()).isEqualTo(qos);
        }
        client.disconnect();
        broker.forget("c");
    }

    /** It cannot even be told so: no packet of the broker is that small. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aClientThatTakesNoPacketAsLargeAsConnackIsClosedWithoutAWord(int largest) { // [MQTT-3.1.2-24]
        sent(MqttVersion.V5, withProperties(String.format("27 %08x", largest))).expectClosed();
    }

    @Test
    void anExpiryOf4294967295NeverComes() { // [MQTT-3.1.2-23], MQTT 5.0 §3.1.2.11.2
        Connect immortal = Connect.v5("c")
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(0xFFFF_FFFFL));
        RawClient client = stranger(MqttVersion.V5);
        assertThat(client.connect(immortal).properties().sessionExpiryInterval())
                .as("an expiry other than the one asked for")
                .isNull();
        client.disconnect();
        broker.passes(Duration.ofDays(200 * 365));
        assertThat(stranger(MqttVersion.V5).connect(immortal).sessionPresent()).isTrue();
        broker.forget("c");
    }

    // ---- A hundred thousand user properties -------------------------------------------------------------------------

    /** User properties with the name "a" and the value "". */
    private static byte[] userProperties(int count) {
        return HexFormat.of().parseHex("260001610000".repeat(count));
    }

    @Test
    void aHundredThousandUserPropertiesInConnectAreReadInOneGo() {
        expectAccepted(sent(MqttVersion.V5, withProperties(userProperties(MANY))));
    }

    @Test
    void aHundredThousandUserPropertiesOfAWillArriveWithIt() { // [MQTT-3.1.3-10]
        RawClient watcher = broker.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("will/#", Qos.AT_MOST_ONCE);
        RawClient client = sent(
                MqttVersion.V5,
                connect(MqttVersion.V5, CLEAN_START | WILL)
                        .properties(userProperties(MANY))
                        .text("will/topic")
                        .text("will")
                        .bytes());
        expectAccepted(client);
        client.reset();
        assertThat(watcher.takeMessage().properties().userProperties()).hasSize(MANY);
    }

    /** What a stranger may send is bounded, whatever it is made of. */
    @Test
    void aConnectOfAMegabyteOfUserPropertiesIsNotWaitedFor() {
        byte[] connect = withProperties(userProperties(200_000));
        sent(MqttVersion.V5, Arrays.copyOf(connect, 1000)).expectClosed();
    }

    // ---- Keep alive -------------------------------------------------------------------------------------------------

    /** One and a half times 43,691 seconds is half a second too much for sixteen bits. */
    @Test
    void aLongKeepAliveOrNoneOutlivesAShortOne() { // [MQTT-3.1.2-22], [MQTT3-3.1.2-24]
        List<RawClient> patient = new ArrayList<>();
        List<RawClient> impatient = new ArrayList<>();
        for (MqttVersion version : MqttVersion.values()) {
            for (int seconds : new int[] {0, 43_690, 43_691, 65_535}) {
                Connect connect = Connect.of(version, version + " " + seconds);
                patient.add(broker.connected(connect.withKeepAlive(seconds)));
            }
            impatient.add(broker.connected(Connect.of(version, version + " 1").withKeepAlive(1)));
        }
        impatient.forEach(client -> client.expectEnd(ReasonCode.KEEP_ALIVE_TIMEOUT));
        patient.forEach(RawClient::expectNothing);
    }

    // ---- Will delay and session expiry ------------------------------------------------------------------------------

    private static Connect mortal(long delay, long expiry) {
        return Connect.v5("mortal")
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expiry))
                .withWill(Will.of("will/mortal", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)
                        .withProperties(WillProperties.NONE.withDelayInterval(delay)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aWillWhoseDelayIsLongerThanTheSessionLivesComesWhenTheSessionEnds(long expiry) { // [MQTT-3.1.2-8]
        RawClient watcher = broker.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("will/#", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(0xFFFF_FFFFL, expiry)).reset();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
        assertThat(broker.broker().admin().session("mortal")).isEmpty();
    }

    @Test
    void aSessionThatIsMadeToEndByDisconnectPublishesItsDelayedWillThen() { // [MQTT-3.1.2-8], MQTT 5.0 §3.14.2.2.2
        RawClient watcher = broker.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("will/#", Qos.AT_LEAST_ONCE);
        RawClient client = broker.connected(mortal(0xFFFF_FFFFL, 0xFFFF_FFFFL));
        client.send(new Disconnect(
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, DisconnectProperties.NONE.withSessionExpiryInterval(0)));
        client.expectClosed();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }
}
