package io.aldis.codec;

import static io.aldis.codec.MqttVersion.V3_1;
import static io.aldis.codec.MqttVersion.V3_1_1;
import static io.aldis.codec.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a decoder remembers, when it judges, and what it lets pass. */
class PacketDecoderTest {
    private static ByteBuf wire(String anatomy) {
        return Unpooled.wrappedBuffer(Wire.bytes(anatomy).toArray());
    }

    private static @Nullable Packet decode(MqttVersion version, boolean fromClient, String anatomy) {
        return Connections.open(version, fromClient).decode(wire(anatomy));
    }

    private static PacketException refusal(PacketDecoder decoder, String anatomy) {
        return catchThrowableOfType(PacketException.class, () -> decoder.decode(wire(anatomy)));
    }

    // The version.

    @ParameterizedTest
    @EnumSource
    void aServerLearnsTheVersionFromConnect(MqttVersion version) {
        PacketDecoder decoder = PacketDecoder.ofServer(100);
        assertThat(decoder.version()).isNull();

        decoder.decode(RoundTripTest.encode(List.of(Connect.of(version, "c")), version, Unpooled.buffer()));

        assertThat(decoder.version()).isEqualTo(version);
    }

    @Test
    void aClientKnowsTheVersionFromTheStart() {
        assertThat(PacketDecoder.ofClient(V5, 100).version()).isEqualTo(V5);
    }

    @Test
    void theVersionOfARefusedConnectIsKnownSoThatItCanBeAnswered() {
        PacketDecoder decoder = PacketDecoder.ofServer(100);

        refusal(decoder, "10 10 00 04 'MQTT' 05 02 00 00 03 21 00 00 00 00  # receive maximum 0");

        assertThat(decoder.version()).isEqualTo(V5);
    }

    @ParameterizedTest
    @CsvSource({"06, V5", "7F, V5", "03, V3_1_1", "00, V3_1_1", "83, V3_1_1", "84, V3_1_1", "85, V3_1_1", "86, V5"})
    void anUnsupportedVersionTellsHowItsRefusalIsUnderstood(String level, MqttVersion answer) {
        PacketDecoder decoder = PacketDecoder.ofServer(100);

        PacketException exception = refusal(decoder, "10 0C 00 04 'MQTT' " + level + " 02 00 00 00 00");

        assertThat(exception.kind()).isEqualTo(PacketException.Kind.UNSUPPORTED_VERSION);
        assertThat(exception.answerVersion()).isEqualTo(answer);
        assertThat(decoder.version()).isNull();
    }

    @Test
    void otherRefusalsHaveNoAnswerVersion() {
        assertThat(refusal(Connections.open(V5, true), "00 00").answerVersion()).isNull();
    }

    // The fixed header is judged before the rest has come.

