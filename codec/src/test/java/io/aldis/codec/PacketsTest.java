package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the records of packets refuse, keep and hide. */
class PacketsTest {
    private static void assertRefused(Executable... attempts) {
        for (Executable attempt : attempts) {
            assertThatIllegalArgumentException().isThrownBy(attempt::execute);
        }
    }

    @Test
    void whatNoVersionCanSayIsNoPacket() {
        assertRefused(
                () -> Connect.v5("c").withKeepAlive(65_536),
                () -> Connect.v5("c").withKeepAlive(-1),
                () -> new Connect(MqttVersion.V3_1_1, "c", true, 0, null, null, Binary.EMPTY, ConnectProperties.NONE),
                () -> Will.of("a/+", Binary.EMPTY, Qos.AT_MOST_ONCE),
                () -> Will.of("", Binary.EMPTY, Qos.AT_MOST_ONCE),
                () -> new Connack(true, ReasonCode.NOT_AUTHORIZED, ConnackProperties.NONE),
                () -> Connack.refused(ReasonCode.SESSION_TAKEN_OVER),
                () -> Publish.qos0("", Binary.EMPTY),
                () -> Publish.qos0("a", Binary.EMPTY).withDup(true),
                () -> Publish.qos0("a", Binary.EMPTY).withPacketId(1),
                () -> Publish.qos1("a", Binary.EMPTY, 0),
                () -> Publish.qos2("a", Binary.EMPTY, 65_536),
                () -> new Puback(0),
                () -> new Pubrec(65_536),
                () -> new Pubrel(-1),
                () -> new Pubcomp(0),
                () -> new Puback(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND),
                () -> new Pubrel(1, ReasonCode.QUOTA_EXCEEDED),
                () -> Subscribe.of(0, "a", Qos.AT_MOST_ONCE),
                () -> Subscribe.of(1),
                () -> Subscription.of("", Qos.AT_MOST_ONCE),
                () -> Subscription.of("$share/g/a", Qos.AT_MOST_ONCE).withNoLocal(true),
                () -> Suback.of(1),
                () -> Suback.of(0, ReasonCode.SUCCESS),
                () -> Suback.of(1, ReasonCode.NO_SUBSCRIPTION_EXISTED),
                () -> Unsubscribe.of(1),
                () -> Unsubscribe.of(1, ""),
                () -> Unsubscribe.of(0, "a"),
                () -> Unsuback.of(1, ReasonCode.GRANTED_QOS_1),
                () -> Unsuback.of(0),
                () -> new Disconnect(ReasonCode.GRANTED_QOS_1),
                () -> new Auth(ReasonCode.CONTINUE_AUTHENTICATION, AuthProperties.NONE),
                () -> new Auth(ReasonCode.SUCCESS, AuthProperties.NONE.withReasonString("r")),
                () -> Auth.of(ReasonCode.UNSPECIFIED_ERROR, "m", Binary.EMPTY));
    }

    @Test
    void whatNoPropertyCanSayIsNoProperty() {
        assertRefused(
                () -> ConnectProperties.NONE.withReceiveMaximum(0),
                () -> ConnectProperties.NONE.withReceiveMaximum(65_536),
                () -> ConnectProperties.NONE.withMaximumPacketSize(0),
                () -> ConnectProperties.NONE.withMaximumPacketSize(1L << 32),
                () -> ConnectProperties.NONE.withSessionExpiryInterval(-1),
                () -> ConnectProperties.NONE.withTopicAliasMaximum(65_536),
                () -> ConnectProperties.NONE.withAuthenticationData(Binary.EMPTY),
                () -> ConnackProperties.NONE.withMaximumQos(Qos.EXACTLY_ONCE),
                () -> ConnackProperties.NONE.withReceiveMaximum(0),
                () -> ConnackProperties.NONE.withServerKeepAlive(65_536),
                () -> ConnackProperties.NONE.withAuthenticationData(Binary.EMPTY),
                () -> WillProperties.NONE.withDelayInterval(-1),
                () -> WillProperties.NONE.withResponseTopic("a/#"),
                () -> PublishProperties.NONE.withTopicAlias(0),
                () -> PublishProperties.NONE.withResponseTopic("+"),
                () -> PublishProperties.NONE.withMessageExpiryInterval(1L << 32),
                () -> PublishProperties.NONE.withSubscriptionIdentifiers(List.of(0)),
                () -> PublishProperties.NONE.withSubscriptionIdentifiers(List.of(268_435_456)),
                () -> SubscribeProperties.NONE.withSubscriptionIdentifier(0),
                () -> DisconnectProperties.NONE.withSessionExpiryInterval(1L << 32),
                () -> AuthProperties.NONE.withData(Binary.EMPTY));
    }

