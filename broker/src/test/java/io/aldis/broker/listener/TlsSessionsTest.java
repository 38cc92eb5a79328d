package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsEngine;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How sessions of TLS are resumed, what they carry and how they end, with both engines. */
@ParameterizedClass
@EnumSource(names = {"JDK", "NATIVE"})
@Timeout(120)
class TlsSessionsTest {

    private static final TestAuthority STRANGE = TestAuthority.create("Somebody else");
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    private final TlsEngine engine;

    @TempDir
    private Path directory;

    private @Nullable ServerFiles written;

    TlsSessionsTest(TlsEngine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void writeFiles() {
        written = new ServerFiles(directory);
    }

    private ServerFiles files() {
        return Objects.requireNonNull(written);
    }

    private Tls tls() {
        return files().tls().withEngine(engine);
    }

    private Tls mutual() {
        return tls().withRequiredClients(files().authorities);
    }

    private Secure friend() {
        return Secure.of(files().authority, files().authority.issue("friend"));
    }

    private static Broker start(Tls tls) {
        return start(tls, builder -> builder);
    }

    private static Broker start(Tls tls, UnaryOperator<Broker.Builder> more) {
        return more.apply(Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", 0).tls(tls))
                        .loops(1))
                .start();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    /** When the client's session was begun: before now if it has been resumed. */
    private static long comeIn(Secure secure, Broker broker, String protocol) throws IOException {
        eventually(
                new BooleanSupplier() { // Sessions are told apart by the millisecond they began in.
                    private final long now = System.currentTimeMillis();

                    @Override
                    public boolean getAsBoolean() {
                        return System.currentTimeMillis() > now;
                    }
                });
        SSLSocket socket = secure.socket(broker.port(), "localhost", protocol);
        try (RawClient client = RawClient.over(socket)) {
            client.connect(Connect.v5("client"));
            client.expectNothing(); // Tickets have come by now.
            client.disconnect();
            return socket.getSession().getCreationTime();
        }
    }

    private static boolean comesIn(Secure secure, Broker broker, String protocol) {
        try {
            comeIn(secure, broker, protocol);
            return true;
        } catch (IOException | RuntimeException | AssertionError refused) {
            return false;
        }
    }

    private static byte[] encoded(Packet... packets) {
        ByteBuf out = Unpooled.buffer();
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, MqttVersion.V5, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    // Sessions that are resumed.

    @Test
    void aSessionIsResumed() throws IOException {
        for (String protocol : PROTOCOLS) {
            Secure secure = Secure.trusting(files().authority);
            try (Broker broker = start(tls())) {
                long first = comeIn(secure, broker, protocol);
                assertThat(comeIn(secure, broker, protocol) == first)
                        .as(protocol)
                        .isTrue();
            }
        }
    }

    @Test
    void whoResumesIsStillKnownByItsCertificate() throws IOException {
        BlockingQueue<ClientCertificate> seen = new LinkedBlockingQueue<>();
        for (Tls tls : List.of(mutual(), tls().withOptionalClients(files().authorities))) {
            try (Broker broker = start(
                    tls,
                    builder -> builder.hooks(hooks -> hooks.onBasicAuth(login -> {
                        ClientCertificate certificate = login.client().certificate();
                        if (certificate == null) {
                            return login.refuse("Who are you?");
                        }
                        seen.add(certificate);
                        return login.acceptAs(certificate.commonName());
                    })))) {
                for (String protocol : PROTOCOLS) {
                    Secure friend = friend();
                    long first = comeIn(friend, broker, protocol);
                    long second = comeIn(friend, broker, protocol);
                    assertThat(second == first).as(protocol).isTrue();
                    assertThat(seen).hasSize(2).allMatch(one -> one.commonName().equals("friend"));
                    seen.clear();
                }
            }
        }
    }

    @Test
    void aReloadEndsAllSessions() throws IOException {
        for (String protocol : PROTOCOLS) {
            Secure secure = Secure.trusting(files().authority);
            try (Broker broker = start(tls())) {
                long first = comeIn(secure, broker, protocol);
                Issued next = files().authority.issue("next", "localhost");
                files().write(next);
                assertThat(broker.reloadCertificates()).isEmpty();
                assertThat(comeIn(secure, broker, protocol)).isGreaterThan(first);
                assertThat(secure.shown(broker.port(), "localhost")).isEqualTo(next.certificate());
            }
        }
    }

    @Test
    void whoIsNoLongerTrustedCannotResume() throws IOException {
        for (String protocol : PROTOCOLS) {
            files().authority.write(files().authorities);
            Secure friend = friend();
            try (Broker broker = start(mutual())) {
                comeIn(friend, broker, protocol);
                STRANGE.write(files().authorities);
                assertThat(broker.reloadCertificates()).isEmpty();
                assertThat(comesIn(friend, broker, protocol)).as(protocol).isFalse();
            }
        }
    }

    @Test
    void whoHasBeenRevokedCannotResume() throws IOException {
        for (String protocol : PROTOCOLS) {
            Issued own = files().authority.issue("friend");
            Secure friend = Secure.of(files().authority, own);
            files().authority.writeRevocations(files().revoked, Duration.ofDays(1));
            try (Broker broker = start(mutual().withRevocations(List.of(files().revoked)))) {
                comeIn(friend, broker, protocol);
                files().authority.writeRevocations(files().revoked, Duration.ofDays(1), own.certificate());
                assertThat(broker.reloadCertificates()).isEmpty();
                assertThat(comesIn(friend, broker, protocol)).as(protocol).isFalse();
            }
        }
    }

    /** Of each protocol one that comes in, and after a while no more. */
    private void assertKeptOutSoon(Broker broker, Supplier<Secure> who) throws IOException {
        List<Secure> clients = new ArrayList<>();
        for (String protocol : PROTOCOLS) {
            Secure client = who.get();
            clients.add(client);
            comeIn(client, broker, protocol);
        }
        for (int i = 0; i < clients.size(); i++) {
            Secure client = clients.get(i);
            String protocol = PROTOCOLS.get(i);
            eventually(() -> !comesIn(client, broker, protocol));
        }
    }

    @Test
    void whoseCertificateHasExpiredCannotResume() throws IOException {
        Issued own = files().authority.issue(Duration.ofSeconds(2), "friend");
        try (Broker broker = start(mutual())) {
            assertKeptOutSoon(broker, () -> Secure.of(files().authority, own));
        }
    }

    @Test
    void whoseAuthorityHasExpiredCannotResume() throws IOException {
        TestAuthority between = files().authority.subordinate(Duration.ofSeconds(2), "Between");
        Issued own = between.issue("friend");
        try (Broker broker = start(mutual())) {
            assertKeptOutSoon(broker, () -> Secure.of(files().authority, own, between.certificate()));
        }
    }

    @Test
    void anAuthorityThatHasExpiredVouchesForNobody() throws IOException {
        TestAuthority authority = STRANGE.subordinate(Duration.ofSeconds(2), "Own");
        authority.write(files().authorities);
        Issued own = authority.issue("friend");
        try (Broker broker = start(mutual())) {
            assertKeptOutSoon(broker, () -> Secure.of(files().authority, own));
            assertThat(comesIn(Secure.of(files().authority, own), broker, "TLSv1.3"))
                    .isFalse(); // Nor anew.
        }
    }

    @Test
    void aListThatExpiresShutsTheDoorAlsoOnWhoResumes() throws IOException {
        files().authority.writeRevocations(files().revoked, Duration.ofSeconds(2));
        Tls tls = mutual().withRevocations(List.of(files().revoked)).withWatchInterval(Duration.ofMillis(20));
        try (Log log = new Log();
                Broker broker = start(tls)) {
            assertKeptOutSoon(broker, this::friend);
            eventually(() -> log.lines(Level.WARN).stream()
                    .anyMatch(line -> line.contains("The list of revoked certificates of CN=Test authority,O=Aldis in ")
                            && line.contains(" has expired at ")
                            && line.endsWith("no client comes in until there is a newer one")));
            files().authority.writeRevocations(files().revoked, Duration.ofDays(1));
            Secure friend = friend();
            eventually(() -> comesIn(friend, broker, "TLSv1.3"));
        }
    }

    @Test
    void aFileThatIsMissingOpensNoDoor() throws IOException {
        files().authority.writeRevocations(files().revoked, Duration.ofDays(1));
        Secure friend = friend();
        try (Broker broker = start(mutual().withRevocations(List.of(files().revoked)))) {
            for (Path missing : List.of(files().authorities, files().revoked)) {
                byte[] before = Files.readAllBytes(missing);
                Files.delete(missing);
                assertThat(broker.reloadCertificates())
                        .singleElement()
                        .asString()
                        .contains("There is no file ");
                assertThat(comesIn(friend, broker, "TLSv1.3")).isTrue();
                assertThat(comesIn(Secure.of(files().authority, STRANGE.issue("stranger")), broker, "TLSv1.3"))
                        .isFalse();
                assertThat(comesIn(Secure.trusting(files().authority), broker, "TLSv1.3"))
                        .isFalse();
                Files.write(missing, new byte[0]);
                assertThat(broker.reloadCertificates())
                        .singleElement()
                        .asString()
                        .startsWith("There is no ");
                assertThat(comesIn(Secure.trusting(files().authority), broker, "TLSv1.3"))
                        .isFalse();
                Files.write(missing, before);
                assertThat(broker.reloadCertificates()).isEmpty();
            }
        }
    }

    @Test
    void nothingIsNegotiatedAnewWithinAConnection() throws IOException {
        try (Log log = new Log();
                Broker broker = start(tls());
                SSLSocket socket = Secure.trusting(files().authority).socket(broker.port(), "localhost", "TLSv1.2");
                RawClient client = RawClient.over(socket)) {
            client.connect(Connect.v5("client"));
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        client.expectNothing();
                    })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
            if (engine == TlsEngine.JDK) {
                assertThat(log.lines(Level.INFO))
                        .anyMatch(line -> line.contains("closed: it wants to negotiate TLS anew"));
            }
            assertThat(log.lines(Level.ERROR)).isEmpty();
        }
    }

    // What is in the records.

    @Test
    void packetsMayBeSplitAcrossRecordsAtEveryByte() throws IOException {
        byte[] bytes = encoded(Publish.qos0("t", Binary.utf8("x".repeat(200))));
        for (String protocol : PROTOCOLS) {
            try (Broker broker = start(tls());
                    SSLSocket socket = Secure.trusting(files().authority).socket(broker.port(), "localhost", protocol);
                    RawClient client = RawClient.over(socket)) {
                client.connect(Connect.v5("client"));
                client.subscribe("t", Qos.AT_MOST_ONCE);
                for (int at = 1; at < bytes.length; at++) { // Each write is a record.
                    socket.getOutputStream().write(bytes, 0, at);
                    socket.getOutputStream().write(bytes, at, bytes.length - at);
                    assertThat(client.takeMessage().payload().size()).isEqualTo(200);
                }
                for (byte one : bytes) {
                    socket.getOutputStream().write(one);
                }
                assertThat(client.takeMessage().payload().size()).isEqualTo(200);
                byte[] many = new byte[bytes.length * 500]; // Records of 16 KiB, with packets across their borders.
                for (int i = 0; i < 500; i++) {
                    System.arraycopy(bytes, 0, many, i * bytes.length, bytes.length);
                }
                socket.getOutputStream().write(many);
                for (int i = 0; i < 500; i++) {
                    assertThat(client.takeMessage().payload().size()).isEqualTo(200);
                }
            }
        }
    }

    // Ends.

    @Test
    void whoEndsTlsOrJustGoesAwayLeavesItsWill() throws IOException {
        for (String protocol : PROTOCOLS) {
            for (boolean inOrder : new boolean[] {true, false}) {
                try (Log log = new Log();
                        Broker broker = start(tls());
                        RawClient watcher = Secure.trusting(files().authority).client(broker.port());
                        Socket under = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
                    watcher.connect(Connect.v5("watcher"));
                    watcher.subscribe("will", Qos.AT_MOST_ONCE);
                    SSLSocket socket = Secure.trusting(files().authority).over(under, "localhost", protocol);
                    RawClient client = RawClient.over(socket);
                    client.connect(Connect.v5("dies").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
                    if (inOrder) {
                        socket.close();
                    } else {
                        under.close();
                    }
                    assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("gone"));
                    assertThat(log.lines(Level.ERROR)).isEmpty();
                    assertThat(log.lines(Level.INFO)).noneMatch(line -> line.contains("closed"));
                }
            }
        }
    }
}
