package io.aldis.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.PacketType;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What docs/testing.md shows, run. Each piece of Java there is found here, letter by letter but for the white space. */
class GuideTest {

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyPieceOfJavaInTheGuideIsRunHere() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String guide = Files.readString(module.resolveSibling("docs").resolve("testing.md"));
        String tests = Files.readString(module.resolve("src/test/java/io/aldis/junit/GuideTest.java"));
        List<String> pieces =
                JAVA.matcher(guide).results().map(match -> match.group(1)).toList();
        assertThat(pieces)
                .hasSize(6)
                .allSatisfy(piece -> assertThat(squeezed(tests)).contains(squeezed(piece)));
    }

    private static String squeezed(String java) {
        return java.replaceAll("\\s+", "");
    }

    @Nested
    class ABroker {
        @RegisterExtension
        static final AldisBroker broker = AldisBroker.create();

        @Test
        void aMessageArrives() throws Exception {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            try (MqttClient client =
                    new MqttClient("tcp://127.0.0.1:" + broker.port(), "me", new MemoryPersistence())) {
                client.connect();
                client.subscribe("greetings", (topic, message) -> received.add(message.toString()));
                client.publish("greetings", "hello".getBytes(UTF_8), 1, false);
                assertThat(received.poll(10, SECONDS)).isEqualTo("hello");
                client.disconnect();
            }
        }

        @Test
        void oneIsCustomized() {
            AldisBroker small = AldisBroker.builder()
                    .customize(building -> building.settings(
                            Settings.defaults().withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE))))
                    .build();
            try (small) {
                small.start();
                connectTo(small.uri());
            }
        }

        private static void connectTo(String uri) {
            try (RawClient client = RawClient.connect(URI.create(uri).getPort())) {
                assertThat(client.connect(Connect.v5("me")).properties().maximumQos())
                        .isEqualTo(Qos.AT_LEAST_ONCE);
            }
        }
    }

    @Nested
    class Time {
        @RegisterExtension
        final AldisBroker broker = AldisBroker.builder().virtualClock().build();

        @Test
        void aSessionIsForgottenAfterAnHour() {
            connectAndLeave("sensor-1", Duration.ofHours(1));

            broker.clock().advance(Duration.ofMinutes(59));
            assertThat(broker.broker().admin().session("sensor-1")).isPresent();

            broker.clock().advance(Duration.ofMinutes(1));
            assertThat(broker.broker().admin().session("sensor-1")).isEmpty();
        }

        private void connectAndLeave(String clientId, Duration expiry) {
            ConnectProperties properties = ConnectProperties.NONE.withSessionExpiryInterval(expiry.toSeconds());
            RawClient.connected(broker.port(), Connect.v5(clientId).withProperties(properties))
                    .close();
        }
    }

    @Nested
    class NoSockets {
        @RegisterExtension
        static final AldisBroker broker = AldisBroker.builder().withoutPort().build();

        @Test
        void pahoNeedsNone() throws Exception {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(broker.sockets());
            MqttClient client = new MqttClient("tcp://in-process:1883", "me", new MemoryPersistence());
            client.connect(options);
            assertThat(client.isConnected()).isTrue();
            client.disconnect();
            client.close();
        }
    }

    @Nested
    class Wrong {
        @RegisterExtension
        static final AldisBroker broker = AldisBroker.create();

        @Test
        void faultsAreSaidInASentence() {
            broker.faults().lose(PacketType.PUBACK).nth(2).toClient("sensor-1");
            broker.faults().cutAfter(PacketType.PUBREC).toClient("sensor-1");
            broker.faults().resendPublish().toAnyClient();
            broker.faults().refuse(ReasonCode.SERVER_BUSY).times(3).toClient("sensor-1");
            broker.faults().delay(PacketType.PUBLISH).by(Duration.ofSeconds(5)).fromClient("sensor-1");
            broker.faults().corrupt(PacketType.SUBACK).every().toAnyClient();
            assertThat(broker.faults().unhappened()).hasSize(6);
        }

        @Test
        void aTestWaitsForAFault() {
            Mqtt5AsyncClient sensor = Mqtt5Client.builder()
                    .identifier("sensor-1")
                    .serverHost("127.0.0.1")
                    .serverPort(broker.port())
                    .buildAsync();

            Gate gate = new Gate();
            Fault late = broker.faults().delay(PacketType.CONNACK).until(gate).toClient("sensor-1");
            CompletableFuture<Mqtt5ConnAck> connected = sensor.connect();

            late.await(Duration.ofSeconds(10));
            assertThat(connected).isNotDone();
            gate.open();
            assertThat(connected).succeedsWithin(Duration.ofSeconds(10));
            broker.faults().expectAllHappened();

            sensor.toBlocking().disconnect();
        }
    }
}
