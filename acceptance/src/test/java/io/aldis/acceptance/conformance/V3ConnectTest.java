package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.broker.admin.SessionInfo;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and CONNACK, but for wills and sessions (MQTT 3.1.1, sections 3.1 and 3.2). */
class V3ConnectTest extends V3Contract {

    // ---- The first packet -------------------------------------------------------------------------------------------

    @Test
    void aValidConnectIsAnsweredWithConnackAndReturnCode0() { // [MQTT3-3.1.4-4], [MQTT3-3.2.0-1]
        RawClient client = broker.stranger();
        client.send(Connect.of(version, "c"));
        client.expect(Connack.accepted(false));
        client.expectNothing();
    }

    @Test
    void connackComesFirstWhateverIsSentBehindConnect() { // [MQTT3-3.2.0-1]
        RawClient publisher = client("publisher");
        publisher.publish("first", "retained", Qos.AT_LEAST_ONCE, true);
        RawClient client = broker.stranger();
        client.send(
                Connect.of(version, "c"),
                Subscribe.of(1, "first", Qos.AT_LEAST_ONCE),
                Publish.qos1("first", Binary.EMPTY, 2));
        client.expect(Connack.accepted(false));
        broker.forgetRetained("first");
    }

    @Test
    void aSecondConnectEndsTheConnection() { // [MQTT3-3.1.0-2]
        RawClient client = client("c");
        client.send(Connect.of(version, "c"));
        client.expectClosed();
        RawClient atOnce = broker.stranger();
        atOnce.send(Connect.of(version, "c"), Connect.of(version, "d"));
        atOnce.expect(Connack.accepted(false));
        atOnce.expectClosed();
    }

