package io.aldis.benchmark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Tls;
import io.aldis.benchmark.plan.Target.Transport;
import io.aldis.codec.MqttVersion;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Connections over each transport to a server that sends back what it gets. */
@Timeout(60)
class TargetDialerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int FLUSH_BYTES = 16 * 1024;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTHING = {};

    private static final TestCertificate AUTHORITY = TestCertificate.authority("ca");
    private static final TestCertificate STRANGER = TestCertificate.authority("stranger");
    private static final TestCertificate BROKER = AUTHORITY.issue("broker", "localhost", "127.0.0.1");
    private static final TestCertificate DEVICE = AUTHORITY.issue("device");

    @TempDir
    Path directory;

    // Plain TCP.

    @Test
    void bytesGoBothWaysOverTcp() throws Exception {
        try (EchoServer server = EchoServer.tcp()) {
            assertEchoes(server, target(server, Transport.TCP, null));
        }
    }

    @Test
    void aRefusedConnectionIsSaidToBe() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (EchoServer server = EchoServer.tcp()) {
            RecordingClient client = new RecordingClient(HELLO);
            assertThat(failure(server, Target.tcp("127.0.0.1", port, MqttVersion.V3_1_1), client))
                    .isEqualTo("connection refused by 127.0.0.1:" + port);
            assertThat(client.events).isEmpty();
        }
    }

    @Test
    void anUnknownHostIsNamed() {
        // No address, and no name either, so nobody is asked for it.
        try (EchoServer server = EchoServer.tcp()) {
            Target target = Target.tcp("no:such:host", 1883, MqttVersion.V3_1_1);
            assertThat(failure(server, target)).isEqualTo("the host 'no:such:host' is unknown");
        }
    }

    @Test
    void theClientLearnsOfTheEnd() throws Exception {
        try (EchoServer server = EchoServer.shy()) {
            RecordingClient client = new RecordingClient(HELLO);
            dial(server, target(server, Transport.TCP, null), client);
            client.awaitEnd();
            assertThat(client.events).first().isEqualTo("active");
            assertThat(client.events).last().isEqualTo("inactive");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // Elsewhere there is only 127.0.0.1.
    void sourceAddressesAreUsedInTurn() throws Exception {
        try (EchoServer server = EchoServer.tcp()) {
            Target target = from(server, "127.0.0.2", "127.0.0.3");
            TargetDialer dialer = new TargetDialer(target, TIMEOUT);
            for (int i = 0; i < 4; i++) {
                RecordingClient client = new RecordingClient(HELLO);
                await(dialer.dial(server.loop(), client, FLUSH_BYTES));
                client.echo();
            }
            assertThat(server.clients).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.2", "127.0.0.3");
        }
    }

    @Test
    void aSourceAddressOfAnotherMachineIsRefusedAtOnce() {
        try (EchoServer server = EchoServer.tcp()) {
            // An address for documentation (RFC 5737).
            Target target = from(server, "192.0.2.1");
            assertThatThrownBy(() -> new TargetDialer(target, TIMEOUT))
                    .isInstanceOf(TransportFailed.class)
                    .hasMessageContainingAll("'192.0.2.1'", "expected an address of this machine");
        }
    }

    // TLS.

    @Test
    void bytesGoBothWaysOverTls() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(BROKER))) {
            assertEchoes(server, target(server, Transport.TLS, trusting(AUTHORITY)));
        }
    }

    @Test
    void theBrokerIsToldTheNameItIsCalledBy() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(BROKER))) {
            assertEchoes(
                    server, target(server, Transport.TLS, trusting(AUTHORITY)).at("localhost", server.port()));
            assertThat(server.names).containsOnly("localhost");
        }
    }

    @Test
    void aBrokerOfAnotherAuthorityIsNotTrusted() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(BROKER))) {
            RecordingClient client = new RecordingClient(HELLO);
            assertThat(failure(server, target(server, Transport.TLS, trusting(STRANGER)), client))
                    .isEqualTo("the TLS handshake failed: no trusted authority vouches for the broker's certificate; "
                            + "expected it, or its CA, in the CA file");
            assertThat(client.events).isEmpty();
        }
    }

    @Test
    void aBrokerIsNotTrustedByDefaultIfJavaDoesNotKnowItsAuthority() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(BROKER))) {
            assertThat(failure(server, target(server, Transport.TLS, null)))
                    .startsWith("the TLS handshake failed: no trusted authority");
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(AUTHORITY.issue("elsewhere", "broker.example")))) {
            Target target = target(server, Transport.TLS, trusting(AUTHORITY));
            assertThat(failure(server, target.at("localhost", server.port())))
                    .startsWith("the TLS handshake failed: the broker's certificate is not one for 'localhost': ");
            assertThat(failure(server, target))
                    .startsWith("the TLS handshake failed: the broker's certificate is not one for '127.0.0.1': ");
        }
    }

    @Test
    void anExpiredCertificateIsSaidToBe() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(AUTHORITY.issueExpired("old", "127.0.0.1")))) {
            assertThat(failure(server, target(server, Transport.TLS, trusting(AUTHORITY))))
                    .startsWith("the TLS handshake failed: the broker's certificate has expired: ");
        }
    }

    @Test
    void anyCertificateWillDoIfThatIsWanted() throws Exception {
        try (EchoServer server = EchoServer.tls(tls(AUTHORITY.issue("elsewhere", "broker.example")))) {
            assertEchoes(server, target(server, Transport.TLS, new Tls(null, true, null, null)));
        }
    }

    @Test
    void theBrokerMayKnowTheClientByItsCertificate() throws Exception {
        try (EchoServer server = EchoServer.tls(mutualTls())) {
            Tls tls = new Tls(
                    AUTHORITY.certificateFile(directory),
                    false,
                    DEVICE.certificateFile(directory),
                    DEVICE.keyFile(directory));
            assertEchoes(server, target(server, Transport.TLS, tls));
        }
    }

    @Test
    void aMissingClientCertificateIsExplainedThoughTheBrokerSaysSoLate() throws Exception {
        try (EchoServer server = EchoServer.tls(mutualTls())) {
            RecordingClient client = new RecordingClient(NOTHING);
            // In TLS 1.3 the client is done before the broker has looked at its certificate.
            dial(server, target(server, Transport.TLS, trusting(AUTHORITY)), client);
            assertThat(client.failure())
                    .isInstanceOf(TransportFailed.class)
                    .hasMessageContainingAll("the TLS handshake failed: ", "which is about the client's certificate");
            client.awaitEnd();
            assertThat(client.events).containsSubsequence("active", "failure", "inactive");
        }
    }

    @Test
    void aBrokerThatDoesNotSpeakTlsIsSaidNotTo() {
        try (EchoServer chatty = EchoServer.chatty();
                EchoServer echo = EchoServer.tcp();
                EchoServer shy = EchoServer.shy()) {
            assertThat(failure(shy, target(shy, Transport.TLS, trusting(AUTHORITY))))
                    .isEqualTo("the TLS handshake failed: 127.0.0.1:" + shy.port()
                            + " closed the connection in the middle of it");
            assertThat(failure(chatty, target(chatty, Transport.TLS, trusting(AUTHORITY))))
                    .isEqualTo("the TLS handshake failed: what answers at 127.0.0.1:" + chatty.port()
                            + " does not speak TLS");
            // It sends back the client's own hello.
            assertThat(failure(echo, target(echo, Transport.TLS, trusting(AUTHORITY))))
                    .startsWith("the TLS handshake failed: ");
        }
    }

    @Test
    void noSessionIsResumed() throws Exception {
        CountedKey key = new CountedKey(BROKER);
        try (EchoServer server = EchoServer.tls(SslContextBuilder.forServer(key).build())) {
            TargetDialer dialer = new TargetDialer(target(server, Transport.TLS, trusting(AUTHORITY)), TIMEOUT);
            for (int i = 0; i < 3; i++) {
                RecordingClient client = new RecordingClient(HELLO);
                await(dialer.dial(server.loop(), client, FLUSH_BYTES));
                // By then the session's tickets are there.
                client.echo();
            }
            assertThat(key.uses()).isEqualTo(3);
        }
    }

    // WebSocket.

    @Test
    void bytesGoBothWaysOverWebSocket() throws Exception {
        try (EchoServer server = EchoServer.webSocket()) {
            assertEchoes(server, target(server, Transport.WS, null));
        }
    }

    @Test
    void bytesGoBothWaysOverWebSocketInTls() throws Exception {
        try (EchoServer server = EchoServer.webSocketInTls(tls(BROKER))) {
            assertEchoes(server, target(server, Transport.WSS, trusting(AUTHORITY)));
        }
    }

    @Test
    void aPathWithoutAWebSocketIsSaidToBe() {
        try (EchoServer server = EchoServer.webSocket()) {
            RecordingClient client = new RecordingClient(HELLO);
            Target target = withPath(target(server, Transport.WS, null), "/elsewhere");
            assertThat(failure(server, target, client))
                    .isEqualTo("the WebSocket was refused: 404 Not Found, at the path /elsewhere");
            assertThat(client.events).isEmpty();
        }
    }

    @Test
    void aPathThatIsNoneIsRefusedAtOnce() {
        Target target =
                new Target("127.0.0.1", 1, MqttVersion.V3_1_1, Transport.WS, "/a path", null, null, null, List.of());
        assertThatThrownBy(() -> new TargetDialer(target, TIMEOUT))
                .isInstanceOf(TransportFailed.class)
                .hasMessageContaining("'/a path'");
    }

    @Test
    void aWebSocketNeedsABrokerThatSpeaksIt() {
        try (EchoServer echo = EchoServer.tcp();
                EchoServer shy = EchoServer.shy()) {
            assertThat(failure(shy, target(shy, Transport.WS, null)))
                    .isEqualTo(
                            "127.0.0.1:" + shy.port()
                                    + " closed the connection instead of opening a WebSocket; expected a listener for WebSockets there");
            // It sends back the client's own request.
            assertThat(failure(echo, target(echo, Transport.WS, null)))
                    .isEqualTo("the WebSocket's handshake failed: what answers at 127.0.0.1:" + echo.port()
                            + " does not speak HTTP");
        }
    }

    @Test
    void aWebSocketInTlsDoesNotOpenToAStranger() throws Exception {
        try (EchoServer server = EchoServer.webSocketInTls(tls(BROKER))) {
            assertThat(failure(server, target(server, Transport.WSS, trusting(STRANGER))))
                    .startsWith("the TLS handshake failed: no trusted authority");
        }
    }

    @Test
    void textFromTheBrokerIsAFailure() throws Exception {
        try (EchoServer server = EchoServer.webSocket()) {
            RecordingClient client = new RecordingClient("T is for text".getBytes(StandardCharsets.UTF_8));
            dial(server, target(server, Transport.WS, null), client);
            assertThat(client.failure())
                    .isInstanceOf(TransportFailed.class)
                    .hasMessage("the broker sent a TextWebSocketFrame; expected binary frames");
            client.awaitEnd();
            assertThat(client.events).containsExactly("active", "failure", "inactive");
        }
    }

    // Files.

    @Test
    void aMissingFileIsNamed() {
        String missing = directory.resolve("missing.pem").toString();
        assertBad(new Tls(missing, false, null, null), "the CA file '" + missing + "' does not exist");
    }

    @Test
    void aFileWithoutWhatItIsForIsNamed() throws Exception {
        String notes =
                Files.writeString(directory.resolve("notes.txt"), "not PEM").toString();
        String device = DEVICE.certificateFile(directory);
        assertBad(new Tls(notes, false, null, null), "the CA file '" + notes + "' holds no certificate; expected PEM");
        assertBad(new Tls(null, false, notes, DEVICE.keyFile(directory)), "the certificate file '" + notes);
        assertBad(new Tls(null, false, device, notes), "the key file '" + notes + "' holds no key; expected PEM");
    }

    @Test
    void aBrokenFileIsNamed() {
        String broken = TestCertificate.pem(directory.resolve("broken.crt"), "CERTIFICATE", HELLO);
        String brokenKey = TestCertificate.pem(directory.resolve("broken.key"), "PRIVATE KEY", HELLO);
        assertBad(
                new Tls(broken, false, null, null), "the CA file '" + broken + "' holds a certificate that is broken");
        assertBad(
                new Tls(null, false, DEVICE.certificateFile(directory), brokenKey),
                "the key file '" + brokenKey + "' holds a key that is broken");
    }

    @Test
    void aKeyInAnotherFormComesWithTheWayToMendIt() {
        String old = TestCertificate.pem(directory.resolve("old.key"), "EC PRIVATE KEY", HELLO);
        String locked = TestCertificate.pem(directory.resolve("locked.key"), "ENCRYPTED PRIVATE KEY", HELLO);
        String certificate = DEVICE.certificateFile(directory);
        assertBad(new Tls(null, false, certificate, old), "openssl pkcs8 -topk8 -nocrypt");
        assertBad(new Tls(null, false, certificate, locked), "is encrypted");
    }

    @Test
    void certificateAndKeyComeTogetherAndBelongTogether() {
        String certificate = DEVICE.certificateFile(directory);
        assertBad(new Tls(null, false, certificate, null), "there is a certificate, '" + certificate + "', but no key");
        assertBad(new Tls(null, false, null, DEVICE.keyFile(directory)), "but no certificate");
        assertBad(
                new Tls(null, false, certificate, BROKER.keyFile(directory)),
                "is not that of the first certificate in '" + certificate + "'");
    }

    private static void assertBad(Tls tls, String message) {
        Target target =
                new Target("127.0.0.1", 1, MqttVersion.V3_1_1, Transport.TLS, "/mqtt", tls, null, null, List.of());
        assertThatThrownBy(() -> new TargetDialer(target, TIMEOUT))
                .isInstanceOf(TransportFailed.class)
                .hasMessageContaining(message);
    }

    /** Small and large come back as they were, and the client learns of all in order. */
    private static void assertEchoes(EchoServer server, Target target) throws Exception {
        byte[] large = new byte[200 * 1024];
        new Random(1).nextBytes(large);
        large[0] = 0;
        for (byte[] sent : List.of(HELLO, large)) {
            RecordingClient client = new RecordingClient(sent);
            ChannelFuture opening = dial(server, target, client);
            assertThat(client.echo()).isEqualTo(sent);
            opening.channel().close();
            client.awaitEnd();
            assertThat(client.events).containsExactly("active", "bytes", "inactive");
        }
    }

    private static ChannelFuture dial(EchoServer server, Target target, RecordingClient client) throws Exception {
        return await(new TargetDialer(target, TIMEOUT).dial(server.loop(), client, FLUSH_BYTES));
    }

    private static ChannelFuture await(ChannelFuture opening) throws Exception {
        assertThat(opening.await(30, TimeUnit.SECONDS)).isTrue();
        return opening.sync();
    }

    private static String failure(EchoServer server, Target target) {
        return failure(server, target, new RecordingClient(HELLO));
    }

    private static String failure(EchoServer server, Target target, RecordingClient client) {
        ChannelFuture opening = new TargetDialer(target, TIMEOUT).dial(server.loop(), client, FLUSH_BYTES);
        assertThat(opening.awaitUninterruptibly(30, TimeUnit.SECONDS)).isTrue();
        opening.channel().closeFuture().awaitUninterruptibly(30, TimeUnit.SECONDS);
        assertThat(opening.cause()).isInstanceOf(TransportFailed.class);
        return String.valueOf(opening.cause().getMessage());
    }

    private static Target target(EchoServer server, Transport transport, @Nullable Tls tls) {
        return new Target(
                "127.0.0.1", server.port(), MqttVersion.V3_1_1, transport, "/mqtt", tls, null, null, List.of());
    }

    private static Target withPath(Target target, String path) {
        return new Target(
                target.host(), target.port(), target.version(), target.transport(), path, null, null, null, List.of());
    }

    private static Target from(EchoServer server, String... sources) {
        return new Target(
                "127.0.0.1",
                server.port(),
                MqttVersion.V3_1_1,
                Transport.TCP,
                "/mqtt",
                null,
                null,
                null,
                List.of(sources));
    }

    private Tls trusting(TestCertificate authority) {
        return new Tls(authority.certificateFile(directory), false, null, null);
    }

    private static SslContext tls(TestCertificate broker) throws SSLException {
        return SslContextBuilder.forServer(broker.key(), broker.certificate()).build();
    }

    private static SslContext mutualTls() throws SSLException {
        return SslContextBuilder.forServer(BROKER.key(), BROKER.certificate())
                .trustManager(AUTHORITY.certificate())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }
}