    @Test
    void listsAreCopied() {
        List<ReasonCode> reasons = new ArrayList<>(List.of(ReasonCode.SUCCESS));
        Suback suback = new Suback(1, reasons, AckProperties.NONE);
        reasons.clear();

        assertThat(suback.reasons()).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void oneMoreUserPropertyLeavesTheOthersAlone() {
        AckProperties one = AckProperties.NONE.withUserProperty("a", "1");

        assertThat(one.withUserProperty("a", "2").userProperties())
                .containsExactly(new UserProperty("a", "1"), new UserProperty("a", "2"));
        assertThat(one.userProperties()).hasSize(1);
    }

    @Test
    void noPropertiesAreAlwaysTheSameOnes() {
        assertThat(Publish.qos0("a", Binary.EMPTY).properties()).isSameAs(PublishProperties.NONE);
        assertThat(ConnectProperties.NONE.requestProblemInformation()).isTrue();
        assertThat(ConnectProperties.NONE.requestResponseInformation()).isFalse();
    }

    @Test
    void secretsAreNotPrinted() {
        Binary secret = Binary.utf8("s3cret");
        String hex = "733363726574";
        Connect connect = Connect.v5("c")
                .withCredentials("user", secret)
                .withProperties(
                        ConnectProperties.NONE.withAuthenticationMethod("m").withAuthenticationData(secret));
        Auth auth = Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, "m", secret);

        assertThat(connect.toString()).contains("user", "password=***").doesNotContain(hex, "s3cret");
        assertThat(auth.toString()).contains("data=***").doesNotContain(hex, "s3cret");
    }

    @Test
    void theWaysToMakeAConnectAreThreeVersions() {
        assertThat(Connect.v31("c").version()).isEqualTo(MqttVersion.V3_1);
        assertThat(Connect.v311("c").version()).isEqualTo(MqttVersion.V3_1_1);
        assertThat(Connect.v5("c").version()).isEqualTo(MqttVersion.V5);
        assertThat(Connect.v5("c").withUsername("u").username()).isEqualTo("u");
    }

    @Test
    void everyTypeHasItsNumber() {
        assertThat(Arrays.stream(PacketType.values()).map(PacketType::code))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        for (PacketType type : PacketType.values()) {
            assertThat(PacketType.of(type.code())).isEqualTo(type);
        }
        assertRefused(() -> PacketType.of(0), () -> PacketType.of(16));
    }

    @Test
    void reasonsAreFoundByTheirNumber() {
        for (ReasonCode reason : ReasonCode.values()) {
            assertThat(ReasonCode.of(reason.code())).isEqualTo(reason);
            assertThat(reason.isError()).isEqualTo(reason.code() >= 0x80);
        }
        assertRefused(
                () -> ReasonCode.of(0x03),
                () -> ReasonCode.of(0xA3),
                () -> ReasonCode.of(-1),
                () -> ReasonCode.of(0x100));
    }

    @Test
    void returnCodesGoThereAndBack() {
        for (int code = 0; code <= 5; code++) {
            ReasonCode reason = ReasonCode.ofReturnCode(code);
            assertThat(reason).isNotNull();
            assertThat(reason.returnCode()).isEqualTo(OptionalInt.of(code));
        }
        assertThat(ReasonCode.PROTOCOL_ERROR.returnCode()).isEmpty();
    }

    @Test
    void qosHasAnOrder() {
        assertThat(Qos.EXACTLY_ONCE.min(Qos.AT_LEAST_ONCE)).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(Qos.AT_MOST_ONCE.min(Qos.AT_LEAST_ONCE)).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(ReasonCode.granted(Qos.AT_MOST_ONCE)).isEqualTo(ReasonCode.GRANTED_QOS_0);
        assertThat(ReasonCode.granted(Qos.EXACTLY_ONCE)).isEqualTo(ReasonCode.GRANTED_QOS_2);
        assertRefused(() -> Qos.of(3), () -> Qos.of(-1), () -> RetainHandling.of(3));
    }
}
