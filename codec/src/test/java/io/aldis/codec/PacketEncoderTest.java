package io.aldis.codec;

import static io.aldis.codec.MqttVersion.V3_1;
import static io.aldis.codec.MqttVersion.V3_1_1;
import static io.aldis.codec.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left out in old versions, what cannot be said at all, and that a refused packet leaves no trace. */
class PacketEncoderTest {
    private static String encoded(Packet packet, MqttVersion version) {
        return ByteBufUtil.hexDump(RoundTripTest.encode(List.of(packet), version, Unpooled.buffer()));
    }

    private static void assertRefused(Packet packet, MqttVersion version, String message) {
        ByteBuf out = Unpooled.buffer();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketEncoder.encode(packet, version, out))
                .withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> PacketEncoder.size(packet, version));
        assertThat(out.writerIndex()).isZero();
    }

    // What only MQTT 5.0 knows is left out where the packet means the same without it.

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void propertiesAreLeftOutInOldVersions(MqttVersion version) {
        AckProperties why = AckProperties.NONE.withReasonString("why");
        Connect connect = Connect.of(version, "c").withWill(Will.of("w", Binary.EMPTY, Qos.AT_MOST_ONCE));

        assertThat(encoded(
                        connect.withProperties(ConnectProperties.NONE.withReceiveMaximum(1))
                                .withWill(Will.of("w", Binary.EMPTY, Qos.AT_MOST_ONCE)
                                        .withProperties(WillProperties.NONE.withDelayInterval(1))),
                        version))
                .isEqualTo(encoded(connect, version));
        assertThat(encoded(
                        Connack.accepted(false).withProperties(ConnackProperties.NONE.withServerKeepAlive(1)), version))
                .isEqualTo("20020000");
        assertThat(encoded(
                        Publish.qos0("a", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(1)),
                        version))
                .isEqualTo("3003000161");
        assertThat(encoded(new Puback(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, why), version))
                .isEqualTo("40020001");
        assertThat(encoded(new Suback(1, List.of(ReasonCode.GRANTED_QOS_1), why), version))
                .isEqualTo("9003000101");
        assertThat(encoded(new Unsuback(1, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), why), version))
                .isEqualTo("b0020001");
        assertThat(encoded(
                        Subscribe.of(
                                        1,
                                        new Subscription(
                                                "a", Qos.AT_LEAST_ONCE, true, true, RetainHandling.SEND_IF_NEW))
                                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(1)),
                        version))
                .isEqualTo("820600010001" + "6101");
    }

    @Test
    void anUnknownIdentifierIsAnsweredAllTheSameInOldVersions() {
        assertThat(encoded(new Pubcomp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND), V3_1_1))
                .isEqualTo("70020001");
        assertThat(encoded(new Pubrel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND), V3_1_1))
                .isEqualTo("62020001");
    }

    @Test
    void everyFailureOfASubscriptionIsOneInOldVersions() {
        assertThat(encoded(Suback.of(1, ReasonCode.NOT_AUTHORIZED, ReasonCode.QUOTA_EXCEEDED), V3_1_1))
                .isEqualTo("900400018080");
    }

    @Test
    void theOldestVersionDoesNotTellOfASession() {
        assertThat(encoded(Connack.accepted(true), V3_1)).isEqualTo("20020000");
    }

    // The nearest return code.

    @Test
    void aRefusalIsSaidWithTheNearestReturnCodeInOldVersions() {
        assertThat(encoded(Connack.refused(ReasonCode.SERVER_BUSY), V3_1_1)).isEqualTo("20020003");
        assertThat(encoded(Connack.refused(ReasonCode.BANNED), V3_1_1)).isEqualTo("20020005");
    }

    // What cannot be said.

    static List<MqttVersion> oldVersions() {
        return List.of(V3_1, V3_1_1);
    }

    @ParameterizedTest
    @MethodSource("oldVersions")
    void whatOldVersionsHaveNoWordsForIsRefused(MqttVersion version) {
        assertRefused(
                Connack.refused(ReasonCode.MALFORMED_PACKET), version, "MQTT 3.x has no CONNACK for MALFORMED_PACKET");
        assertRefused(
                new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN),
                version,
                "MQTT 3.x has no DISCONNECT for SERVER_SHUTTING_DOWN");
        assertRefused(Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, "m", Binary.EMPTY), version, "MQTT 3.x has no AUTH");
        assertRefused(new Puback(1, ReasonCode.QUOTA_EXCEEDED), version, "MQTT 3.x cannot refuse a message");
        assertRefused(new Pubrec(1, ReasonCode.NOT_AUTHORIZED), version, "MQTT 3.x cannot refuse a message");
        assertRefused(
                new Publish(
                        "", Binary.EMPTY, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE.withTopicAlias(1)),
                version,
                "MQTT 3.x has no topic aliases");
    }

    @Test
    void aConnectIsSaidInItsOwnVersionOnly() {
        assertRefused(Connect.v5("c"), V3_1_1, "a CONNECT of MQTT 5.0 in MQTT 3.1.1");
    }

    @Test
    void anUnsubackOfTheNewVersionHasReasons() {
        assertRefused(Unsuback.of(1), V5, "an UNSUBACK without reason codes");
    }

    @ParameterizedTest
    @EnumSource
    void textThatIsNoTextIsRefused(MqttVersion version) {
        assertRefused(Connect.of(version, "a\0b"), version, "text with U+0000"); // [MQTT-1.5.4-2]
        assertRefused(Connect.of(version, "a\uD800"), version, "text with half a surrogate pair"); // [MQTT-1.5.4-1]
        assertRefused(Connect.of(version, "\uDC00a"), version, "text with half a surrogate pair");
        assertRefused(Connect.of(version, "\uD800\uD800"), version, "text with half a surrogate pair");
        assertRefused(Connect.of(version, "x".repeat(65_536)), version, "text of more than 65535 bytes");
        assertRefused(Connect.of(version, "€".repeat(21_846)), version, "text of more than 65535 bytes");
        assertThat(PacketEncoder.size(Connect.of(version, "€".repeat(21_845)), version))
                .isGreaterThan(65_535);
    }

    @ParameterizedTest
    @EnumSource
    void aTopicNameHasNoWildcards(MqttVersion version) {
        assertRefused(Publish.qos0("a/#", Binary.EMPTY), version, "a topic name has no wildcards"); // [MQTT-3.3.2-2]
        assertRefused(Publish.qos0("+", Binary.EMPTY), version, "a topic name has no wildcards");
    }

    @Test
    void binaryDataHasABound() {
        assertRefused(
                Connect.v311("c").withCredentials("u", Binary.wrap(new byte[65_536])),
                V3_1_1,
                "binary data of more than 65535 bytes");
    }

    /** An UNSUBSCRIBE whose remaining length is 268,435,455, the longest there is, and {@code more}. */
    private static Unsubscribe longest(int more) {
        List<String> filters = new ArrayList<>(Collections.nCopies(4095, "x".repeat(65_535)));
        filters.add("x".repeat(268_435_455 - 2 - 4095 * (2 + 65_535) - 2 + more));
        return new Unsubscribe(1, filters, UnsubscribeProperties.NONE);
    }

    @Test
    void aPacketHasABound() {
        assertThat(PacketEncoder.size(longest(0), V3_1_1)).isEqualTo(1 + 4 + 268_435_455);
        assertRefused(longest(1), V3_1_1, "a packet of more than 268435455 bytes");
    }

    @Test
    void propertiesHaveABoundThatDoesNotWrapRound() {
        String text = "x".repeat(65_535);
        List<UserProperty> properties = Collections.nCopies(32_768, new UserProperty(text, text)); // 4 GiB and 98,304

        assertRefused(
                new Puback(1, ReasonCode.SUCCESS, new AckProperties(null, properties)),
                V5,
                "a packet of more than 268435455 bytes");
    }

    @Test
    void theBufferGrowsByWhatIsNeeded() {
        ByteBuf out = Unpooled.buffer(1);
        PacketEncoder.encode(Publish.qos0("ä".repeat(1000), Binary.EMPTY), V5, out);

        assertThat(out.readableBytes()).isEqualTo(1 + 2 + 2 + 2000 + 1);
        assertThat(out.capacity()).isLessThan(4096);
    }
}
