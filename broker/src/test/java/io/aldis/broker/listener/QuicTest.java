package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsEngine;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener of QUIC beside one of TCP, where the native part of QUIC is there for the system. */
@Timeout(120)
class QuicTest {

    private static final TestAuthority AUTHORITY = TestAuthority.create("Test authority");
    private static final TestAuthority STRANGE = TestAuthority.create("Somebody else");
    private static final Issued SERVER = AUTHORITY.issue("server", QuicSocket.SERVER);

    @TempDir
    private Path directory;

    private Path chain = Path.of("");
    private Path key = Path.of("");
    private Path authority = Path.of("");

    @BeforeEach
    void writeFiles() {
        chain = directory.resolve("server.crt");
        key = directory.resolve("server.key");
        authority = directory.resolve("ca.crt");
        SERVER.writeChain(chain);
        SERVER.writeKey(key);
        AUTHORITY.write(authority);
        String missing = QuicLibrary.missing();
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (system.equals("Linux amd64")) {
            assertThat(missing).isEmpty();
        }
        assumeTrue(missing.isEmpty(), missing);
    }

    private Tls tls() {
        return Tls.pem(chain, key);
    }

    private Listener.Quic listener() {
        return Listener.quic("127.0.0.1", 0, tls());
    }

    private static Broker start(Listener.Quic quic, UnaryOperator<Broker.Builder> more) {
        return more.apply(Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", 0))
                        .listener(quic)
                        .loops(3))
                .start();
    }

    private static Broker start(Listener.Quic quic) {
        return start(quic, UnaryOperator.identity());
    }

    private static InetSocketAddress address(Broker broker) {
        return broker.quicAddresses().get(0);
    }

