package io.aldis.acceptance.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Eclipse Paho's second client, speaking MQTT 5.0. */
final class PahoV5Client extends LibraryClient implements MqttCallback {
    // Held here, or it would be collected and talk again. It tells of every PUBREL.
    private static final Logger TALKATIVE = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        TALKATIVE.setLevel(Level.WARNING);
    }

    private static final int IN_FLIGHT = 5;
    private static final long KEPT_FOR_SECONDS = 3600;

    private final Identity identity;
    private final MqttAsyncClient client;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

    PahoV5Client(Identity identity) throws MqttException {
        this.identity = identity;
        this.client = new MqttAsyncClient(
                "tcp://" + identity.host() + ":" + identity.port(), identity.clientId(), new MemoryPersistence());
        client.setCallback(this);
    }

    @Override
    boolean connect() throws Exception {
        var options = new MqttConnectionOptions();
        options.setCleanStart(!identity.persistent());
        options.setSessionExpiryInterval(identity.persistent() ? KEPT_FOR_SECONDS : 0);
        var will = identity.will();
        if (will != null) {
            options.setWill(will.topic(), new MqttMessage(bytes(will.payload()), will.qos(), will.retained(), null));
        }
        var answer = client.connect(options);
        answer.waitForCompletion(DEADLINE.toMillis());
        return answer.getSessionPresent();
    }

    @Override
    int subscribe(String filter, int qos) throws Exception {
        var answer = client.subscribe(filter, qos);
        answer.waitForCompletion(DEADLINE.toMillis());
        return answer.getReasonCodes()[0];
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
    public void disconnected(MqttDisconnectResponse response) {
        disconnected(response.getReturnCode() == 0 ? OptionalInt.empty() : OptionalInt.of(response.getReturnCode()));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        inFlight.release();
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        disconnected(OptionalInt.empty());
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}

    private static byte[] bytes(String payload) {
        return payload.getBytes(StandardCharsets.UTF_8);
    }
}
