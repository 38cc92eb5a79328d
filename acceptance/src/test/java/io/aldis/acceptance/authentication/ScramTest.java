package io.aldis.acceptance.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.codec.Auth;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.security.ScramCredentials;
import io.aldis.security.ScramSha256;
import io.aldis.security.ScramUsers;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.ScramClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SCRAM-SHA-256 from end to end. */
class ScramTest {
    private final Map<String, ScramCredentials> users =
            new ConcurrentHashMap<>(Map.of("ann", ScramCredentials.ofPassword("pencil", 4096)));
    private final ScramUsers source =
            username -> CompletableFuture.completedFuture(Optional.ofNullable(users.get(username)));
    private final Broker broker = Broker.builder()
            .listener(Listener.tcp("127.0.0.1", 0))
            .hooks(hooks -> hooks.authenticator(new ScramSha256(source, 4096)))
            .start();

    @AfterEach
    void stop() {
        broker.close();
    }

    private Mqtt5BlockingClient client(String username, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("client")
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .enhancedAuth(new ScramMechanism(username, password))
                .buildBlocking();
    }

    private static void assertMessagesFlow(Mqtt5BlockingClient client) throws InterruptedException {
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("a").send();
            client.publishWith().topic("a").payload("hello".getBytes(UTF_8)).send();
            assertThat(publishes.receive().getPayloadAsBytes()).asString(UTF_8).isEqualTo("hello");
        }
    }

    @Test
    void whoKnowsThePasswordGetsInAndMayShowItAgain() throws Exception { // [MQTT-4.12.0-5], [MQTT-4.12.1-1]
        var ann = client("ann", "pencil");
        ann.connect();
        assertMessagesFlow(ann);
        ann.reauth();
        ann.reauth();
        assertMessagesFlow(ann);
        ann.disconnect();
    }

    @Test
    void whoDoesNotKnowItStaysOutAsDoesWhoIsUnknown() { // [MQTT-4.12.0-4]
        for (var stranger : new Mqtt5BlockingClient[] {client("ann", "crayon"), client("bob", "pencil")}) {
            assertThatThrownBy(stranger::connect).isInstanceOfSatisfying(Mqtt5ConnAckException.class, refused -> {
                assertThat(refused.getMqttMessage().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
                assertThat(refused.getMqttMessage().getReasonString())
                        .map(Object::toString)
                        .hasValue("The user name or the password is wrong.");
            });
        }
    }

    @Test
    void whoShowsAPasswordThatHasBeenChangedHasToGo() { // [MQTT-4.12.1-2]
        var ann = client("ann", "pencil");
        ann.connect();
        users.put("ann", ScramCredentials.ofPassword("crayon", 4096));
        assertThatThrownBy(ann::reauth)
                .isInstanceOfSatisfying(
                        Mqtt5DisconnectException.class,
                        told -> assertThat(told.getMqttMessage().getReasonCode())
                                .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED));
        var again = client("ann", "crayon");
        again.connect();
        again.disconnect();
    }

    @Test
    void theWayOfAnExchangeOnTheWire() { // [MQTT-4.12.0-2], [MQTT-4.12.0-3], [MQTT-4.12.0-5]
        ScramClient scram = new ScramClient("n,,", "ann", "pencil");
        try (RawClient client = RawClient.connect(broker.port())) {
            client.send(Connect.v5("raw")
                    .withProperties(ConnectProperties.NONE
                            .withAuthenticationMethod("SCRAM-SHA-256")
                            .withAuthenticationData(Binary.utf8(scram.first()))));
            Auth question = client.expect(Auth.class);
            assertThat(question.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
            assertThat(question.properties().method()).isEqualTo("SCRAM-SHA-256");
            Binary data = question.properties().data();
            assertThat(data).isNotNull();
            client.send(Auth.of(
                    ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-256", Binary.utf8(scram.last(data.toUtf8()))));
            Connack connack = client.expect(Connack.class);
            assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(connack.properties().authenticationMethod()).isEqualTo("SCRAM-SHA-256");
            assertThat(connack.properties().authenticationData()).isEqualTo(Binary.utf8(scram.expected()));
        }
    }

    @Test
    void whoBringsNoMethodStaysOut() {
        try (RawClient plain = RawClient.connect(broker.port());
                RawClient old = RawClient.connect(broker.port())) {
            plain.send(Connect.v5("ann"));
            plain.expectRefusal(ReasonCode.NOT_AUTHORIZED);
            old.send(Connect.v311("ann").withCredentials("ann", Binary.utf8("pencil")));
            old.expectRefusal(ReasonCode.NOT_AUTHORIZED);
        }
    }

    private static Connect pump(boolean cleanStart, ScramClient scram) {
        return Connect.v5("pump")
                .withCleanStart(cleanStart)
                .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE))
                .withProperties(ConnectProperties.NONE
                        .withSessionExpiryInterval(3600)
                        .withAuthenticationMethod("SCRAM-SHA-256")
                        .withAuthenticationData(Binary.utf8(scram.first())));
    }

    private static void showPassword(RawClient client, ScramClient scram) {
        Binary question = client.expect(Auth.class).properties().data();
        assertThat(question).isNotNull();
        client.send(Auth.of(
                ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-256", Binary.utf8(scram.last(question.toUtf8()))));
    }

    private RawClient annsPump() {
        ScramClient scram = new ScramClient("n,,", "ann", "pencil");
        RawClient client = RawClient.connect(broker.port());
        client.send(pump(false, scram));
        showPassword(client, scram);
        return client;
    }

    private void assertKeptOutOfAnnsPump(boolean cleanStart) {
        ScramClient scram = new ScramClient("n,,", "bob", "brush");
        try (RawClient bob = RawClient.connect(broker.port())) {
            bob.send(pump(cleanStart, scram));
            showPassword(bob, scram);
            bob.expectRefusal(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void anotherUserGetsNeitherTheSessionNorTheWillOfAClientId() throws Exception {
        users.put("bob", ScramCredentials.ofPassword("brush", 4096));
        var watcher = client("ann", "pencil");
        watcher.connect();
        try (var news = watcher.publishes(MqttGlobalPublishFilter.ALL);
                RawClient there = annsPump()) {
            watcher.subscribeWith().topicFilter("will").send();
            assertThat(there.expect(Connack.class).sessionPresent()).isFalse();
            there.subscribe("orders", Qos.AT_LEAST_ONCE);
            assertKeptOutOfAnnsPump(false);
            assertKeptOutOfAnnsPump(true);
            watcher.publishWith()
                    .topic("orders")
                    .payload("go on".getBytes(UTF_8))
                    .send();
            assertThat(there.takeMessage().payload()).isEqualTo(Binary.utf8("go on"));

            there.reset();
            assertThat(news.receive().getTopic()).hasToString("will");
            watcher.publishWith()
                    .topic("orders")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("for ann".getBytes(UTF_8))
                    .send();
            assertKeptOutOfAnnsPump(false);
            assertKeptOutOfAnnsPump(true);
            try (RawClient back = annsPump()) {
                assertThat(back.expect(Connack.class).sessionPresent()).isTrue();
                assertThat(back.takeMessage().payload()).isEqualTo(Binary.utf8("for ann"));
            }
            assertThat(news.receive().getTopic())
                    .as("the will of ann, who is gone again")
                    .hasToString("will");
            assertThat(news.receiveNow()).as("wills, of which bob's are none").isEmpty();
        }
        watcher.disconnect();
    }
}
