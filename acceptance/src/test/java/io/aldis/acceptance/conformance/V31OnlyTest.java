package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Unsuback;
import io.aldis.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where MQTT 3.1 has ways of its own. */
class V31OnlyTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.withDefaults();

    private static RawClient accepted(String connect) {
        RawClient client = broker.stranger().version(MqttVersion.V3_1);
        client.sendBytes(connect);
        client.expect(Connack.accepted(false));
        return client;
    }

    @Test
    void itsNameIsMqisdpAndItsLevel3() {
        accepted("10 0f 0006 4d5149736470 03 02 003c 0001 63").expectNothing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 0d 0004 4d515454 03 02 003c 0001 63", // the name of 3.1.1 with the level of 3.1
                "10 0f 0006 4d5149736470 04 02 003c 0001 63", // the name of 3.1 with the level of 3.1.1
                "10 0f 0006 4d5149736470 05 02 003c 0001 63" // and with that of 5.0
            })
    void itsNameAndItsLevelBelongTogether(String connect) { // [MQTT3-3.1.2-2]
        RawClient stranger = broker.stranger().version(MqttVersion.V3_1);
        stranger.sendBytes(connect);
        stranger.expectRefusal(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    /** The byte that tells of it in later versions is reserved. */
    @Test
    void itIsNotToldOfASession() {
        broker.connected(Connect.v31("c").withCleanStart(false)).disconnect();
        RawClient again = broker.stranger().version(MqttVersion.V3_1_1); // So that the flag would be seen.
        again.sendBytes("10 0f 0006 4d5149736470 03 00 003c 0001 63");
        again.expect(Connack.accepted(false));
        broker.forget("c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyClientIdentifierIsRefusedWithReturnCode2(boolean clean) {
        RawClient stranger = broker.stranger();
        stranger.send(Connect.v31("").withCleanStart(clean));
        Connack connack = stranger.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        assertThat(connack.reason().returnCode()).hasValue(2);
    }

    /** Section 3.1 of MQTT 3.1: the remaining length counts for more than the flags. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 0f 0006 4d5149736470 03 c2 003c 0001 63", // user name and password flag, and neither is there
                "10 12 0006 4d5149736470 03 c2 003c 0001 63 0001 75" // and no password
            })
    void userNameAndPasswordMayBeMissing(String connect) {
        accepted(connect).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 0f 0006 4d5149736470 03 03 003c 0001 63", // the reserved flag
                "10 0f 0006 4d5149736470 03 2a 003c 0001 63" // will QoS and will retain without a will
            })
    void flagsThatItGivesNoMeaningAreNotLookedAt(String connect) {
        accepted(connect).expectNothing();
    }

    /** In MQTT 3.1 the flags of these packets have the meaning of those of PUBLISH, and DUP may be set. */
    @Test
    void dupMayBeSetWhereItHasAMeaning() {
        RawClient client = broker.connected(Connect.v31("c"));
        client.sendBytes("8a 06 0001 0001 74 00"); // SUBSCRIBE to "t"
        client.expect(Suback.of(1, ReasonCode.SUCCESS));
        client.sendBytes("38 04 0001 74 6d"); // PUBLISH of QoS 0 to "t"
        assertThat(client.expect(Publish.class).dup()).isFalse();
        client.sendBytes("6a 02 0007"); // PUBREL
        client.expect(new Pubcomp(7));
        client.sendBytes("aa 05 0002 0001 74"); // UNSUBSCRIBE from "t"
        assertThat(client.expect(Unsuback.class).packetId()).isEqualTo(2);
    }

    @Test
    void itTalksWithTheOtherVersions() {
        RawClient old = broker.connected(Connect.v31("old"));
        RawClient later = broker.connected(Connect.v5("later"));
        old.subscribe("to/old", Qos.EXACTLY_ONCE);
        later.subscribe("to/later", Qos.EXACTLY_ONCE);
        old.publish("to/later", "hello", Qos.EXACTLY_ONCE);
        assertThat(later.takeMessage().payload().toUtf8()).isEqualTo("hello");
        later.publish("to/old", "hello, too", Qos.EXACTLY_ONCE);
        assertThat(old.takeMessage().payload().toUtf8()).isEqualTo("hello, too");
    }
}
