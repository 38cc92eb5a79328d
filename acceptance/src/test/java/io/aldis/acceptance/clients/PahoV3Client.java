package io.aldis.acceptance.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho's first client, speaking MQTT 3.1.1. */
final class PahoV3Client extends LibraryClient implements MqttCallback {
    private static final int IN_FLIGHT = 10;

    private final Identity identity;
    private final MqttAsyncClient client;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

    PahoV3Client(Identity identity) throws MqttException {
        this.identity = identity;
        this.client = new MqttAsyncClient(
                "tcp://" + identity.host() + ":" + identity.port(), identity.clientId(), new MemoryPersistence());
        client.setCallback(this);
    }

    @Override
    boolean connect() throws Exception {
        var options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(!identity.persistent());
        // Its callback frees our place before the library frees its own.
        options.setMaxInflight(2 * IN_FLIGHT);
        var will = identity.will();
        if (will != null) {
            options.setWill(will.topic(), bytes(will.payload()), will.qos(), will.retained());
        }
        var answer = client.connect(options);
        answer.waitForCompletion(DEADLINE.toMillis());
        return answer.getSessionPresent();
    }

    @Override
    int subscribe(String filter, int qos) throws Exception {
        var answer = client.subscribe(filter, qos);
        answer.waitForCompletion(DEADLINE.toMillis());
        return answer.getGrantedQos()[0];
    }

    @Override
    void unsubscribe(String filter) throws Exception {
        client.unsubscribe(filter).waitForCompletion(DEADLINE.toMillis());
    }

    @Override
    void publish(String topic, String payload, int qos, boolean retained) throws Exception {
        send(topic, payload, qos, retained);
        awaitNoneInFlight();
    }

    @Override
    void publishAll(String topic, List<String> payloads, int qos) throws Exception {
        for (var payload : payloads) {
            send(topic, payload, qos, false);
        }
        awaitNoneInFlight();
    }

    private void send(String topic, String payload, int qos, boolean retained) throws Exception {
        if (!inFlight.tryAcquire(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the broker does not acknowledge");
        }
        client.publish(topic, bytes(payload), qos, retained);
    }

    private void awaitNoneInFlight() throws InterruptedException {
        if (!inFlight.tryAcquire(IN_FLIGHT, DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the broker does not acknowledge");
        }
        inFlight.release(IN_FLIGHT);
    }

    @Override
    void disconnect() throws Exception {
        client.disconnect().waitForCompletion(DEADLINE.toMillis());
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.disconnect(0).waitForCompletion(DEADLINE.toMillis());
            }
            client.close(true);
        } catch (MqttException e) {
            throw new IllegalStateException("Paho does not close", e);
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        received(new Received(topic, message.getPayload(), message.getQos(), message.isRetained()));
    }

    @Override
    public void connectionLost(Throwable cause) {
        disconnected(OptionalInt.empty());
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
        inFlight.release();
    }

    private static byte[] bytes(String payload) {
        return payload.getBytes(StandardCharsets.UTF_8);
    }
}