    private static QuicSocket socket(Broker broker, @Nullable Issued own) {
        try {
            return new QuicSocket(address(broker), AUTHORITY, own, "mqtt");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static RawClient client(Broker broker, String name) {
        RawClient client = RawClient.over(socket(broker, null));
        client.connect(Connect.v5(name));
        return client;
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    private static Publish message(int size, int id) {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) id);
        return new Publish("large", Binary.wrap(payload), Qos.AT_LEAST_ONCE, false, false, id, PublishProperties.NONE);
    }

    @Test
    void clientsOfQuicAndTcpTalkToEachOtherWithEachQos() {
        try (Broker broker = start(listener());
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"));
                RawClient quic = client(broker, "quic")) {
            tcp.subscribe("up/#", Qos.EXACTLY_ONCE);
            quic.subscribe("down/#", Qos.EXACTLY_ONCE);
            for (Qos qos : Qos.values()) {
                quic.publish("up/" + qos, "hello", qos);
                Publish up = tcp.takeMessage();
                assertThat(up.topic()).isEqualTo("up/" + qos);
                assertThat(up.qos()).isEqualTo(qos);
                tcp.publish("down/" + qos, "hello", qos);
                Publish down = quic.takeMessage();
                assertThat(down.topic()).isEqualTo("down/" + qos);
                assertThat(down.qos()).isEqualTo(qos);
            }
        }
    }

    @Test
    void aMegabytePassesBothWaysAndManyOfThem() {
        try (Broker broker = start(listener());
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"));
                RawClient quic = client(broker, "quic")) {
            tcp.subscribe("large", Qos.AT_LEAST_ONCE);
            for (int id = 1; id <= 5; id++) {
                quic.publish(message(1_000_000, id));
                assertThat(tcp.takeMessage().payload())
                        .isEqualTo(message(1_000_000, id).payload());
            }
            tcp.unsubscribe("large");
            quic.subscribe("large", Qos.AT_LEAST_ONCE);
            for (int id = 11; id <= 15; id++) {
                tcp.publish(message(1_000_000, id));
                assertThat(quic.takeMessage().payload())
                        .isEqualTo(message(1_000_000, id).payload());
            }
        }
    }

    @Test
    void whoTakesNothingForAWhileGetsAllInOrderAndHoldsUpNobody() {
        try (Broker broker = start(listener());
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"));
                RawClient other = client(broker, "other")) {
            QuicSocket socket = socket(broker, null);
            RawClient stuck = RawClient.over(socket);
            stuck.connect(Connect.v5("stuck"));
            stuck.subscribe("large", Qos.AT_LEAST_ONCE);
            other.subscribe("small", Qos.AT_MOST_ONCE);
            socket.takes(false);
            int many = 200; // 4 MB, beyond what the pipes and windows hold.
            for (int id = 1; id <= many; id++) {
                tcp.publish(message(20_000, id));
                tcp.publish("small", "hello", Qos.AT_MOST_ONCE);
                assertThat(other.takeMessage().topic()).isEqualTo("small");
            }
            socket.takes(true);
            for (int id = 1; id <= many; id++) {
                assertThat(stuck.takeMessage().payload())
                        .isEqualTo(message(20_000, id).payload());
            }
            stuck.close();
        }
    }

    @Test
    void aConnectionThatNothingComesOnIsClosedAfterItsIdleTimeoutAndItsWillPublished() {
        try (Broker broker = start(listener().idleTimeout(Duration.ofSeconds(1)));
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"));
                RawClient silent = RawClient.over(socket(broker, null))) {
            tcp.subscribe("will", Qos.AT_MOST_ONCE);
            silent.connect(Connect.v5("silent").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
            assertThat(tcp.takeMessage().topic()).isEqualTo("will");
        }
    }

    @Test
    void whoIsTakenOverHearsItAndThenTheEndOfTheStream() {
        try (Broker broker = start(listener())) {
            QuicSocket socket = socket(broker, null);
            RawClient present = RawClient.over(socket);
            present.connect(Connect.v5("one"));
            for (int i = 0; i < 6; i++) { // On three loops: most of them move.
                QuicSocket nextSocket = socket(broker, null);
                RawClient next = RawClient.over(nextSocket);
                next.connect(Connect.v5("one"));
                next.expectNothing();
                assertThat(present.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
                present.expectClosed();
                assertThat(socket.finished()).isTrue();
                present.close();
                present = next;
                socket = nextSocket;
            }
            present.close();
        }
    }

    @Test
    void theWillOfALostConnectionIsPublishedAndThatOfOneThatSaidGoodbyeIsNot() {
        try (Broker broker = start(listener());
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"))) {
            tcp.subscribe("will/#", Qos.AT_MOST_ONCE);
            for (String name : List.of("goodbye", "lost")) {
                try (RawClient quic = RawClient.over(socket(broker, null))) {
                    quic.connect(
                            Connect.v5(name).withWill(Will.of("will/" + name, Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
                    if (name.equals("goodbye")) {
                        quic.disconnect();
                    }
                }
            }
            assertThat(tcp.takeMessage().topic()).isEqualTo("will/lost");
        }
    }

    @Test
    void whatCameBeforeTheClientEndedItsOutputIsHeard() {
        try (Broker broker = start(listener());
                RawClient tcp = RawClient.connected(broker.port(), Connect.v5("tcp"))) {
            tcp.subscribe("last", Qos.AT_MOST_ONCE);
            QuicSocket socket = socket(broker, null);
            try (RawClient quic = RawClient.over(socket)) {
                quic.connect(Connect.v5("quic"));
                quic.send(new Publish(
                        "last", Binary.utf8("word"), Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE));
                socket.shutdownOutput();
                assertThat(tcp.takeMessage().topic()).isEqualTo("last");
                quic.expectClosed();
            }
        }
    }

    @Test
    void aClientThatSpeaksSomethingElseIsRefusedAndTheLogSaysSo() {
        try (Broker broker = start(listener());
                Log log = new Log()) {
            assertThatThrownBy(() -> new QuicSocket(address(broker), AUTHORITY, null, "h3"))
                    .isInstanceOf(IOException.class)
                    .rootCause()
                    .isNotInstanceOf(TimeoutException.class); // It hears that it is refused.
            eventually(
                    () -> log.lines(Level.INFO).stream().anyMatch(line -> line.contains("set its ALPN to \"mqtt\"")));
            assertThat(broker.admin().statistics().turnedAway()).containsEntry(TurnedAway.ANOTHER_PROTOCOL, 1L);
        }
    }

    @Test
    void aSecondStreamIsRefused() throws Exception {
        try (Broker broker = start(listener());
                QuicSocket socket = socket(broker, null)) {
            RawClient quic = RawClient.over(socket);
            quic.connect(Connect.v5("quic"));
            for (QuicStreamType type : QuicStreamType.values()) {
                assertThat(socket.connection().peerAllowedStreams(type)).isZero();
                assertThatThrownBy(() -> socket.open(type)
                                .writeAndFlush(Unpooled.copiedBuffer(new byte[] {1}))
                                .get(5, TimeUnit.SECONDS))
                        .isInstanceOf(Exception.class);
            }
            quic.expectNothing();
        }
    }

    @Test
    void aHookSeesTheAddressAndTheCertificateOfAClient() {
        BlockingQueue<ClientCertificate> seen = new LinkedBlockingQueue<>();
        BlockingQueue<SocketAddress> addresses = new LinkedBlockingQueue<>();
        Listener.Quic required = Listener.quic("127.0.0.1", 0, tls().withRequiredClients(authority));
        try (Broker broker = start(
                required,
                builder -> builder.hooks(hooks -> hooks.onBasicAuth(login -> {
                    addresses.add(login.client().remoteAddress());
                    ClientCertificate certificate = login.client().certificate();
                    if (certificate == null) {
                        return login.refuse("Who are you?");
                    }
                    seen.add(certificate);
                    return login.acceptAs(certificate.commonName());
                })))) {
            try (RawClient friend = RawClient.over(socket(broker, AUTHORITY.issue("friend")))) {
                friend.connect(Connect.v5("friend"));
            }
            assertThat(seen.remove().commonName()).isEqualTo("friend");
            assertThat(((InetSocketAddress) addresses.remove()).getAddress().isLoopbackAddress())
                    .isTrue();
            for (Issued wrong : Arrays.asList(null, STRANGE.issue("stranger"))) {
                assertThatThrownBy(() -> {
                            try (RawClient refused = RawClient.over(socket(broker, wrong))) {
                                refused.connect(Connect.v5("refused"));
                            }
                        })
                        .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
            }
            assertThat(addresses).as("nobody else has come as far as the hook").isEmpty();
            assertThat(broker.admin().statistics().turnedAway()).containsEntry(TurnedAway.TLS_REFUSED, 2L);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aClientWithoutCertificateComesInWhereItIsOptional() {
        try (Broker broker = start(Listener.quic("127.0.0.1", 0, tls().withOptionalClients(authority)));
                RawClient nobody = client(broker, "nobody")) {
            nobody.expectNothing();
        }
    }

    @Test
    void newConnectionsGetWhatIsInTheFilesAndTheCertificateOfTheServerTheyName() throws IOException {
        Path otherChain = directory.resolve("other.crt");
        Path otherKey = directory.resolve("other.key");
        Issued other = AUTHORITY.issue("other", "other.example.org");
        other.writeChain(otherChain);
        other.writeKey(otherKey);
        Tls two = Tls.pem(otherChain, otherKey).with(new TlsIdentity.Pem(chain, key, ""));
        for (Tls tls : List.of(tls(), two)) {
            writeFiles();
            try (Broker broker = start(Listener.quic("127.0.0.1", 0, tls));
                    QuicSocket before = socket(broker, null)) {
                assertThat(before.shown()).isEqualTo(SERVER.certificate());
                Issued next = AUTHORITY.issue("next", QuicSocket.SERVER);
                next.writeChain(chain);
                next.writeKey(key);
                assertThat(broker.reloadCertificates()).isEmpty();
                try (QuicSocket after = socket(broker, null)) {
                    assertThat(after.shown()).isEqualTo(next.certificate());
                }
                try (RawClient old = RawClient.over(before)) {
                    old.connect(Connect.v5("old"));
                }
            }
        }
    }

    @Test
    void aFullListenerTurnsClientsAwayAndCountsThemUntilOneHasLeft() {
        ListenerSettings one = ListenerSettings.defaults().withLimits(limits -> limits.withMaximumConnections(1));
        try (Broker broker = start(listener().settings(one))) {
            try (RawClient first = client(broker, "first")) {
                assertThatThrownBy(() -> client(broker, "second"))
                        .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
                assertThat(broker.admin().statistics().turnedAway()).containsEntry(TurnedAway.LISTENER_FULL, 1L);
                first.expectNothing();
                assertThat(broker.admin().statistics().handshakes()).isZero();
            }
            eventually(() -> {
                try (RawClient again = client(broker, "again")) {
                    again.expectNothing();
                    return true;
                } catch (UncheckedIOException | AssertionError stillFull) {
                    return false;
                }
            });
        }
    }

    @Test
    void whoOpensNoStreamIsClosedWhenItsTimeIsUp() {
        ListenerSettings hasty =
                ListenerSettings.defaults().withLimits(limits -> limits.withConnectTimeout(Duration.ofMillis(200)));
        try (Broker broker = start(listener().settings(hasty));
                QuicSocket silent = socket(broker, null)) { // A stream on which nothing was sent is none yet.
            assertThat(silent.connection().closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(broker.admin().statistics().turnedAway()).containsEntry(TurnedAway.CONNECT_TIMEOUT, 1L);
        }
    }

    @Test
    void clientsHearThatTheBrokerStopsAndItsAddressIsFreeAfterwards() {
        Broker broker = start(listener());
        int port = address(broker).getPort();
        try (RawClient quic = client(broker, "quic")) {
            Thread stop = new Thread(broker::close);
            stop.start();
            assertThat(quic.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
            quic.expectClosed();
        }
        broker.close();
        try (Broker next = start(Listener.quic("127.0.0.1", port, tls()))) {
            client(next, "next").close();
        }
    }

    @Test
    void anAddressInUseIsNamed() {
        try (Broker broker = start(listener())) {
            assertThatThrownBy(() ->
                            start(Listener.quic("127.0.0.1", address(broker).getPort(), tls())))
                    .hasMessageContaining("quic://127.0.0.1:")
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void whatQuicCannotDoIsRefusedBeforehand() {
        for (Tls wrong : List.of(
                tls().withProtocols(List.of("TLSv1.2")),
                tls().withCiphers(List.of("TLS_AES_128_GCM_SHA256")),
                tls().withEngine(TlsEngine.JDK),
                tls().withOcspResponse(Path.of("server.ocsp")))) {
            assertThatThrownBy(() -> Listener.quic("127.0.0.1", 0, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("QUIC");
        }
        assertThatThrownBy(() -> listener().idleTimeout(Duration.ofMillis(10)))
                .hasMessageContaining("idleTimeout is PT0.01S");
    }

    /** A program of the same jars but these. */
    @Test
    void withoutItsJarsTheBrokerRunsAndNamesThemWhenThereIsSuchAListener() throws Exception {
        for (String without : List.of("netty-codec-native-quic", "quic")) {
            URL[] jars = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                    .filter(jar -> !Path.of(jar)
                            .getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .contains(without))
                    .map(QuicTest::url)
                    .toArray(URL[]::new);
            try (URLClassLoader program = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
                Class<?> inside = program.loadClass(Inside.class.getName());
                Object told =
                        inside.getDeclaredMethod("told", Path.class, Path.class).invoke(null, chain, key);
                String expected = without.equals("quic") ? "netty-codec-classes-quic" : "netty-codec-native-quic";
                assertThat(told)
                        .asString()
                        .contains("Cannot listen on quic://127.0.0.1:0: QUIC needs the jar " + expected);
            }
        }
    }

    private static URL url(String jar) {
        try {
            return Path.of(jar).toUri().toURL();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What runs in that program. */
    public static final class Inside {
        private Inside() {}

        public static String told(Path chain, Path key) {
            try (Broker without =
                    Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).start()) {
                assertThat(without.quicAddresses()).isEmpty();
            }
            try {
                start(Listener.quic("127.0.0.1", 0, Tls.pem(chain, key))).close();
                return "It runs.";
            } catch (io.aldis.broker.ListenFailed failed) {
                return String.valueOf(failed.getMessage());
            }
        }

        private static Broker start(Listener listener) {
            return Broker.builder().listener(listener).start();
        }
    }
}
