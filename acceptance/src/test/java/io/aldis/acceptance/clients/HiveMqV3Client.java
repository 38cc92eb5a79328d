package io.aldis.acceptance.clients;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The HiveMQ client, speaking MQTT 3.1.1. */
final class HiveMqV3Client extends LibraryClient {
    private final Identity identity;
    private final Mqtt3AsyncClient client;

    HiveMqV3Client(Identity identity) {
        this.identity = identity;
        this.client = MqttClient.builder()
                .useMqttVersion3()
                .identifier(identity.clientId())
                .serverHost(identity.host())
                .serverPort(identity.port())
                .addDisconnectedListener(context -> disconnected(OptionalInt.empty()))
                .buildAsync();
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                message -> received(new Received(
                        message.getTopic().toString(),
                        message.getPayloadAsBytes(),
                        message.getQos().getCode(),
                        message.isRetain())));
    }

    @Override
    boolean connect() throws Exception {
        var connect = client.connectWith().cleanSession(!identity.persistent());
        var will = identity.will();
        if (will != null) {
            connect = connect.willPublish(message(will.topic(), will.payload(), will.qos(), will.retained()));
        }
        return get(connect.send()).isSessionPresent();
    }

    @Override
    int subscribe(String filter, int qos) throws Exception {
        var suback =
                get(client.subscribeWith().topicFilter(filter).qos(qos(qos)).send());
        return suback.getReturnCodes().get(0).getCode();
    }

    @Override
    void unsubscribe(String filter) throws Exception {
        get(client.unsubscribeWith().topicFilter(filter).send());
    }

    @Override
    void publish(String topic, String payload, int qos, boolean retained) throws Exception {
        get(client.publish(message(topic, payload, qos, retained)));
    }

    @Override
    void publishAll(String topic, List<String> payloads, int qos) throws Exception {
        var sent = payloads.stream()
                .map(payload -> client.publish(message(topic, payload, qos, false)))
                .toArray(CompletableFuture[]::new);
        get(CompletableFuture.allOf(sent));
    }

    @Override
    void disconnect() throws Exception {
        get(client.disconnect());
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.disconnect().handle((done, alreadyGone) -> true).join(); // It may have ended meanwhile.
        }
    }

    private static Mqtt3Publish message(String topic, String payload, int qos, boolean retained) {
        return Mqtt3Publish.builder()
                .topic(topic)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .qos(qos(qos))
                .retain(retained)
                .build();
    }

    private static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
}
