package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does not answer is sent to it again while it is connected, if that is wished and its version allows it. */
class RetryTest {

    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final VirtualBroker broker =
            new VirtualBroker(2, 1, Settings.defaults().withSession(session -> session.withRetryInterval(INTERVAL)));

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Client subscriber(VirtualBroker broker, Connect connect) {
        Client client = broker.connect(connect.withKeepAlive(0));
        client.send(Subscribe.of(1, "t", Qos.EXACTLY_ONCE));
        client.expect(Suback.class);
        return client;
    }

    private static void publish(VirtualBroker broker, Publish message) {
        broker.connect(Connect.v5("publisher")).send(message);
        broker.settle();
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V3_1", "V3_1_1"})
    void anUnansweredMessageIsSentAgainAfterEachInterval(MqttVersion version) { // [MQTT3-3.3.1-1]
        Client client = subscriber(broker, Connect.of(version, "client"));
        publish(broker, Publish.qos1("t", Binary.utf8("m"), 1));
        Publish first = client.expect(Publish.class);
        for (int i = 0; i < 3; i++) {
            broker.pass(INTERVAL.minusSeconds(1));
            assertThat(client.received()).isEmpty();
            broker.pass(Duration.ofSeconds(1));
            assertThat(client.received()).containsExactly(first.withDup(true));
        }
        client.send(new Puback(first.packetId()));
        broker.pass(INTERVAL.multipliedBy(10));
        assertThat(client.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOwedPubrelIsSentAgainInsteadOfItsMessage(boolean clean) { // [MQTT3-4.3.3-1]
        Client client = subscriber(broker, Connect.v311("client").withCleanStart(clean));
        publish(broker, Publish.qos2("t", Binary.utf8("m"), 1));
        int packetId = client.expect(Publish.class).packetId();
        broker.pass(INTERVAL.minusSeconds(5));
        client.send(new Pubrec(packetId));
        client.expect(Pubrel.class);
        broker.pass(INTERVAL);
        assertThat(client.received()).containsExactly(new Pubrel(packetId));
        client.send(new Pubcomp(packetId));
        broker.pass(INTERVAL.multipliedBy(3));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void eachMessageHasItsOwnTime() {
        Client client = subscriber(broker, Connect.v311("client"));
        publish(broker, Publish.qos1("t", Binary.utf8("one"), 1));
        broker.pass(Duration.ofSeconds(5));
        publish(broker, Publish.qos1("t", Binary.utf8("two"), 1));
        client.received();
        broker.pass(Duration.ofSeconds(15));
        assertThat(client.expect(Publish.class).payload()).isEqualTo(Binary.utf8("one"));
        broker.pass(Duration.ofSeconds(5));
        assertThat(client.expect(Publish.class).payload()).isEqualTo(Binary.utf8("two"));
    }

    @Test
    void aClientOfVersion5IsNotSentAnythingAgain() { // [MQTT-4.4.0-1]
        Client client = subscriber(broker, Connect.v5("client"));
        publish(broker, Publish.qos1("t", Binary.utf8("m"), 1));
        client.expect(Publish.class);
        broker.pass(INTERVAL.multipliedBy(10));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void nothingIsSentAgainUnlessItIsWished() {
        try (VirtualBroker plain = new VirtualBroker()) {
            Client client = subscriber(plain, Connect.v311("client"));
            publish(plain, Publish.qos1("t", Binary.utf8("m"), 1));
            client.expect(Publish.class);
            plain.pass(Duration.ofDays(1));
            assertThat(client.received()).isEmpty();
        }
    }

    @Test
    void whatIsInFlightKeepsItsIdWhenTheClientReturnsAndIsRetriedThere() { // [MQTT3-4.4.0-1]
        Connect connect = Connect.v311("client").withCleanStart(false).withKeepAlive(0);
        Client client = subscriber(broker, connect);
        publish(broker, Publish.qos1("t", Binary.utf8("m"), 1));
        Publish first = client.expect(Publish.class);
        client.drop();
        broker.pass(INTERVAL.multipliedBy(2));
        client = broker.connect(connect);
        assertThat(client.received()).containsExactly(first.withDup(true));
        broker.pass(INTERVAL);
        assertThat(client.received()).containsExactly(first.withDup(true));
    }

    @Test
    void aClientThatDoesNotReadIsNotSentMore() {
        Client client = subscriber(broker, Connect.v311("client"));
        publish(broker, Publish.qos1("t", Binary.utf8("m"), 1));
        client.expect(Publish.class);
        client.readNothing();
        broker.pass(INTERVAL.multipliedBy(3));
        client.readAgain();
        assertThat(client.received()).isEmpty();
        broker.pass(INTERVAL);
        assertThat(client.received()).hasSize(1);
    }
}
