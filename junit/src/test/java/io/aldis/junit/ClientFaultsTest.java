package io.aldis.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketType;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What libraries that others wrote do when something goes wrong. */
class ClientFaultsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long MILLIS = SOON.toMillis();

    @RegisterExtension
    static final AldisBroker BROKER = AldisBroker.builder().freshPerTest().build();

    /** Notes the packets that go by, and changes none. */
    private static List<Packet> seen(PacketType type) {
        List<Packet> seen = new CopyOnWriteArrayList<>();
        Predicate<Packet> note = packet -> {
            seen.add(packet);
            return false;
        };
        BROKER.faults().lose(type).matching(note).fromAnyClient();
        return seen;
    }

    private static Mqtt5AsyncClient hiveMq(String clientId, boolean reconnects) {
        var building = MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(BROKER.port());
        if (reconnects) {
            building.automaticReconnect()
                    .initialDelay(10, TimeUnit.MILLISECONDS)
                    .maxDelay(50, TimeUnit.MILLISECONDS)
                    .applyAutomaticReconnect();
        }
        return building.buildAsync();
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static CompletableFuture<Mqtt5PublishResult> publish(Mqtt5AsyncClient client, String payload, MqttQos qos) {
        return client.publishWith()
                .topic("t")
                .payload(payload.getBytes(UTF_8))
                .qos(qos)
                .send();
    }

    @Test
    void aClientSendsAgainWhatWasNotAcknowledgedWhenItIsBack() throws Exception {
        Mqtt5AsyncClient client = hiveMq("sensor-1", true);
        get(client.connectWith().cleanStart(false).sessionExpiryInterval(3600).send());
        List<Packet> published = seen(PacketType.PUBLISH);
        Fault lost = BROKER.faults().lose(PacketType.PUBACK).nth(2).toClient("sensor-1");

        get(publish(client, "first", MqttQos.AT_LEAST_ONCE));
        CompletableFuture<Mqtt5PublishResult> second = publish(client, "second", MqttQos.AT_LEAST_ONCE);
        lost.await(SOON);
        assertThat(second).isNotDone();

        Fault cut = BROKER.faults().cutAfter(PacketType.PUBLISH).fromClient("sensor-1");
        CompletableFuture<Mqtt5PublishResult> third = publish(client, "third", MqttQos.AT_LEAST_ONCE);
        cut.await(SOON);
        get(second);
        get(third);
        get(client.disconnect());

        assertThat(published.stream()
                        .map(Publish.class::cast)
                        .filter(message -> message.payload().toUtf8().equals("second"))
                        .map(Publish::dup))
                .containsExactly(false, true);
    }

    @Test
    void pahoSendsAgainWhatWasNotAcknowledgedWhenItIsBack() throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(false);
        options.setSocketFactory(BROKER.sockets());
        List<Packet> published = seen(PacketType.PUBLISH);
        Fault lost = BROKER.faults().lose(PacketType.PUBACK).toClient("paho");
        try (MqttAsyncClient client = new MqttAsyncClient("tcp://in-process:1", "paho", new MemoryPersistence())) {
            client.connect(options).waitForCompletion(MILLIS);
            var token = client.publish("t", "hello".getBytes(UTF_8), 1, false);
            lost.await(SOON);
            client.disconnectForcibly(0, 1000, false);
            assertThat(token.isComplete()).isFalse();
            client.connect(options).waitForCompletion(MILLIS);
            while (published.size() < 2) {
                // Its token is of the connection before; a whole exchange shows that it has gone on.
                client.subscribe("any", 0).waitForCompletion(MILLIS);
            }
            client.disconnect().waitForCompletion(MILLIS);
        }
        assertThat(published.stream().map(Publish.class::cast).map(Publish::dup))
                .containsExactly(false, true);
    }

    @Test
    void aClientGivesUpIfConnackIsLate() throws Exception {
        Gate gate = new Gate();
        Fault delay = BROKER.faults().delay(PacketType.CONNACK).until(gate).toClient("impatient");
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("impatient")
                .transportConfig()
                .serverHost("127.0.0.1")
                .serverPort(BROKER.port())
                .mqttConnectTimeout(200, TimeUnit.MILLISECONDS)
                .applyTransportConfig()
                .buildAsync();
        assertThatExceptionOfType(Mqtt5DisconnectException.class)
                .isThrownBy(client.toBlocking()::connect)
                .withMessageContaining("Timeout");
        assertThat(delay.happened()).isTrue();

        gate.open();
        get(client.connect());
        get(client.disconnect());
    }

    @Test
    void exactlyOnceIsOnceAlsoIfTheConnectionIsCutAfterPubrec() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Mqtt5AsyncClient subscriber = hiveMq("subscriber", false);
        get(subscriber.connect());
        get(subscriber
                .subscribeWith()
                .topicFilter("t")
                .qos(MqttQos.EXACTLY_ONCE)
                .callback(message -> received.add(new String(message.getPayloadAsBytes(), UTF_8)))
                .send());
        Mqtt5AsyncClient publisher = hiveMq("publisher", true);
        get(publisher
                .connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3600)
                .send());

        // The client takes PUBREC for success, and does the rest by itself.
        Fault afterPubrec = BROKER.faults().cutAfter(PacketType.PUBREC).toClient("publisher");
        get(publish(publisher, "one", MqttQos.EXACTLY_ONCE));
        afterPubrec.await(SOON);
        Fault beforePubrec = BROKER.faults().cutBefore(PacketType.PUBREC).toClient("publisher");
        get(publish(publisher, "two", MqttQos.EXACTLY_ONCE));
        beforePubrec.await(SOON);
        Fault afterPubrel = BROKER.faults().cutAfter(PacketType.PUBREL).fromClient("publisher");
        get(publish(publisher, "three", MqttQos.EXACTLY_ONCE));
        afterPubrel.await(SOON);
        get(publish(publisher, "end", MqttQos.EXACTLY_ONCE));

        for (String expected : List.of("one", "two", "three", "end")) {
            assertThat(received.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(expected);
        }
        assertThat(received).isEmpty();
        get(publisher.disconnect());
        get(subscriber.disconnect());
    }

    @Test
    void aReceiverOfExactlyOnceSeesItOnceAlsoIfItComesTwice() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Mqtt5AsyncClient subscriber = hiveMq("subscriber", false);
        get(subscriber.connect());
        get(subscriber
                .subscribeWith()
                .topicFilter("t")
                .qos(MqttQos.EXACTLY_ONCE)
                .callback(message -> received.add(new String(message.getPayloadAsBytes(), UTF_8)))
                .send());
        Fault twice = BROKER.faults().resendPublish().toClient("subscriber");
        try (RawClient publisher = RawClient.connected(BROKER.port(), Connect.v5("publisher"))) {
            publisher.publish("t", "one", Qos.EXACTLY_ONCE);
            publisher.publish("t", "two", Qos.EXACTLY_ONCE);
        }
        assertThat(received.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(received.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("two");
        assertThat(twice.happened()).isTrue();
        get(subscriber.disconnect());
    }

    @Test
    void aClientHearsWhyItIsRefused() throws Exception {
        BROKER.faults().refuse(ReasonCode.SERVER_BUSY).toClient("new");
        Mqtt5BlockingClient client = hiveMq("new", false).toBlocking();
        assertThatExceptionOfType(Mqtt5ConnAckException.class)
                .isThrownBy(client::connect)
                .satisfies(refused -> assertThat(refused.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5ConnAckReasonCode.SERVER_BUSY));
        client.connect();
        client.disconnect();

        // Paho tries again at once with MQTT 3.1.
        BROKER.faults().refuse(ReasonCode.SERVER_BUSY).every().toClient("old");
        try (MqttAsyncClient old =
                new MqttAsyncClient("tcp://127.0.0.1:" + BROKER.port(), "old", new MemoryPersistence())) {
            assertThatExceptionOfType(MqttException.class)
                    .isThrownBy(() -> old.connect().waitForCompletion(MILLIS))
                    .satisfies(refused -> assertThat(refused.getReasonCode())
                            .isEqualTo(MqttException.REASON_CODE_BROKER_UNAVAILABLE));
        }
    }
}