    // ---- What a server refuses to read ------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "MQTX", "mqtt", "MQTT ", "MQIsdx", "MQIsdp\u0001", "HTTP"})
    void anotherProtocolIsClosedUnanswered(String name) { // [MQTT3-3.1.2-1]
        expectClosedUnanswered(RawPacket.of(0x10)
                .text(name)
                .oneByte(version.level())
                .hex("02 003c")
                .text("c"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 0x7F, 0x80, 0x83, 0x84, 0xFF})
    void anUnknownLevelIsAnsweredWithReturnCode1AndClosed(int level) { // [MQTT3-3.1.2-2], [MQTT3-3.2.2-5]
        // A level above 5 may be one of a later standard, which has the CONNACK of MQTT 5.0.
        MqttVersion answer = (level & 0x7F) > 5 ? MqttVersion.V5 : version;
        RawClient stranger = broker.stranger().version(answer);
        stranger.sendBytes(RawPacket.of(0x10)
                .text(version.protocolName())
                .oneByte(level)
                .hex("02 003c")
                .text("c")
                .bytes());
        stranger.expectRefusal(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    /** What comes behind the level; the payload is there as the flags say, unless the name says otherwise. */
    static Stream<Arguments> malformed() {
        return Stream.of(
                argumentSet("will QoS 3", "1e 003c 0001 63 0001 77 0001 6d"), // [MQTT3-3.1.2-14]
                argumentSet("no client identifier", "02 003c"), // [MQTT3-3.1.3-3]
                argumentSet("half a client identifier", "02 003c 0003 63"), // [MQTT3-3.1.3-3]
                argumentSet("no will topic", "06 003c 0001 63"), // [MQTT3-3.1.2-9]
                argumentSet("no will message", "06 003c 0001 63 0001 77"), // [MQTT3-3.1.2-9]
                argumentSet("a will and no will flag", "02 003c 0001 63 0001 77 0001 6d"), // [MQTT3-3.1.2-11]
                argumentSet("a user name and no flag", "02 003c 0001 63 0001 75"), // [MQTT3-3.1.2-18]
                argumentSet("a password and no flag", "82 003c 0001 63 0001 75 0001 70"), // [MQTT3-3.1.2-20]
                argumentSet("half a user name", "82 003c 0001 63 0002 75"), // [MQTT3-3.1.2-19]
                argumentSet("half a password", "c2 003c 0001 63 0001 75 0002 70"), // [MQTT3-3.1.2-21]
                argumentSet("a password without a user name", "42 003c 0001 63 0001 70")); // [MQTT3-3.1.2-22]
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedConnectIsClosedUnanswered(String hex) { // [MQTT3-3.1.4-1], [MQTT3-4.8.0-1]
        expectClosedUnanswered(RawPacket.of(0x10)
                .text(version.protocolName())
                .oneByte(version.level())
                .hex(hex));
    }

    @Test
    void nothingBehindARefusedConnectIsHandled() { // [MQTT3-3.1.4-5], [MQTT3-3.2.2-5]
        RawClient listener = subscriber("listener", "refused", Qos.AT_LEAST_ONCE);
        RawClient refused = broker.stranger();
        refused.send(
                Connect.of(version, "").withCleanStart(false),
                Publish.qos0("refused", Binary.utf8("x")),
                Publish.qos1("refused", Binary.utf8("x"), 1));
        refused.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        end(client("publisher"), "refused");
        assertThat(takeAll(listener)).isEmpty();
    }

    @Test
    void aConnectThatNoReturnCodeFitsIsClosedUnanswered() { // [MQTT3-3.2.2-6]
        RawClient stranger = broker.stranger();
        // A will that nobody could receive; MQTT 5.0 would be told that its topic is invalid.
        stranger.send(Connect.of(version, "c").withWill(Will.of("$share/g/t", Binary.EMPTY, Qos.AT_MOST_ONCE)));
        stranger.expectClosed();
    }

    @Test
    void aRefusalHasTheReturnCodeThatComesNearest() { // [MQTT3-3.2.2-4], [MQTT3-3.2.2-5]
        RawClient stranger = broker.stranger();
        stranger.send(Connect.of(version, "c").withWill(Will.of("$SYS/forged", Binary.EMPTY, Qos.AT_MOST_ONCE)));
        assertThat(stranger.expectRefusal(ReasonCode.NOT_AUTHORIZED).reason().returnCode())
                .hasValue(5);
    }

    // ---- The payload ------------------------------------------------------------------------------------------------

    @Test
    void theFieldsOfThePayloadAreReadInTheirOrder() { // [MQTT3-3.1.3-1], [MQTT3-3.1.2-9], [MQTT3-3.1.2-19]
        RawClient listener = subscriber("listener", "the/will", Qos.EXACTLY_ONCE);
        RawClient client = broker.stranger().version(version);
        client.sendBytes(rawConnect(0xD6) // user name, password, will of QoS 2, clean session
                .text("the-id")
                .text("the/will")
                .text("the message")
                .text("the user")
                .text("the password") // [MQTT3-3.1.2-21]
                .bytes());
        client.expect(Connack.accepted(false));
        assertThat(broker.broker().admin().session("the-id")).isPresent(); // [MQTT3-3.1.3-3]
        client.reset();
        Publish will = listener.takeMessage();
        assertThat(will.topic()).isEqualTo("the/will");
        assertThat(will.payload().toUtf8()).isEqualTo("the message");
        assertThat(will.qos()).isEqualTo(Qos.EXACTLY_ONCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "z",
                "0123456789abcdefghijklm",
                "nopqrstuvwxyzABCDEFGHIJ",
                "KLMNOPQRSTUVWXYZ",
                "an id with spaces, and much longer than twenty-three bytes: \u00e9\u4e2d\uD83D\uDE00"
            })
    void clientIdentifiersAreTaken(String clientId) { // [MQTT3-3.1.3-5], [MQTT3-3.1.3-4]
        client(clientId);
        assertThat(broker.broker().admin().session(clientId)).isPresent();
    }

    @Test
    void anEmptyClientIdentifierWithoutCleanSessionIsAnsweredWithReturnCode2AndClosed() {
        // [MQTT3-3.1.3-7], [MQTT3-3.1.3-8], [MQTT3-3.1.3-9], [MQTT3-3.2.2-4], [MQTT3-3.2.2-5]
        RawClient refused = broker.stranger().version(version);
        refused.sendBytes(rawConnect(0x00).text("").bytes());
        refused.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test
    void aClientThatIsConnectedAlreadyIsDisconnectedWithoutAWord() { // [MQTT3-3.1.4-2]
        for (boolean clean : new boolean[] {true, false}) {
            RawClient former = broker.connected(Connect.of(version, "c").withCleanStart(clean));
            RawClient latter = broker.connected(Connect.of(version, "c").withCleanStart(clean));
            former.expectClosed();
            latter.expectNothing();
        }
        broker.forget("c");
    }

    @Test
    void clientsWithDifferentIdentifiersDoNotDisturbEachOther() { // [MQTT3-3.1.3-2]
        List<RawClient> clients = new ArrayList<>();
        for (String id : List.of("c", "C", "c ", "cc", "\u00e9", "e\u0301")) {
            RawClient client = broker.connected(persistent(id));
            client.subscribe("to/" + clients.size(), Qos.AT_LEAST_ONCE);
            clients.add(client);
        }
        assertThat(broker.broker().admin().sessions())
                .extracting(SessionInfo::clientId)
                .contains("c", "C", "c ", "cc", "\u00e9", "e\u0301");
        clients.forEach(RawClient::expectNothing);
        List.of("c", "C", "c ", "cc", "\u00e9", "e\u0301").forEach(broker::forget);
    }

    // ---- What MQTT 5.0 would say ------------------------------------------------------------------------------------

    /** What a broker of MQTT 5.0 would add: the assigned identifier, its limits. */
    @Test
    void connackHasTwoBytesAndNoProperties() { // [MQTT3-3.1.4-4]
        RawClient client = broker.stranger();
        client.send(Connect.of(version, "c"));
        Packet connack = client.receive(); // One that is longer, the client would not take.
        assertThat(connack).isEqualTo(Connack.accepted(false));
    }

    @Test
    void aServerThatEndsAConnectionSaysNothing() {
        RawClient watcher = subscriber("watcher", "gone", Qos.AT_LEAST_ONCE);
        RawClient client = broker.connected(
                Connect.of(version, "c").withWill(Will.of("gone", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)));
        client.sendBytes("00 00");
        client.expectClosed(); // A DISCONNECT would come before.
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }
}
