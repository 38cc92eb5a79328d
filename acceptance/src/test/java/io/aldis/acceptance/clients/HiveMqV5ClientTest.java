package io.aldis.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.unsuback.Mqtt5UnsubAckReasonCode;
import io.aldis.acceptance.clients.LibraryClient.Identity;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The library knows all of MQTT 5.0, so the rest of it is specified here. */
class HiveMqV5ClientTest extends V5LibraryContract {
    @Override
    LibraryClient library(Identity identity) {
        return new HiveMqV5Client(identity);
    }

    @Test
    void allPropertiesOfAMessageArrive() throws Exception {
        var client = blocking("client");
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter(names.topic("p"))
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            var userProperties = Mqtt5UserProperties.of(
                    Mqtt5UserProperty.of("colour", "red"),
                    Mqtt5UserProperty.of("size", "9"),
                    Mqtt5UserProperty.of("colour", "blue"),
                    Mqtt5UserProperty.of("", ""));

            client.publish(Mqtt5Publish.builder()
                    .topic(names.topic("p"))
                    .payload("payload".getBytes(UTF_8))
                    .qos(MqttQos.EXACTLY_ONCE)
                    .contentType("text/plain")
                    .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
                    .responseTopic("answers/here")
                    .correlationData(new byte[] {0, (byte) 0xFF, 7})
                    .messageExpiryInterval(3600)
                    .userProperties(userProperties)
                    .build());

            var message = next(publishes);
            assertThat(message.getContentType()).map(Object::toString).hasValue("text/plain");
            assertThat(message.getPayloadFormatIndicator()).hasValue(Mqtt5PayloadFormatIndicator.UTF_8);
            assertThat(message.getResponseTopic()).map(Object::toString).hasValue("answers/here");
            assertThat(message.getCorrelationData().map(data -> List.of(data.get(0), data.get(1), data.get(2))))
                    .hasValue(List.of((byte) 0, (byte) 0xFF, (byte) 7));
            assertThat(message.getMessageExpiryInterval()).isIn(OptionalLong.of(3600), OptionalLong.of(3599));
            // [MQTT-3.3.2-18]
            assertThat(message.getUserProperties()).isEqualTo(userProperties);
        } finally {
            client.disconnect();
        }
    }

    @Test
    void aClientWithoutNameIsGivenOne() {
        var nameless = MqttClient.builder()
                .useMqttVersion5()
                .serverHost(BROKER.host())
                .serverPort(BROKER.port())
                .buildBlocking();

        var connack = nameless.connect();

        // [MQTT-3.2.2-16]
        assertThat(connack.getAssignedClientIdentifier())
                .hasValueSatisfying(id -> assertThat(id.toString()).isNotEmpty());
        nameless.disconnect();
    }

    @Test
    void noLocalSparesAClientItsOwnMessages() throws Exception {
        var client = blocking("client");
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter(names.topic("n"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .noLocal(true)
                    .send();

            client.publishWith()
                    .topic(names.topic("n"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("own".getBytes(UTF_8))
                    .send();
            connected(identity("other")).publish(names.topic("n"), "another's", 1, false);

            // [MQTT-3.8.3-3]
            assertThat(payload(next(publishes))).isEqualTo("another's");
        } finally {
            client.disconnect();
        }
    }

    @Test
    void retainHandlingDecidesWhatASubscriptionBrings() throws Exception {
        connected(identity("pub")).publish(names.topic("r"), "retained", 1, true);
        var client = blocking("client");
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(client, Mqtt5RetainHandling.DO_NOT_SEND);
            subscribe(client, Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST);
            // Nothing so far: [MQTT-3.3.1-11], [MQTT-3.3.1-10]. And now once: [MQTT-3.3.1-9].
            subscribe(client, Mqtt5RetainHandling.SEND);
            client.publishWith()
                    .topic(names.topic("r"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("live".getBytes(UTF_8))
                    .send();

            assertThat(payload(next(publishes))).isEqualTo("retained");
            assertThat(payload(next(publishes))).isEqualTo("live");
        } finally {
            client.disconnect();
        }
    }

    @Test
    void anUnknownSubscriptionIsToldWhenItIsEnded() {
        var client = blocking("client");

        var unsuback =
                client.unsubscribeWith().addTopicFilter(names.topic("never")).send();

        assertThat(unsuback.getReasonCodes()).isEqualTo(List.of(Mqtt5UnsubAckReasonCode.NO_SUBSCRIPTIONS_EXISTED));
        client.disconnect();
    }

    @Test
    void theWillIsDelayedUntilItsClientComesBackInTime() throws Exception {
        var watcher = connected(identity("watcher"));
        watcher.subscribe(names.topic("#"), 1);
        try (CuttableProxy wire = new CuttableProxy(BROKER.host(), BROKER.port())) {
            var doomed = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(names.id("doomed"))
                    .serverHost("127.0.0.1")
                    .serverPort(wire.port())
                    .buildBlocking();
            doomed.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(3600)
                    .willPublish()
                    .topic(names.topic("will"))
                    .payload("gone".getBytes(UTF_8))
                    .delayInterval(3600)
                    .applyWillPublish()
                    .send();
            wire.cut();
        }

        var again = client(identity("doomed").persisting());
        assertThat(again.connect()).as("session present").isTrue();
        again.publish(names.topic("marker"), "marker", 1, false);

        // [MQTT-3.1.3-9]
        assertThat(watcher.nextPayloads(1)).containsExactly("marker");
        assertThat(watcher.leftOver()).isEmpty();
    }

    @Test
    void aDelayedWillIsPublishedWhenItsSessionEnds() throws Exception {
        var watcher = connected(identity("watcher"));
        watcher.subscribe(names.topic("will"), 1);
        var doomed = blocking("doomed", 3600);

        // DISCONNECT with will, and with a session that ends now [MQTT-3.1.2-8]
        doomed.disconnectWith()
                .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .sessionExpiryInterval(0)
                .send();

        assertThat(watcher.nextPayloads(1)).containsExactly("gone");
    }

    private void subscribe(Mqtt5BlockingClient client, Mqtt5RetainHandling retainHandling) {
        client.subscribeWith()
                .topicFilter(names.topic("r"))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retainHandling(retainHandling)
                .send();
    }

    private Mqtt5BlockingClient blocking(String name) {
        var client = build(name);
        client.connect();
        return client;
    }

    private Mqtt5BlockingClient blocking(String name, long willDelay) {
        var client = build(name);
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(7200)
                .willPublish()
                .topic(names.topic("will"))
                .payload("gone".getBytes(UTF_8))
                .delayInterval(willDelay)
                .applyWillPublish()
                .send();
        return client;
    }

    private Mqtt5BlockingClient build(String name) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(names.id(name))
                .serverHost(BROKER.host())
                .serverPort(BROKER.port())
                .buildBlocking();
    }

    private static Mqtt5Publish next(Mqtt5Publishes publishes) throws InterruptedException {
        return publishes
                .receive(LibraryClient.DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .orElseThrow(() -> new AssertionError("no message within the deadline"));
    }

    private static String payload(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), UTF_8);
    }
}
