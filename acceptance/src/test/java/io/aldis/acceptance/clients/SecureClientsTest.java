package io.aldis.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of others over TLS, mutual TLS and WebSocket. */
class SecureClientsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("Acceptance authority");

    /** The listeners after the plain one. */
    private static final int TLS = 1;

    private static final int MUTUAL = 2;
    private static final int WSS = 3;
    private static final int WS = 4;

    @TempDir
    private static Path directory;

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(SecureClientsTest::listeners);

    @RegisterExtension
    final Mosquitto mosquitto = new Mosquitto(BROKER, "5");

    private final Names names = new Names();

    private static Broker.Builder listeners(Broker.Builder builder) {
        AUTHORITY.write(file("ca.crt"));
        TestAuthority.create("Somebody else").write(file("strange-ca.crt"));
        write(AUTHORITY.issue("server", "localhost", "127.0.0.1"), "server");
        write(AUTHORITY.issue("client"), "client");
        write(TestAuthority.create("Somebody else").issue("client"), "stranger");
        Tls tls = Tls.pem(file("server.crt"), file("server.key"));
        Listener.Tcp any = Listener.tcp("127.0.0.1", 0);
        return builder.listener(any.tls(tls))
                .listener(any.tls(tls.withRequiredClients(file("ca.crt"))))
                .listener(any.tls(tls).webSocket(WebSocket.defaults()))
                .listener(any.webSocket(WebSocket.defaults()));
    }

    private static void write(Issued issued, String name) {
        issued.writeChain(file(name + ".crt"));
        issued.writeKey(file(name + ".key"));
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    private static String[] arguments(int listener, String authority, String... more) {
        var all = new ArrayList<>(List.of(
                "-p",
                String.valueOf(BROKER.port(listener)),
                "--cafile",
                file(authority).toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
    void mosquittoTalksOverTls(String version) {
        var topic = names.topic("t");
        var subscriber =
                mosquitto.subscribe(arguments(TLS, "ca.crt", "-t", topic, "-q", "1", "--tls-version", version));
        mosquitto.publish(arguments(TLS, "ca.crt", "-t", topic, "-q", "1", "-m", "secret", "--tls-version", version));
        assertThat(subscriber.nextPayloads(1)).containsExactly("secret");
        assertThat(subscriber.stop()).isEmpty();
    }

    @Test
    void mosquittoDoesNotTrustABrokerOfAnotherAuthority() {
        assertThat(mosquitto
                        .start("mosquitto_pub", arguments(TLS, "strange-ca.crt", "-t", "t", "-m", "x"))
                        .exitCode())
                .isNotZero();
    }

    @Test
    void mosquittoShowsItsCertificate() {
        var topic = names.topic("t");
        var subscriber = mosquitto.subscribe(mutual("client", "-t", topic, "-q", "1"));
        mosquitto.publish(mutual("client", "-t", topic, "-q", "1", "-m", "known"));
        assertThat(subscriber.nextPayloads(1)).containsExactly("known");
        assertThat(mosquitto
                        .start("mosquitto_pub", mutual("stranger", "-t", topic, "-q", "1", "-m", "x"))
                        .exitCode())
                .isNotZero();
        assertThat(mosquitto
                        .start("mosquitto_pub", arguments(MUTUAL, "ca.crt", "-t", topic, "-q", "1", "-m", "x"))
                        .exitCode())
                .isNotZero();
        assertThat(subscriber.stop()).isEmpty();
    }

    private static String[] mutual(String who, String... more) {
        var all = new ArrayList<>(List.of(
                "--cert",
                file(who + ".crt").toString(),
                "--key",
                file(who + ".key").toString()));
        all.addAll(List.of(more));
        return arguments(MUTUAL, "ca.crt", all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {TLS, WSS, WS})
    void theHiveMqClientTalksInEveryWay(int listener) throws Exception {
        var builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(names.topic("hivemq"))
                .serverHost("127.0.0.1")
                .serverPort(BROKER.port(listener));
        if (listener != WS) {
            builder = builder.sslConfig().trustManagerFactory(trust()).applySslConfig();
        }
        if (listener != TLS) {
            builder = builder.webSocketConfig(
                    MqttWebSocketConfig.builder().serverPath("mqtt").build());
        }
        Mqtt5BlockingClient client = builder.buildBlocking();
        client.connect();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter(names.topic("t"))
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            for (int size : new int[] {1, 1000, 70_000, 300_000}) {
                byte[] payload = "x".repeat(size).getBytes(UTF_8);
                client.publishWith()
                        .topic(names.topic("t"))
                        .qos(MqttQos.EXACTLY_ONCE)
                        .payload(payload)
                        .send();
                assertThat(publishes.receive(20, TimeUnit.SECONDS))
                        .hasValueSatisfying(message ->
                                assertThat(message.getPayloadAsBytes()).isEqualTo(payload));
            }
        } finally {
            client.disconnect();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {TLS, WSS, WS})
    void thePahoClientTalksInEveryWay(int listener) throws Exception {
        String scheme = listener == TLS ? "ssl" : listener == WSS ? "wss" : "ws";
        String uri = scheme + "://127.0.0.1:" + BROKER.port(listener) + (listener == TLS ? "" : "/mqtt");
        var options = new MqttConnectOptions();
        if (listener != WS) {
            options.setSocketFactory(context().getSocketFactory());
        }
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        try (var client =
                new org.eclipse.paho.client.mqttv3.MqttClient(uri, names.topic("paho"), new MemoryPersistence())) {
            client.connect(options);
            client.subscribe(names.topic("t"), 1, (topic, message) -> received.add(message.getPayload()));
            for (int size : new int[] {1, 1000, 70_000, 300_000}) {
                byte[] payload = "x".repeat(size).getBytes(UTF_8);
                client.publish(names.topic("t"), payload, 1, false);
                assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(payload);
            }
            client.disconnect();
        }
    }

    private static SSLContext context() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust().getTrustManagers(), null);
        return context;
    }

    private static TrustManagerFactory trust() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", AUTHORITY.certificate());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return trust;
    }
}
