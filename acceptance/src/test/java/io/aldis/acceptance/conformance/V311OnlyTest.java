package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MQTT 3.1.1 asks and MQTT 3.1 does not. */
class V311OnlyTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.withDefaults();

    private static Connect persistent(String clientId) {
        return Connect.v311(clientId).withCleanStart(false);
    }

    // ---- Session present --------------------------------------------------------------------------------------------

    private static Connack connack(Connect connect) {
        RawClient client = broker.stranger();
        client.send(connect);
        return client.expect(Connack.class);
    }

    @Test
    void sessionPresentSaysWhetherTheServerHoldsASession() {
        // [MQTT3-3.2.2-1], [MQTT3-3.2.2-2], [MQTT3-3.2.2-3], [MQTT3-3.1.2-4], [MQTT3-3.1.2-6]
        assertThat(connack(persistent("c"))).isEqualTo(Connack.accepted(false));
        assertThat(connack(persistent("c"))).isEqualTo(Connack.accepted(true));
        assertThat(connack(Connect.v311("c"))).isEqualTo(Connack.accepted(false));
        assertThat(connack(persistent("c"))).isEqualTo(Connack.accepted(false));
        broker.forget("c");
    }

    @Test
    void aRefusedClientIsNotToldOfASession() { // [MQTT3-3.2.2-4], [MQTT3-3.2.2-5]
        RawClient refused = broker.stranger();
        // An empty client identifier, which is refused with return code 2.
        refused.send(persistent(""));
        Connack connack = refused.expect(Connack.class);
        assertThat(connack.sessionPresent()).isFalse();
        assertThat(connack.reason().returnCode()).hasValue(2);
        refused.expectClosed();
    }

    // ---- An empty client identifier ---------------------------------------------------------------------------------

    @Test
    void clientsWithoutIdentifierAreGivenDifferentOnes() { // [MQTT3-3.1.3-6]
        RawClient one = broker.connected(Connect.v311(""));
        RawClient other = broker.connected(Connect.v311(""));
        one.subscribe("t", Qos.AT_LEAST_ONCE);
        other.subscribe("t", Qos.AT_LEAST_ONCE);
        one.publish("t", "to both", Qos.AT_LEAST_ONCE);
        assertThat(one.takeMessage().payload().toUtf8()).isEqualTo("to both");
        assertThat(other.takeMessage().payload().toUtf8()).isEqualTo("to both");
        assertThat(broker.broker().admin().sessions())
                .extracting(SessionInfo::clientId)
                .hasSize(4) // with those of the bystanders
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    // ---- Bits that MQTT 3.1 does not look at ------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 0d 0004 4d515454 04 03 003c 0001 63", // the reserved flag [MQTT3-3.1.2-3]
                "10 0d 0004 4d515454 04 0a 003c 0001 63", // will QoS 1 and no will [MQTT3-3.1.2-11], [MQTT3-3.1.2-13]
                "10 0d 0004 4d515454 04 12 003c 0001 63", // will QoS 2 and no will [MQTT3-3.1.2-11], [MQTT3-3.1.2-13]
                "10 0d 0004 4d515454 04 22 003c 0001 63", // will retain and no will [MQTT3-3.1.2-11], [MQTT3-3.1.2-15]
                "10 0d 0004 4d515454 04 42 003c 0001 63", // a password flag alone [MQTT3-3.1.2-22]
                "10 0d 0004 4d515454 04 82 003c 0001 63", // a user name flag and no user name [MQTT3-3.1.2-19]
                "10 10 0004 4d515454 04 c2 003c 0001 63 0001 75", // a password flag and no password [MQTT3-3.1.2-21]
                "11 0d 0004 4d515454 04 02 003c 0001 63" // CONNECT with a flag [MQTT3-2.2.2-2]
            })
    void aConnectWithFlagsThatDoNotFitIsClosedUnanswered(String hex) { // [MQTT3-3.1.4-1]
        RawClient stranger = broker.stranger();
        stranger.sendBytes(hex);
        stranger.expectClosed();
    }

    @Test
    void aMessageOfQos0WithDupEndsTheConnection() { // [MQTT3-3.3.1-2]
        RawClient client = broker.connected(Connect.v311("c"));
        client.sendBytes("38 04 0001 74 6d");
        client.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6a 02 0001", "8a 06 0001 0001 74 00", "aa 05 0001 0001 74", "82 06 0001 0001 74 04"})
    void reservedBitsThatMqtt31LetsPassEndTheConnection(String hex) {
        // [MQTT3-3.6.1-1], [MQTT3-3.8.1-1], [MQTT3-3.10.1-1], [MQTT3-2.2.2-2]
        RawClient client = broker.connected(Connect.v311("c"));
        client.sendBytes(hex);
        client.expectClosed();
    }

    // ---- Between the versions ---------------------------------------------------------------------------------------

    @Test
    void aSessionGoesFromOneVersionToTheOther() {
        RawClient old = broker.connected(Connect.v31("c").withCleanStart(false));
        old.subscribe("t", Qos.AT_LEAST_ONCE);
        old.disconnect();
        RawClient publisher = broker.connected(Connect.v5("publisher"));
        publisher.publish("t", "meanwhile", Qos.AT_LEAST_ONCE);
        RawClient client = broker.stranger();
        client.send(persistent("c"));
        client.expect(Connack.accepted(true));
        assertThat(client.expect(Publish.class).payload().toUtf8()).isEqualTo("meanwhile");
        broker.forget("c");
    }
}
