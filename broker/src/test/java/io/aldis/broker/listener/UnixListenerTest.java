package io.aldis.broker.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.UnixPeer;
import io.aldis.broker.settings.Network;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.UnixSocket;
import io.aldis.testkit.WebSocketSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over a Unix domain socket. */
@Timeout(120)
class UnixListenerTest {

    private final Origin origin = new Origin();

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void choose() {
        file = directory.resolve("aldis.sock");
    }

    private Broker start(Listener listener) {
        return origin.watch(Broker.builder()).listener(listener).loops(3).start();
    }

    private Broker start() {
        return start(Listener.unix(file));
    }

    private RawClient client() {
        return RawClient.over(UnixSocket.open(file));
    }

    private static void assertFails(Listener listener, String reason) {
        assertThatThrownBy(() -> Broker.builder().listener(listener).start())
                .isInstanceOfSatisfying(
                        ListenFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason));
    }

    // Clients.

    @Test
    void messagesOfEverySizePass() {
        try (Broker broker = start();
                RawClient client = client()) {
            assertThat(broker.addresses()).isEmpty();
            client.connect(Connect.v5("client"));
            client.subscribe("#", Qos.AT_LEAST_ONCE);
            for (int size : new int[] {0, 1, 127, 16_384, 3_000_000}) {
                byte[] payload = new byte[size];
                Arrays.fill(payload, (byte) size);
                client.publish("a", new String(payload, US_ASCII), Qos.AT_LEAST_ONCE);
                assertThat(client.takeMessage().payload()).isEqualTo(Binary.utf8(new String(payload, US_ASCII)));
            }
        }
    }

    @Test
    void whoIsTakenOverHearsItOnWhateverLoopItIs() {
        try (Broker broker = start()) {
            RawClient present = client();
            present.connect(Connect.v5("one").withCleanStart(false));
            for (int i = 0; i < 6; i++) {
                RawClient next = client();
                next.connect(Connect.v5("one").withCleanStart(false));
                next.expectNothing();
                present.expectDisconnect(ReasonCode.SESSION_TAKEN_OVER);
                present.close();
                present = next;
            }
            assertThat(broker.admin().sessions("", 10).entries()).hasSize(1);
            present.close();
        }
    }

    @Test
    void hooksAndTheLogSeeWhichProcessConnects() {
        try (Log log = new Log();
                Broker broker = start();
                RawClient client = client()) {
            assertThat(broker.admin().statistics().clientsConnected()).isZero();
            client.connect(Connect.v5("client"));
            long own = ProcessHandle.current().pid();
            assertThat(origin.accepted()).startsWith("unix:" + file + " (process " + own + ", user ");
            assertThat(origin.connected().remoteAddress()).isInstanceOfSatisfying(UnixPeer.class, peer -> {
                assertThat(peer.socket()).isEqualTo(file);
                assertThat(peer.process()).hasValue(own);
                assertThat(peer.user()).hasValue(number("unix:uid"));
                assertThat(peer.group()).isPresent();
            });
            client.sendBytes("00 00");
            client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
            assertThat(log.lines(Level.INFO))
                    .anyMatch(line -> line.contains(" from unix:" + file + " (process " + own + ", "));
        }
    }

    /** What this process makes belongs to its user. */
    private long number(String attribute) {
        try {
            return ((Number) Files.getAttribute(directory, attribute)).longValue();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void httpIsClosedWithALineThatHelps() {
        try (Log log = new Log();
                Broker broker = start();
                RawClient curl = client()) {
            curl.sendBytes("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            curl.expectClosed();
            assertThat(log.lines(Level.INFO))
                    .anyMatch(line -> line.contains(" from unix:" + file)
                            && line.contains("This looks like HTTP, but the listener speaks MQTT"));
            assertThat(broker.admin().statistics().protocolErrors()).isEqualTo(1);
        }
    }

    // Layers.

    @Test
    void itMayHaveAWebSocketWithAProxyThatIsTrusted() {
        WebSocket webSocket = WebSocket.defaults().withTrustedProxies(Network.all("10.0.0.0/8"));
        try (Broker broker = start(Listener.unix(file).webSocket(webSocket));
                UnixSocket socket = UnixSocket.open(file)) {
            assertThat(broker.admin().statistics().connectionsOpen()).isLessThan(2);
            String request = WebSocketSocket.request(
                    "/mqtt", "Sec-WebSocket-Protocol: mqtt\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.0.0.3");
            assertThat(WebSocketSocket.ask(socket, request)).startsWith("HTTP/1.1 101 ");
            socket.getOutputStream()
                    .write(WebSocketSocket.frame(WebSocketSocket.BINARY, true, Wire.encoded(Connect.v5("web"))));
            assertThat(origin.accepted()).startsWith("unix:");
            assertThat(origin.connected().remoteAddress()).hasToString("/203.0.113.7:0");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void itMayHaveTheProxyProtocolWithoutSources() {
        try (Broker broker = start(Listener.unix(file).proxyProtocol(ProxyProtocol.from()));
                RawClient client = client();
                RawClient direct = client()) {
            client.sendBytes(Header.ipv4());
            client.connect(Connect.v5("proxied"));
            assertThat(origin.accepted()).isEqualTo("/203.0.113.7:49152");
            Origin.Seen seen = origin.connected();
            assertThat(seen.remoteAddress()).hasToString("/203.0.113.7:49152");
            assertThat(seen.proxied()).isNotNull();
            direct.send(Connect.v5("direct"));
            direct.expectClosed();
            assertThat(broker.admin().statistics().proxyHeadersRefused()).isEqualTo(1);
        }
    }

    // The file.

    @ParameterizedTest
    @CsvSource({"rw-rw----, rw-rw----", "0600, rw-------", "666, rw-rw-rw-", "rwxrwxrwx, rwxrwxrwx"})
    void theFileHasThePermissionsThatAreSet(String written, String expected) throws IOException {
        try (Broker broker = start(Listener.unix(file).permissions(written))) {
            assertThat(broker.admin().statistics().connectionsOpen()).isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo(expected);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void theFileIsForItsUserAndItsGroupIfNothingElseIsSaid() throws IOException {
        try (Broker broker = start()) {
            assertThat(broker.admin().statistics().connectionsOpen()).isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw----");
        }
    }

    @Test
    void theFileHasTheGroupThatIsSet() throws IOException {
        String own = Files.readAttributes(directory, PosixFileAttributes.class)
                .group()
                .getName();
        try (Broker broker = start(Listener.unix(file).group(own))) {
            assertThat(broker.admin().statistics().connectionsOpen()).isZero();
            assertThat(Files.readAttributes(file, PosixFileAttributes.class)
                            .group()
                            .getName())
                    .isEqualTo(own);
        }
        assertFails(Listener.unix(file).group("no-such-group"), "there is no group no-such-group");
        assertThat(file).doesNotExist();
    }

    @Test
    void theFileIsRemovedWhenTheBrokerStopsAndConnectionsGoOnUntilThen() {
        Broker broker = start();
        try (RawClient client = client()) {
            client.connect(Connect.v5("client"));
            broker.close();
            assertThat(file).doesNotExist();
            client.expectDisconnect(ReasonCode.SERVER_SHUTTING_DOWN);
        }
    }

    @Test
    void theFileOfADeadBrokerIsReplaced() throws IOException {
        leaveBehind();
        try (Broker broker = start();
                RawClient client = client()) {
            client.connect(Connect.v5("client"));
            assertThat(broker.admin().statistics().clientsConnected()).isEqualTo(1);
        }
        assertThat(file).doesNotExist();
    }

    /** A socket whose program has not removed it. */
    private void leaveBehind() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();
    }

    @Test
    void theFileOfALivingBrokerIsNot() {
        try (Broker living = start()) {
            assertFails(Listener.unix(file), "another program listens there; stop it, or choose another path");
            try (RawClient client = client()) {
                client.connect(Connect.v5("client"));
                assertThat(living.admin().statistics().clientsConnected()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "directory", "link", "pipe"})
    void whatIsNoSocketIsNeverReplaced(String kind) throws Exception {
        switch (kind) {
            case "file" -> Files.writeString(file, "precious");
            case "directory" -> Files.createDirectory(file);
            case "link" -> Files.createSymbolicLink(file, directory.resolve("nowhere"));
            default ->
                assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor(10, TimeUnit.SECONDS))
                        .isTrue();
        }
        assertFails(
                Listener.unix(file),
                "there is something else than a socket already; remove it, or choose another path");
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void aFileThatHasComeInItsPlaceStays() throws IOException {
        Broker broker = start();
        Files.delete(file);
        Files.writeString(file, "of somebody else");
        broker.close();
        assertThat(file).hasContent("of somebody else");
    }

    @Test
    void aPathThatIsTooLongOrNowhereIsExplained() {
        Path longer = directory.resolve("x".repeat(107));
        assertFails(
                Listener.unix(longer),
                "its path has " + longer.toString().length()
                        + " bytes, but a Unix domain socket has room for 106; choose a shorter one");
        assertFails(
                Listener.unix(directory.resolve("no/aldis.sock")),
                "there is no directory " + directory.resolve("no") + "; make it, or choose another path");
        Path longest = directory.resolve("x".repeat(106 - directory.toString().length() - 1));
        try (Broker broker = start(Listener.unix(longest));
                RawClient client = RawClient.over(UnixSocket.open(longest))) {
            client.connect(Connect.v5("client"));
            assertThat(broker.admin().statistics().clientsConnected()).isEqualTo(1);
        }
    }

    @Test
    void aListenerIsNamedByItsFile() {
        assertThat(Listener.unix(Path.of("/run/aldis.sock"))).hasToString("unix:///run/aldis.sock");
        assertThatThrownBy(() -> Listener.unix(file).permissions("0999"))
                .hasMessage(
                        "The permissions of the Unix domain socket are \"0999\", but they are written as rw-rw---- or 0660.");
    }
}
