package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.refused;
import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.UserProperty;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT (MQTT 5.0 §3.1). */
class V5ConnectTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    /** Bytes that are no UTF-8: half a sequence, a surrogate, a slash in more bytes than it needs; and U+0000. */
    static Stream<Arguments> noText() {
        return Stream.of(
                argumentSet("half a sequence", "c3"),
                argumentSet("a surrogate", "ed a0 80"),
                argumentSet("a slash in two bytes", "c0 af"),
                argumentSet("U+0000", "61 00 62"));
    }

    /** A CONNECT with these flags, a keep alive of 60 s and no properties, up to its payload. */
    private static RawPacket connect(int flags) {
        return connect(flags, "");
    }

    private static RawPacket connect(int flags, String properties) {
        return RawPacket.of(0x10)
                .text("MQTT")
                .oneByte(5)
                .oneByte(flags)
                .twoBytes(60)
                .properties(properties);
    }

    private static RawClient sent(RawPacket connect) {
        RawClient stranger = broker.stranger();
        stranger.sendBytes(connect.bytes());
        return stranger;
    }

    // ---- The variable header ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "MQTT5", "MQTX", ""})
    void aProtocolNameThatIsNotMqttEndsTheConnection(String name) { // [MQTT-3.1.2-1]
        RawClient stranger = broker.stranger();
        stranger.sendBytes(RawPacket.of(0x10)
                .text(name)
                .hex("05 02 003c 00")
                .text("client")
                .bytes());
        stranger.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 127})
    void aVersionThatIsNotSpokenIsRefused(int version) { // [MQTT-3.1.2-2], [MQTT-3.2.2-7]
        sent(RawPacket.of(0x10).text("MQTT").oneByte(version).hex("02 003c 00").text("client"))
                .expectRefusal(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    @Test
    void theReservedFlagIsZero() { // [MQTT-3.1.2-3], [MQTT-3.1.4-1]
        sent(connect(0x03).text("client")).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void withoutAWillItsQosIsZero() { // [MQTT-3.1.2-11]
        sent(connect(0x0A).text("client")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        sent(connect(0x12).text("client")).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void withoutAWillItIsNotToBeRetained() { // [MQTT-3.1.2-13]
        sent(connect(0x22).text("client")).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aWillHasNoQos3() { // [MQTT-3.1.2-12]
        sent(connect(0x1E).text("client").properties("").text("will").text("gone"))
                .expectRefusal(ReasonCode.MALFORMED_PACKET);
        for (int flags : new int[] {0x06, 0x0E, 0x16}) {
            RawClient client = sent(
                    connect(flags).text("client").properties("").text("will").text("gone"));
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            client.disconnect();
        }
    }

    @Test
    void withoutAPropertyLengthAPacketIsMalformed() { // [MQTT-2.2.2-1]
        // The length of the client identifier is taken for that of the properties, and its first byte for that of
        // itself.
        sent(RawPacket.of(0x10).hex("0004 4d515454 05 02 003c").text("client"))
                .expectRefusal(ReasonCode.MALFORMED_PACKET);

        RawClient client = broker.connected(Connect.v5("client"));
        client.sendBytes(RawPacket.of(0x30).text("topic").bytes());
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    // ---- The payload ------------------------------------------------------------------------------------------------

    @Test
    void thereIsAClientIdentifier() { // [MQTT-3.1.3-3]
        sent(connect(0x02, "26 0001 61 0001 62")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        sent(connect(0x02, "26 0001 61 0001 62").hex("0006 63")).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    static Stream<Arguments> piecesOfAWill() {
        return Stream.of(
                argumentSet("nothing", connect(0x06).text("client")),
                argumentSet("no topic", connect(0x06).text("client").properties("")),
                argumentSet(
                        "no payload",
                        connect(0x06).text("client").properties("").text("will")),
                argumentSet(
                        "no properties",
                        connect(0x06).text("client").text("will").text("gone")));
    }

    @ParameterizedTest
    @MethodSource("piecesOfAWill")
    void aWillHasPropertiesATopicAndAPayload(RawPacket connect) { // [MQTT-3.1.2-9]
        sent(connect).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aUserNameIsThereIfItsFlagSaysSo() { // [MQTT-3.1.2-16], [MQTT-3.1.2-17]
        sent(connect(0x02).text("client").text("user")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        sent(connect(0x82).text("client")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        RawClient client = sent(connect(0x82).text("client").text("user"));
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void aPasswordIsThereIfItsFlagSaysSo() { // [MQTT-3.1.2-18], [MQTT-3.1.2-19]
        sent(connect(0x82).text("client").text("user").text("secret")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        sent(connect(0xC2).text("client").text("user")).expectRefusal(ReasonCode.MALFORMED_PACKET);
        RawClient client = sent(connect(0xC2).text("client").text("user").text("secret"));
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void thePayloadIsReadInTheOrderOfTheStandard() { // [MQTT-3.1.3-1], [MQTT-3.1.3-12]
        RawClient watcher = broker.connected(Connect.v5("watcher"));
        watcher.subscribe("last/words", AT_LEAST_ONCE);
        RawClient client = sent(connect(0xCE)
                .text("client")
                .properties("26 0001 61 0001 62") // User property "a" = "b"
                .text("last/words")
                .text("gone")
                .text("user")
                .text("secret"));
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(broker.broker().admin().session("client")).isPresent();
        client.reset();

        Publish will = watcher.takeMessage();
        assertThat(will.payload()).isEqualTo(Binary.utf8("gone"));
        assertThat(will.properties().userProperties()).containsExactly(new UserProperty("a", "b"));
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theClientIdentifierIsText(String bytes) { // [MQTT-3.1.3-4], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        sent(connect(0x02).binary(hex(bytes))).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theWillTopicIsText(String bytes) { // [MQTT-3.1.3-11], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        sent(connect(0x06).text("client").properties("").binary(hex(bytes)).text("gone"))
                .expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @MethodSource("noText")
    void theUserNameIsText(String bytes) { // [MQTT-3.1.3-12], [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        sent(connect(0x82).text("client").binary(hex(bytes))).expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    @Test
    void anyIdentifierOf1To23DigitsAndLettersIsTaken() { // [MQTT-3.1.3-5]
        String all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (int i = 0; i < all.length(); i++) {
            broker.connected(Connect.v5(all.substring(i, i + 1))).disconnect();
        }
        for (int length = 2; length <= 23; length++) {
            int start = length * 7 % (all.length() - 23);
            broker.connected(Connect.v5(all.substring(start, start + length))).disconnect();
        }
    }

    @Test
    void anEmptyIdentifierIsReplacedByAUniqueOneUnderWhichTheSessionIsFoundAgain() {
        // [MQTT-3.1.3-6], [MQTT-3.1.3-7], [MQTT-3.2.2-16]
        RawClient first = broker.stranger();
        RawClient second = broker.stranger();
        String one = assigned(first.connect(staying("")));
        String other = assigned(second.connect(staying("")));
        assertThat(one).isNotEmpty().isNotEqualTo(other);
        first.reset();

        RawClient again = broker.stranger();
        Connack connack = again.connect(staying(one));
        assertThat(connack.sessionPresent()).isTrue();
        assertThat(connack.properties().assignedClientIdentifier()).isNull();
        broker.forget(one);
        broker.forget(other);
    }

    private static String assigned(Connack connack) {
        return Objects.requireNonNull(connack.properties().assignedClientIdentifier());
    }

    // ---- What the server does ---------------------------------------------------------------------------------------

    @Test
    void aValidConnectIsAnsweredWithSuccess() { // [MQTT-3.1.4-5], [MQTT-3.2.2-1], [MQTT-3.2.2-8]
        RawClient client = broker.stranger();
        client.send(Connect.v5("client"));
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        client.expectNothing();
    }

    @Test
    void aSecondConnectEndsTheConnectionAndIsNotAnsweredWithAConnack() { // [MQTT-3.1.0-2], [MQTT-3.2.0-2]
        byte[] connect = connect(0x02).text("client").bytes();
        RawClient client = broker.connected(Connect.v5("client"));
        client.sendBytes(connect);
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);

        RawClient eager = broker.stranger();
        eager.sendBytes(connect);
        eager.sendBytes(connect);
        assertThat(eager.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        eager.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void aConnectThatFailsACheckOfTheServerEndsTheConnection() {
        // [MQTT-3.1.4-2], [MQTT-3.2.2-6], [MQTT-3.2.2-7], [MQTT-3.2.2-8], [MQTT-4.13.2-1]
        broker.connected(staying("client")).disconnect(); // It has a session, and is not told so.
        RawClient client = broker.stranger();
        client.send(refused("client").withCleanStart(false));
        client.expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD);
        broker.forget("client");
    }

    @Test
    void whatComesBehindARefusedConnectIsNotHandled() { // [MQTT-3.1.4-6]
        RawClient watcher = broker.connected(Connect.v5("watcher"));
        watcher.subscribe("#", AT_MOST_ONCE);
        RawClient client = broker.stranger();
        client.send(refused("client"), Publish.qos0("from/a/stranger", Binary.EMPTY), Connect.v5("client"));
        client.expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD);
        broker.settle();
        watcher.expectNothing();
    }

    @Test
    void aClientThatConnectsAgainIsToldOnItsFormerConnection() { // [MQTT-3.1.4-3], [MQTT-3.14.2-1], [MQTT-3.14.2-2]
        for (Connect connect : List.of(Connect.v5("client"), staying("client"))) {
            RawClient former = broker.connected(connect);
            RawClient latter = broker.connected(connect);
            assertThat(former.expectDisconnect(ReasonCode.SESSION_TAKEN_OVER)
                            .properties()
                            .sessionExpiryInterval())
                    .isNull();
            latter.expectNothing();
        }
        broker.forget("client");
    }

    @Test
    void anIdentifierIsTakenAsItIs() { // [MQTT-3.1.3-2], [MQTT-1.5.4-3]
        List<String> lookAlikes = List.of("client", "Client", "client ", "\uFEFFclient", "cli\u00e9nt", "clie\u0301nt");
        for (String id : lookAlikes) {
            RawClient client = broker.stranger();
            assertThat(client.connect(staying(id)).sessionPresent()).isFalse();
            client.subscribe("for/" + lookAlikes.indexOf(id), AT_LEAST_ONCE);
            client.disconnect();
        }
        RawClient publisher = broker.connected(Connect.v5("publisher"));
        for (int i = 0; i < lookAlikes.size(); i++) {
            publisher.publish("for/" + i, "kept", AT_LEAST_ONCE);
        }
        for (String id : lookAlikes) {
            RawClient client = broker.connected(staying(id));
            assertThat(client.takeMessage().topic()).isEqualTo("for/" + lookAlikes.indexOf(id));
            client.expectNothing();
            client.close();
            broker.forget(id);
        }
    }
}
