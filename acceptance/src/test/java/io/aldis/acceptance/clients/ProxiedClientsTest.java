package io.aldis.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.Client;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.Proxied;
import io.aldis.broker.hook.UnixPeer;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.codec.Connect;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** HAProxy in front of the broker, which hears from it where clients come from and who they are; and clients on a Unix domain socket. */
@Timeout(120)
class ProxiedClientsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("Acceptance authority");

    /** The broker's listener after the plain one. */
    private static final int PROXIED = 1;

    /** What HAProxy listens for. */
    private static final int V1 = 0;

    private static final int V2 = 1;
    private static final int TLS = 2;
    private static final int TO_FILE = 3;

    /** Another address of the loopback network, which HAProxy does not connect from. */
    private static final String ELSEWHERE = "127.0.0.2";

    private static final Map<String, Client> CLIENTS = new ConcurrentHashMap<>();
    private static final Set<SocketAddress> ACCEPTED = ConcurrentHashMap.newKeySet();

    @TempDir
    private static Path directory;

    private static Haproxy haproxy;

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(ProxiedClientsTest::listeners);

    @RegisterExtension
    final Mosquitto mosquitto = new Mosquitto(BROKER, "5");

    private final Names names = new Names();

    private static Broker.Builder listeners(Broker.Builder builder) {
        return builder.listener(Listener.tcp("127.0.0.1", 0).proxyProtocol(ProxyProtocol.from("127.0.0.1")))
                .listener(Listener.unix(file("proxied.sock")).proxyProtocol(ProxyProtocol.from()))
                .listener(Listener.unix(file("plain.sock")))
                .hooks(hooks -> hooks.onAccept((OnAccept) event -> {
                            ACCEPTED.add(event.remoteAddress());
                            return event.accept();
                        })
                        .onConnected(event -> CLIENTS.put(event.client().clientId(), event.client())));
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    @BeforeAll
    static void startHaproxy() throws IOException {
        AUTHORITY.write(file("ca.crt"));
        TestAuthority.Issued server = AUTHORITY.issue("server", "localhost", "127.0.0.1");
        server.writeChain(file("server.crt"));
        server.writeKey(file("server.key"));
        Files.writeString(
                file("server.pem"), Files.readString(file("server.crt")) + Files.readString(file("server.key")));
        TestAuthority.Issued client = AUTHORITY.issue("sensor-7");
        client.writeChain(file("client.crt"));
        client.writeKey(file("client.key"));
        String broker = "server aldis 127.0.0.1:" + BROKER.port(PROXIED);
        haproxy = Haproxy.start(
                directory,
                List.of(
                        port -> "bind 127.0.0.1:%d\n%s send-proxy".formatted(port, broker),
                        port -> "bind 127.0.0.1:%d\n%s send-proxy-v2 proxy-v2-options crc32c check inter 50ms"
                                .formatted(port, broker),
                        port -> "bind 127.0.0.1:%d ssl crt %s ca-file %s verify optional\n%s send-proxy-v2-ssl-cn"
                                        .formatted(port, file("server.pem"), file("ca.crt"), broker)
                                + " proxy-v2-options ssl,cert-cn,ssl-cipher,authority,crc32c",
                        port -> "bind 127.0.0.1:%d\nserver aldis unix@%s send-proxy-v2"
                                .formatted(port, file("proxied.sock"))));
    }

    @AfterAll
    static void stopHaproxy() {
        haproxy.close();
    }

    /** A client that comes from elsewhere. */
    private static Socket socket(int listener) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(ELSEWHERE, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), haproxy.port(listener)));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(ints = {V1, V2, TO_FILE})
    void theClientsAddressIsSeenBehindHaproxy(int listener) throws IOException {
        Socket socket = socket(listener);
        SocketAddress own = socket.getLocalSocketAddress();
        try (RawClient client = RawClient.over(socket)) {
            client.connect(Connect.v5(names.topic("client")));
            client.subscribe(names.topic("t"), Qos.AT_LEAST_ONCE);
            client.publish(names.topic("t"), "x".repeat(200_000), Qos.AT_LEAST_ONCE);
            assertThat(client.takeMessage().payload().size()).isEqualTo(200_000);
            Client seen = Objects.requireNonNull(CLIENTS.get(names.topic("client")));
            assertThat(seen.remoteAddress()).isEqualTo(own);
            assertThat(ACCEPTED).contains(own);
            Proxied proxied = Objects.requireNonNull(seen.proxied());
            assertThat(proxied.destination()).isEqualTo(socket.getRemoteSocketAddress());
            if (listener == TO_FILE) {
                assertThat(proxied.proxy()).isInstanceOf(UnixPeer.class);
            } else {
                assertThat(proxied.proxy().toString()).startsWith("/127.0.0.1:");
            }
            assertThat(proxied.tls()).isNull();
        }
    }

    @Test
    void theClientsCertificateIsSeenBehindHaproxyThatEndsTls() {
        mosquitto.publish(
                "-p",
                String.valueOf(haproxy.port(TLS)),
                "--cafile",
                file("ca.crt").toString(),
                "--cert",
                file("client.crt").toString(),
                "--key",
                file("client.key").toString(),
                "-A",
                ELSEWHERE,
                "-h",
                "localhost",
                "-i",
                names.topic("known"),
                "-t",
                "t",
                "-m",
                "x",
                "-q",
                "1");
        Client seen = Objects.requireNonNull(CLIENTS.get(names.topic("known")));
        assertThat(seen.remoteAddress().toString()).startsWith("/" + ELSEWHERE + ":");
        assertThat(seen.certificate()).isNull();
        Proxied proxied = Objects.requireNonNull(seen.proxied());
        assertThat(proxied.commonName()).isEqualTo("sensor-7");
        assertThat(proxied.serverName()).isEqualTo("localhost");
        assertThat(proxied.tls()).isEqualTo(new Proxied.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", true, "sensor-7"));
    }

    @Test
    void aClientWithoutCertificateHasNoName() {
        mosquitto.publish(
                "-p",
                String.valueOf(haproxy.port(TLS)),
                "--cafile",
                file("ca.crt").toString(),
                "-i",
                names.topic("nameless"),
                "-t",
                "t",
                "-m",
                "x",
                "-q",
                "1");
        Proxied proxied = Objects.requireNonNull(
                Objects.requireNonNull(CLIENTS.get(names.topic("nameless"))).proxied());
        assertThat(proxied.commonName()).isEmpty();
        assertThat(Objects.requireNonNull(proxied.tls()).verified()).isFalse();
    }

    @Test
    void healthChecksOfHaproxyAreNothingToTellOf() {
        // It asks all the time whether the broker is there, as itself.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ACCEPTED.stream().noneMatch(address -> address.toString().startsWith("/127.0.0.1:"))) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
        assertThat(BROKER.admin().orElseThrow().statistics().proxyHeadersRefused())
                .isZero();
    }

    // A Unix domain socket.

    @Test
    void mosquittoTalksOverAUnixDomainSocket() throws Exception {
        String socket = file("plain.sock").toString();
        var subscriber = mosquitto.subscribe("--unix", socket, "-t", names.topic("t"), "-q", "1");
        mosquitto.publish("--unix", socket, "-t", names.topic("t"), "-q", "1", "-m", "local");
        assertThat(subscriber.nextPayloads(1)).containsExactly("local");
        assertThat(subscriber.stop()).isEmpty();
    }

    @Test
    void curlOnAUnixDomainSocketIsToldOfInTheLog() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = Collections.synchronizedList(new ArrayList<>());
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try {
            Process curl = new ProcessBuilder(
                            Mosquitto.pathOf("curl", "curl"),
                            "--silent",
                            "--show-error",
                            "--max-time",
                            "20",
                            "--unix-socket",
                            file("plain.sock").toString(),
                            "http://localhost/metrics")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(curl.getInputStream().readAllBytes(), UTF_8);
            assertThat(curl.waitFor()).as(said).isNotZero();
            assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(line -> assertThat(line)
                            .contains("from unix:" + file("plain.sock") + " (process " + curl.pid() + ", user ")
                            .contains("This looks like HTTP, but the listener speaks MQTT"));
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }
}