    @Test
    void aPacketOverTheLimitIsRefusedWhenItsHeaderIsThere() {
        PacketDecoder decoder = Connections.open(V3_1_1, true);
        decoder.maximumPacketSize(1000);

        assertThat(decoder.decode(wire("30 E5"))).isNull();
        PacketException exception = refusal(decoder, "30 E6 07  # 998 bytes follow: 1001 in all");

        assertThat(exception.kind()).isEqualTo(PacketException.Kind.TOO_LARGE);
        assertThat(exception.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(exception).hasMessage("PUBLISH of 1001 bytes; at most 1000 expected");
    }

    @Test
    void aPacketOfTheLimitIsWaitedFor() {
        PacketDecoder decoder = Connections.open(V3_1_1, true);
        decoder.maximumPacketSize(1000);

        assertThat(decoder.decode(wire("30 E5 07"))).isNull();
    }

    @Test
    void theLargestPacketOfAllIsWaitedForIfAllowed() {
        PacketDecoder decoder = PacketDecoder.ofServer(Integer.MAX_VALUE);

        assertThat(decoder.decode(wire("10 FF FF FF 7F"))).isNull();
    }

    @Test
    void theLimitHoldsForTheFirstPacketToo() {
        assertThat(PacketDecoder.ofServer(14).decode(wire("10 0C"))).isNull();
        assertThat(refusal(PacketDecoder.ofServer(13), "10 0C")).hasMessage("CONNECT of 14 bytes; at most 13 expected");
    }

    @ParameterizedTest
    @CsvSource({
        "06 FF, packet type 0",
        "36 FF, PUBLISH: QoS 3",
        "C1 FF, PINGREQ: flags",
        "20 FF, CONNACK from a client",
        "C0 80 01, PINGREQ: remaining length 128",
        "10 FF, second CONNECT"
    })
    void aBadHeaderIsNotWaitedFor(String bytes, String message) {
        assertThat(refusal(Connections.open(V5, true), bytes)).hasMessageStartingWith(message);
    }

    @Test
    void oneByteIsNotJudged() {
        assertThat(PacketDecoder.ofServer(100).decode(wire("FF"))).isNull();
    }

    @Test
    void theLimitIsAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> PacketDecoder.ofServer(0));
    }

    // After a refusal.

    @Test
    void aDecoderThatHasRefusedRefusesForEver() {
        PacketDecoder decoder = Connections.open(V5, true);
        PacketException first = refusal(decoder, "00 00");

        assertThatThrownBy(() -> decoder.decode(wire("C0 00"))).isSameAs(first);
        assertThatThrownBy(() -> decoder.decode(Unpooled.EMPTY_BUFFER)).isSameAs(first);
    }

    @Test
    void whatCameBeforeTheRefusedPacketIsDecoded() {
        PacketDecoder decoder = Connections.open(V5, true);
        ByteBuf in = wire("C0 00 40 02 00 01 00 00");

        assertThat(decoder.decode(in)).isEqualTo(new Pingreq());
        assertThat(decoder.decode(in)).isEqualTo(new Puback(1));
        assertThatThrownBy(() -> decoder.decode(in)).hasMessage("packet type 0; 1 to 15 expected");
    }

    @Test
    void theBufferIsNotKept() {
        PacketDecoder decoder = Connections.open(V5, true);
        ByteBuf in = Unpooled.buffer();
        in.writeBytes(wire("30 06 00 01 'a' 00 'hi' 30"));

        Packet packet = decoder.decode(in);
        in.setZero(0, in.capacity());

        assertThat(packet).isEqualTo(Publish.qos0("a", Binary.utf8("hi")));
        assertThat(in.refCnt()).isEqualTo(1);
    }

    // The opening of a connection from the server's side.

    @Test
    void aServerMayAuthenticateBeforeItAccepts() {
        PacketDecoder decoder = PacketDecoder.ofClient(V5, 100);
        Auth auth = Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, "m", Binary.EMPTY);
        List<Packet> sent = List.of(auth, auth, Connack.accepted(false), new Pingresp());

        assertThat(RoundTripTest.decodeAll(decoder, RoundTripTest.encode(sent, V5, Unpooled.buffer())))
                .isEqualTo(sent);
    }

    // Forms that are read, though never written.

    @Test
    void acknowledgementsMaySayWhatGoesWithoutSaying() {
        assertThat(decode(V5, true, "40 03 00 01 00     # success")).isEqualTo(new Puback(1));
        assertThat(decode(V5, true, "40 04 00 01 00 00  # success, no properties"))
                .isEqualTo(new Puback(1));
        assertThat(decode(V5, true, "62 04 00 01 92 00"))
                .isEqualTo(new Pubrel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        assertThat(decode(V5, true, "E0 01 00")).isEqualTo(new Disconnect());
        assertThat(decode(V5, true, "E0 02 00 00")).isEqualTo(new Disconnect());
        assertThat(decode(V5, false, "F0 02 00 00")).isEqualTo(new Auth(ReasonCode.SUCCESS, AuthProperties.NONE));
    }

    @Test
    void propertiesMayComeInAnyOrderAndSayTheirDefaults() {
        Packet connect = PacketDecoder.ofServer(100)
                .decode(wire("10 17 00 04 'MQTT' 05 02 00 3C 0A 17 01 21 00 01 19 00 22 00 00 00 00"));

        assertThat(connect)
                .isEqualTo(Connect.v5("")
                        .withProperties(
                                ConnectProperties.NONE.withReceiveMaximum(1).withTopicAliasMaximum(0)));
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void aRemainingLengthMayBeLongerThanItNeedsInOldVersions(MqttVersion version) {
        assertThat(decode(version, true, "40 82 80 80 00 00 01")).isEqualTo(new Puback(1));
    }

    @Test
    void theOldestVersionMaySayThatItSendsAgain() {
        assertThat(decode(V3_1, true, "6A 02 00 01")).isEqualTo(new Pubrel(1));
        assertThat(decode(V3_1, true, "8A 06 00 01 00 01 'a' 00")).isEqualTo(Subscribe.of(1, "a", Qos.AT_MOST_ONCE));
        assertThat(decode(V3_1, true, "AA 05 00 01 00 01 'a'")).isEqualTo(Unsubscribe.of(1, "a"));
        assertThat(decode(V3_1, true, "38 03 00 01 'a'")).isEqualTo(Publish.qos0("a", Binary.EMPTY));
    }

    @Test
    void theOldestVersionHasBitsThatMeanNothing() {
        assertThat(decode(V3_1, true, "82 06 00 01 00 01 'a' FD")).isEqualTo(Subscribe.of(1, "a", Qos.AT_LEAST_ONCE));
        assertThat(PacketDecoder.ofServer(100).decode(wire("10 0F 00 06 'MQIsdp' 03 3B 00 3C 00 01 'c'")))
                .isEqualTo(Connect.v31("c"));
        assertThat(PacketDecoder.ofClient(V3_1, 100).decode(wire("20 02 FF 00")))
                .isEqualTo(Connack.accepted(false));
    }

    @Test
    void theOldestVersionMayLeaveOutAUserNameAndPasswordThatItsFlagsPromise() {
        assertThat(PacketDecoder.ofServer(100).decode(wire("10 0F 00 06 'MQIsdp' 03 C2 00 3C 00 01 'c'")))
                .isEqualTo(Connect.v31("c"));
        assertThat(PacketDecoder.ofServer(100).decode(wire("10 12 00 06 'MQIsdp' 03 C2 00 3C 00 01 'c' 00 01 'u'")))
                .isEqualTo(Connect.v31("c").withUsername("u"));
    }

    @Test
    void aClientIdentifierMayBeEmptyOrLongInEveryVersionSinceTheServerAnswersIt() {
        String longest = "x".repeat(65_535);
        for (MqttVersion version : MqttVersion.values()) {
            for (String clientId : List.of("", longest, "#/+")) {
                Packet connect = Connect.of(version, clientId).withCleanStart(false);
                ByteBuf in = RoundTripTest.encode(List.of(connect), version, Unpooled.buffer());

                assertThat(PacketDecoder.ofServer(100_000).decode(in)).isEqualTo(connect);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"a+", "a/#/b", "#/a", "$share//x", "$share/a", "$share/+/x", "$share/"})
    void anInvalidFilterIsReadSinceTheServerAnswersIt(String filter) {
        for (MqttVersion version : MqttVersion.values()) {
            for (Packet packet : List.of(Subscribe.of(1, filter, Qos.AT_LEAST_ONCE), Unsubscribe.of(1, filter))) {
                ByteBuf in = RoundTripTest.encode(List.of(packet), version, Unpooled.buffer());

                assertThat(Connections.open(version, true).decode(in)).isEqualTo(packet);
            }
        }
        assertThat(Topics.isValidFilter(filter)).isFalse();
    }

    @Test
    void aTopicMayHaveAsManyLevelsAsFit() {
        byte[] levels = new byte[65_535];
        Arrays.fill(levels, (byte) '/');
        ByteBuf in = Unpooled.buffer();
        in.writeByte(0x30)
                .writeByte(0x81)
                .writeByte(0x80)
                .writeByte(0x04)
                .writeShort(0xFFFF)
                .writeBytes(levels);

        assertThat(Connections.open(V3_1_1, true).decode(in)).isEqualTo(Publish.qos0("/".repeat(65_535), Binary.EMPTY));
    }
}
