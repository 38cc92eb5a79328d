package io.aldis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RawClientTest {

    /** CONNECT, MQTT 3.1.1, clean session, keep alive 60 s, client id "c". */
    private static final String CONNECT_311 = "10 0d 0004 4d515454 04 02 003c 0001 63";
    /** CONNECT, MQTT 5.0, clean start, keep alive 60 s, no properties, client id "c". */
    private static final String CONNECT_5 = "10 0e 0004 4d515454 05 02 003c 00 0001 63";

    private static final String CONNACK_311 = "20 02 00 00";
    private static final String CONNACK_5 = "20 03 00 00 00";
    private static final String PINGREQ = "c0 00";
    private static final String PINGRESP = "d0 00";
    /** PUBLISH at QoS 0, topic "t", payload "m", in MQTT 3.x. */
    private static final String MESSAGE = "30 04 0001 74 6d";

    @Test
    void aHandshakeInEachVersionLeavesAClientThatSpeaksIt() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311).says(CONNACK_311));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThat(client.version()).isEqualTo(MqttVersion.V3_1_1);
        }
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_5).says(CONNACK_5));
                RawClient client = RawClient.connected(peer.port(), Connect.v5("c"))) {
            assertThat(client.version()).isEqualTo(MqttVersion.V5);
        }
    }

    @Test
    void aRefusedHandshakeFailsWithTheReason() throws IOException {
        try (Peer peer =
                Peer.playing(p -> p.hears(CONNECT_311).says("20 02 00 05").hearsTheEnd())) {
            assertThatThrownBy(() ->
                            RawClient.connected(peer.port(), Connect.v311("c")).close())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected to be accepted")
                    .hasMessageContaining("NOT_AUTHORIZED");
        }
    }

    @Test
    void whereNobodyListensThePortIsNamed() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> RawClient.connect(free).close())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("127.0.0.1:" + free);
    }

    @Test
    void bytesAreSentAsTheyAreWritten() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears("ff 00 c0 00").hearsTheEnd());
                RawClient client = RawClient.connect(peer.port())) {
            client.sendBytes("ff 00");
            client.sendBytes(new byte[] {(byte) 0xc0, 0});
        }
    }

    @Test
    void packetsAreReceivedHoweverTheyAreCut() throws IOException {
        try (Peer peer = Peer.playing(
                        p -> p.hears(CONNECT_311).spells(CONNACK_311 + MESSAGE).says(PINGRESP + PINGRESP));
                RawClient client = RawClient.connect(peer.port())) {
            client.send(Connect.v311("c"));
            assertThat(client.receive()).isEqualTo(Connack.accepted(false));
            assertThat(client.expect(Publish.class).payload().toUtf8()).isEqualTo("m");
            client.expect(new Pingresp());
            client.expect(Pingresp.class);
            client.expectClosed();
        }
    }

    @Test
    void whatCameInsteadIsTold() throws IOException {
        try (Peer peer = Peer.playing(p ->
                        p.hears(CONNECT_311).says(CONNACK_311).says(MESSAGE + MESSAGE + MESSAGE + MESSAGE + MESSAGE));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThatThrownBy(() -> client.expect(Connack.class))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected CONNACK, but PUBLISH (Publish[topic=t,");
            assertThatThrownBy(() -> client.expect(new Pingresp()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected PINGRESP (Pingresp[]), but PUBLISH (");
            assertThatThrownBy(client::expectClosed)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected that the connection is closed, but PUBLISH (");
            assertThatThrownBy(() -> client.expectDisconnect(ReasonCode.SERVER_BUSY))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected DISCONNECT, but PUBLISH (");
        }
    }

    @Test
    void theEndOfTheConnectionIsTold() throws IOException {
        try (Peer peer = Peer.playing(p -> {});
                RawClient client = RawClient.connect(peer.port())) {
            assertThatThrownBy(client::receive)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("expected a packet, but the connection was closed");
            assertThatThrownBy(() -> client.expect(Connack.class))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("expected CONNACK, but the connection was closed");
            client.expectClosed();
        }
    }

    @Test
    void anEndWithinAPacketIsTold() throws IOException {
        try (Peer peer = Peer.playing(p -> p.says("20 03 00"));
                RawClient client = RawClient.connect(peer.port())) {
            assertThatThrownBy(client::expectClosed)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the connection was closed within a packet, after 3 bytes of it");
        }
    }

    @Test
    void silenceEndsAtTheDeadline() throws IOException {
        try (Peer peer = Peer.playing(Peer::hearsTheEnd)) {
            try (RawClient client = RawClient.connect(peer.port()).deadline(Duration.ofMillis(1))) {
                assertThatThrownBy(client::receive)
                        .isInstanceOf(AssertionError.class)
                        .hasMessage("expected something within 1 ms, but nothing came");
            }
        }
    }

    @Test
    void whatTheStandardForbidsIsTold() throws IOException {
        // A PUBLISH with QoS 3.
        try (Peer peer =
                        Peer.playing(p -> p.hears(CONNECT_311).says(CONNACK_311).says("36 04 0001 74 6d"));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThatThrownBy(client::receive)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("the other side sent what MQTT 3.1.1 forbids (MALFORMED_PACKET): ");
        }
    }

    @Test
    void nothingIsExpectedWithoutWaiting() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears(PINGREQ)
                        .says(PINGRESP)
                        .hears(PINGREQ)
                        .says(MESSAGE));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.expectNothing();
            assertThatThrownBy(client::expectNothing)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected nothing, but PUBLISH (");
        }
    }

    @Test
    void aSubscriptionKeepsMessagesThatComeBeforeItsAnswer() throws IOException {
        // SUBSCRIBE 1 to "t" at QoS 1; the answer grants it.
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears("82 06 0001 0001 74 01")
                        .says(MESSAGE + "90 03 0001 01"));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.subscribe("t", Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage()).isEqualTo(Publish.qos0("t", Binary.utf8("m")));
            client.expectClosed();
        }
    }

    @Test
    void aRefusedSubscriptionFails() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears("82 06 0001 0001 74 01")
                        .says("90 03 0001 80"));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThatThrownBy(() -> client.subscribe("t", Qos.AT_LEAST_ONCE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected no error, but SUBACK (");
        }
    }

    @Test
    void anAnswerToSomethingElseIsNone() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears("a2 05 0001 0001 74")
                        .says("b0 02 0002"));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThatThrownBy(() -> client.unsubscribe("t"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected UNSUBACK as the answer, but UNSUBACK (");
        }
    }

    @Test
    void publishingWaitsForWhatTheQosPromises() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears(MESSAGE)
                        .hears("32 06 0001 74 0001 6d") // QoS 1, id 1
                        .says("40 02 0001") // PUBACK 1
                        .hears("34 06 0001 74 0002 6d") // QoS 2, id 2
                        .says("50 02 0002") // PUBREC 2
                        .hears("62 02 0002") // PUBREL 2
                        .says("70 02 0002") // PUBCOMP 2
                        .hears("31 04 0001 74 6d") // retained
                        .hearsTheEnd());
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.publish("t", "m", Qos.AT_MOST_ONCE);
            client.publish("t", "m", Qos.AT_LEAST_ONCE);
            client.publish("t", "m", Qos.EXACTLY_ONCE);
            client.publish("t", "m", Qos.AT_MOST_ONCE, true);
        }
    }

    @Test
    void aMessageIsTakenAsItsQosAsks() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .says(MESSAGE + "32 06 0001 74 0007 6d")
                        .hears("40 02 0007") // PUBACK 7
                        .says("34 06 0001 74 0008 6d")
                        .hears("50 02 0008") // PUBREC 8
                        .says(MESSAGE + "62 02 0008") // PUBREL 8, after a message
                        .hears("70 02 0008") // PUBCOMP 8
                        .hearsTheEnd());
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            assertThat(client.takeMessage().qos()).isEqualTo(Qos.AT_MOST_ONCE);
            assertThat(client.takeMessage().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage().qos()).isEqualTo(Qos.EXACTLY_ONCE);
            assertThat(client.takeMessage().qos()).isEqualTo(Qos.AT_MOST_ONCE);
        }
    }

    @Test
    void aDisconnectOfTheServerIsItsLastWord() throws IOException {
        // DISCONNECT, session taken over.
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_5).says(CONNACK_5).says("e0 01 8e"));
                RawClient client = RawClient.connected(peer.port(), Connect.v5("c"))) {
            client.expectDisconnect(ReasonCode.SESSION_TAKEN_OVER);
        }
    }

    @Test
    void anEndIsToldInMqtt5Only() throws IOException {
        // DISCONNECT, protocol error.
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_5).says(CONNACK_5).says("e0 01 82"));
                RawClient client = RawClient.connected(peer.port(), Connect.v5("c"))) {
            client.expectEnd(ReasonCode.PROTOCOL_ERROR);
        }
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311).says(CONNACK_311));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.expectEnd(ReasonCode.PROTOCOL_ERROR);
        }
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_5).says(CONNACK_5));
                RawClient client = RawClient.connected(peer.port(), Connect.v5("c"))) {
            assertThatThrownBy(() -> client.expectEnd(ReasonCode.PROTOCOL_ERROR))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("expected DISCONNECT, but the connection was closed");
        }
    }

    @Test
    void aRefusalHasItsReasonAndIsTheLastWord() throws IOException {
        // CONNACK, identifier rejected, twice.
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311).says("20 02 00 02 20 02 00 02"));
                RawClient client = RawClient.connect(peer.port())) {
            client.send(Connect.v311("c"));
            assertThatThrownBy(() -> client.expectRefusal(ReasonCode.NOT_AUTHORIZED))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected CONNACK with NOT_AUTHORIZED, but CONNACK (");
            assertThat(client.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)
                            .reason())
                    .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        }
    }

    @Test
    void aGoodbyeIsSaidAndTheEndAwaited() throws IOException {
        try (Peer peer =
                        Peer.playing(p -> p.hears(CONNECT_311).says(CONNACK_311).hears("e0 00"));
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.disconnect();
        }
    }

    @Test
    void aResetIsNoOrderlyEnd() throws IOException {
        try (Peer peer = Peer.playing(p -> assertThatThrownBy(p::hearsTheEnd).isInstanceOf(IOException.class));
                RawClient client = RawClient.connect(peer.port())) {
            client.reset();
        }
    }

    @Test
    void severalPacketsGoInOneWrite() throws IOException {
        try (Peer peer = Peer.playing(p -> p.hears(CONNECT_311)
                        .says(CONNACK_311)
                        .hears(PINGREQ + PINGREQ + "e0 00")
                        .hearsTheEnd());
                RawClient client = RawClient.connected(peer.port(), Connect.v311("c"))) {
            client.send(new Pingreq(), new Pingreq(), new Disconnect());
        }
    }

    @Test
    void packetIdentifiersGoRoundWithoutZero() throws IOException {
        try (Peer peer = Peer.playing(Peer::hearsTheEnd)) {
            try (RawClient client = RawClient.connect(peer.port())) {
                for (int expected = 1; expected <= 65_535; expected++) {
                    assertThat(client.nextPacketId()).isEqualTo(expected);
                }
                assertThat(client.nextPacketId()).isEqualTo(1);
            }
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws IOException {
        try (Peer peer = Peer.playing(Peer::hearsTheEnd);
                RawClient client = RawClient.connect(peer.port())) {
            client.close();
        }
    }
}
