package io.aldis.acceptance.clients;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The HiveMQ client, speaking MQTT 5.0. */
final class HiveMqV5Client extends LibraryClient {
    private static final long KEPT_FOR_SECONDS = 3600;

    private final Identity identity;
    private final Mqtt5AsyncClient client;

    HiveMqV5Client(Identity identity) {
        this.identity = identity;
        this.client = MqttClient.builder()
                .useMqttVersion5()
                .identifier(identity.clientId())
                .serverHost(identity.host())
                .serverPort(identity.port())
                .addDisconnectedListener(context -> disconnected(
                        context.getCause() instanceof Mqtt5DisconnectException told
                                ? OptionalInt.of(
                                        told.getMqttMessage().getReasonCode().getCode())
                                : OptionalInt.empty()))
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
        var connect = client.connectWith()
                .cleanStart(!identity.persistent())
                .sessionExpiryInterval(identity.persistent() ? KEPT_FOR_SECONDS : 0);
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
        return suback.getReasonCodes().get(0).getCode();
    }

    @Override
    void unsubscribe(String filter) throws Exception {
        get(client.unsubscribeWith().topicFilter(filter).send());
    }

    @Override
    void publish(String topic, String payload, int qos, boolean retained) throws Exception {
        unrefused(get(client.publish(message(topic, payload, qos, retained))));
    }

    @Override
    void publishAll(String topic, List<String> payloads, int qos) throws Exception {
        var sent = payloads.stream()
                .map(payload ->
                        client.publish(message(topic, payload, qos, false)).thenAccept(HiveMqV5Client::unrefused))
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

    private static void unrefused(Mqtt5PublishResult result) {
        result.getError().ifPresent(error -> {
            throw new AssertionError("the broker refused a message", error);
        });
    }

    private static Mqtt5Publish message(String topic, String payload, int qos, boolean retained) {
        return Mqtt5Publish.builder()
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
