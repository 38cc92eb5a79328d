package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page in a browser talks with the broker: Paho's client for JavaScript in Chromium, over WebSocket with and without TLS. */
@Timeout(180)
class BrowserTest {

    /** Told a URI, it sends itself messages of each QoS, in sizes up to 100 KB, and says how many came as they were sent. */
    private static final String TALK = """
            const sizes = [0, 1, 100, 125, 126, 127, 1024, 4096, 16384, 65535, 65536, 102400];
            const uri = location.hash.substring(1);
            const client = new Paho.Client(uri, 'page');
            const expected = new Map();
            let wrong = 0, right = 0;
            const content = (qos, size) => {
                const bytes = new Uint8Array(size);
                for (let i = 0; i < size; i++) bytes[i] = (i * 31 + qos * 7 + (i >> 8)) & 255;
                return bytes;
            };
            client.onConnectionLost = lost => say('lost: ' + lost.errorMessage);
            client.onMessageArrived = message => {
                const sent = expected.get(message.destinationName);
                const came = message.payloadBytes;
                const same = sent && sent.length === came.length && sent.every((byte, i) => byte === came[i])
                    && message.qos === Number(message.destinationName.split('/')[1]);
                expected.delete(message.destinationName);
                same ? right++ : wrong++;
                if (expected.size === 0) say(right + ' right, ' + wrong + ' wrong');
            };
            client.connect({
                mqttVersion: 4,
                timeout: 30,
                onFailure: failed => say('refused: ' + failed.errorCode),
                onSuccess: () => client.subscribe('page/#', {
                    qos: 2,
                    onFailure: failed => say('not subscribed'),
                    onSuccess: () => {
                        for (const qos of [0, 1, 2]) for (const size of sizes)
                            expected.set('page/' + qos + '/' + size, content(qos, size));
                        for (const [topic, bytes] of expected) {
                            const message = new Paho.Message(bytes);
                            message.destinationName = topic;
                            message.qos = Number(topic.split('/')[1]);
                            client.send(message);
                        }
                    }
                })
            });
            """;

    private static final String ALL = "36 right, 0 wrong";

    @TempDir
    private Path directory;

    @Test
    void aPageTalksOverWebSocket() throws Exception {
        try (Chromium chromium = Chromium.orSkip(directory, TALK);
                Broker broker = start(Listener.tcp("127.0.0.1", 0).webSocket(WebSocket.defaults()))) {
            assertThat(chromium.ask("ws://127.0.0.1:" + broker.port() + "/mqtt"))
                    .isEqualTo(ALL);
        }
    }

    @Test
    void aPageTalksOverWebSocketAndTls() throws Exception {
        Issued server = TestAuthority.create("Acceptance authority").issue("server", "127.0.0.1");
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        String trusted = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(server.certificate().getPublicKey().getEncoded()));
        Listener listener = Listener.tcp("127.0.0.1", 0)
                .tls(Tls.pem(directory.resolve("server.crt"), directory.resolve("server.key")))
                .webSocket(WebSocket.defaults());
        try (Chromium chromium = Chromium.orSkip(directory, TALK);
                Broker broker = start(listener)) {
            String uri = "wss://127.0.0.1:" + broker.port() + "/mqtt";
            assertThat(chromium.ask(uri, "--ignore-certificate-errors-spki-list=" + trusted))
                    .isEqualTo(ALL);
            assertThat(chromium.ask(uri)).startsWith("refused: "); // It does not know the authority.
        }
    }

    @Test
    void aPageConnectsIfItsOriginMay() throws Exception {
        try (Chromium chromium = Chromium.orSkip(directory, TALK);
                Broker broker = start(
                        Listener.tcp("127.0.0.1", 0)
                                .webSocket(WebSocket.defaults().withAllowedOrigins(List.of("https://example.org"))),
                        Listener.tcp("127.0.0.1", 0)
                                .webSocket(WebSocket.defaults().withAllowedOrigins(List.of(chromium.origin()))))) {
            assertThat(chromium.ask("ws://127.0.0.1:" + broker.port() + "/mqtt"))
                    .startsWith("refused: ");
            assertThat(chromium.ask(
                            "ws://127.0.0.1:" + broker.addresses().get(1).getPort() + "/mqtt"))
                    .isEqualTo(ALL);
        }
    }

    private static Broker start(Listener... listeners) {
        Broker.Builder builder = Broker.builder();
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        return builder.start();
    }
}
