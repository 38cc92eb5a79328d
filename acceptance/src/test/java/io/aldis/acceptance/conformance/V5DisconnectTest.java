package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PINGREQ, DISCONNECT, and the end of a connection that broke a rule (MQTT 5.0 §2.1.3, §3.12, §3.14, §4.13). */
class V5DisconnectTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient client() {
        return broker.connected(Connect.v5("client"));
    }

    @Test
    void aPingIsAnswered() { // [MQTT-3.12.4-1]
        RawClient client = client();
        client.send(new Pingreq(), new Pingreq());
        client.expect(new Pingresp());
        client.expect(new Pingresp());
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1 00", "e2 00", "e8 00", "ef 00", "e1 02 00 00"})
    void theFlagsOfDisconnectAreZero(String hex) { // [MQTT-3.14.1-1], [MQTT-2.1.3-1]
        RawClient client = client();
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"41 02 0001", "42 02 0001", "51 02 0001", "71 02 0001", "c1 00", "c8 00", "f1 00", "48 02 0001"})
    void reservedFlagsAreZero(String hex) { // [MQTT-2.1.3-1]
        RawClient client = client();
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"60 02 0001", "61 02 0001", "63 02 0001", "66 02 0001", "6a 02 0001"})
    void theFlagsOfPubrelAreReserved(String hex) { // [MQTT-3.6.1-1], [MQTT-2.1.3-1]
        RawClient client = client();
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e0 01 01", "e0 01 8e", "e0 01 18", "e0 02 7f 00"})
    void theReasonIsOneThatDisconnectHas(String hex) { // [MQTT-3.14.2-1]
        RawClient client = client();
        client.sendBytes(hex);
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    /** What breaks a rule, and the reason that MQTT 5.0 has for it. */
    static Stream<Arguments> errors() {
        return Stream.of(
                argumentSet("a packet of type 0", "00 00", ReasonCode.MALFORMED_PACKET),
                argumentSet("a packet of the server", "20 03 00 00 00", ReasonCode.PROTOCOL_ERROR),
                argumentSet("a property twice", "30 0a 0001 74 06 23 0001 23 0001", ReasonCode.PROTOCOL_ERROR),
                argumentSet("a property of another packet", "30 07 0001 74 03 21 0001", ReasonCode.MALFORMED_PACKET),
                argumentSet("a topic with wildcards", "30 04 0001 23 00", ReasonCode.TOPIC_NAME_INVALID),
                argumentSet("an alias above the maximum", "30 07 0001 74 03 23 ffff", ReasonCode.TOPIC_ALIAS_INVALID),
                argumentSet("a packet above the maximum", "30 ff ff ff 7f", ReasonCode.PACKET_TOO_LARGE),
                argumentSet("bytes behind the end", "40 05 0001 00 00 ff", ReasonCode.MALFORMED_PACKET));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorEndsTheConnectionWithItsReason(String hex, ReasonCode reason) {
        // [MQTT-4.13.1-1], [MQTT-4.13.2-1], [MQTT-3.14.2-1], [MQTT-3.14.4-1], [MQTT-3.14.4-2]
        RawClient client = client();
        client.sendBytes(hex);
        client.expectDisconnect(reason);
    }

    @Test
    void nothingFollowsTheDisconnectOfTheServer() { // [MQTT-3.14.4-1], [MQTT-3.14.4-2], [MQTT-3.14.2-2]
        RawClient client = broker.connected(staying("client"));
        client.subscribe("t", AT_MOST_ONCE);
        client.sendBytes("06 00 c0 00 30 05 0001 74 00 78"); // Something malformed, PINGREQ, and a message to itself.
        Disconnect disconnect = client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
        assertThat(disconnect.properties().sessionExpiryInterval()).isNull();
        broker.forget("client");
    }

    @Test
    void nothingCountsThatFollowsTheDisconnectOfAClient() { // [MQTT-3.14.4-1], [MQTT-3.14.4-2]
        RawClient watcher = broker.connected(Connect.v5("watcher"));
        watcher.subscribe("t", AT_MOST_ONCE);
        RawClient client = client();
        client.send(
                Publish.qos0("t", Binary.utf8("before")), new Disconnect(), Publish.qos0("t", Binary.utf8("after")));
        client.expectClosed();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("before");
        broker.settle();
        watcher.expectNothing();
    }

    /** CONNECT packets that are refused. */
    static Stream<Arguments> refused() {
        return Stream.of(
                argumentSet("flags", RawPacket.of(0x10).hex("0004 4d515454 05 01 003c 00 0001 63")),
                argumentSet(
                        "a property twice",
                        RawPacket.of(0x10)
                                .hex("0004 4d515454 05 02 003c")
                                .properties("21 0001 21 0001")
                                .text("c")),
                argumentSet("no text", RawPacket.of(0x10).hex("0004 4d515454 05 02 003c 00 0001 ff")),
                argumentSet(
                        "a will topic with wildcards",
                        RawPacket.of(0x10)
                                .hex("0004 4d515454 05 06 003c 00")
                                .text("c")
                                .properties("")
                                .text("#")
                                .text("x")),
                argumentSet(
                        "an authentication method",
                        RawPacket.of(0x10)
                                .hex("0004 4d515454 05 02 003c")
                                .properties("15 0001 6d")
                                .text("c")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void noDisconnectIsSentBeforeConnack(RawPacket connect) { // [MQTT-3.14.0-1], [MQTT-3.2.2-8], [MQTT-4.13.1-1]
        RawClient stranger = broker.stranger();
        stranger.sendBytes(connect.bytes());
        assertThat(stranger.expect(Connack.class).reason().isError()).isTrue();
        stranger.expectClosed();
    }
}
