package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsEngine;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.codec.Connect;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a listener of TLS makes of its files, and what it says of them. */
@Timeout(120)
class TlsFilesTest {

    @TempDir
    private Path directory;

    private @Nullable ServerFiles written;

    @BeforeEach
    void writeFiles() {
        written = new ServerFiles(directory);
    }

    private ServerFiles files() {
        return Objects.requireNonNull(written);
    }

    private static Broker start(Tls tls) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0).tls(tls))
                .loops(1)
                .start();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    // Broken files.

    @Test
    void aFileThatIsBrokenAnywhereIsTolerated() throws IOException {
        Path store = directory.resolve("store.p12");
        Path response = directory.resolve("server.ocsp");
        try {
            Secure.writeStore(Secure.store(files().authority.issue("in store", "localhost")), store);
        } catch (java.security.GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
        files().authority
                .writeOcspResponse(response, Duration.ofDays(1), files().server.certificate(), true);
        files().authority.writeRevocations(files().revoked, Duration.ofDays(1));
        Path old = directory.resolve("old.key");
        Files.writeString(
                old,
                "-----BEGIN EC PRIVATE KEY-----\nMDECAQEEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4foAoGCCqGSM49AwEH\n-----END EC PRIVATE KEY-----\n");
        Tls tls = files().tls()
                .with(new TlsIdentity.Store(store, "secret", ""))
                .withClients(ClientCertificates.REQUIRED, List.of(files().authorities), List.of(files().revoked))
                .withOcspResponse(response);
        TlsContexts contexts = new TlsContexts(tls, "test");
        Random random = new Random(6);
        for (Path file : List.of(files().chain, files().key, files().authorities, files().revoked, store, response)) {
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < 60; i++) {
                byte[] broken = whole.clone();
                if (i % 2 == 0) {
                    broken = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
                } else {
                    broken[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(file, broken);
                contexts.reload(); // And nothing is thrown.
            }
            Files.write(file, whole);
            assertThat(contexts.reload()).as("%s", file).isEmpty();
        }
        for (int i = 0; i < 500; i++) {
            byte[] broken = new byte[random.nextInt(100)];
            random.nextBytes(broken);
            if (broken.length > 0) {
                broken[0] = Der.SEQUENCE;
            }
            Path file = Files.writeString(
                    old,
                    "-----BEGIN EC PRIVATE KEY-----\n"
                            + java.util.Base64.getEncoder().encodeToString(broken)
                            + "\n-----END EC PRIVATE KEY-----\n");
            assertThatThrownBy(() -> Pem.key(file, "")).isInstanceOf(TlsUnavailable.class);
        }
    }

    @Test
    void aFileThatTakesAnothersPlaceIsNoticedThoughItLooksTheSame() throws IOException {
        Issued next = files().authority.issue("next", "localhost");
        Secure secure = Secure.trusting(files().authority);
        Path both = directory.resolve("both.pem");
        Path other = directory.resolve("other.pem");
        Files.writeString(both, pair(files().server));
        Files.writeString(other, pair(next));
        int length = (int) Math.max(Files.size(both), Files.size(other));
        for (Path file : List.of(both, other)) {
            Files.writeString(file, Files.readString(file) + " ".repeat(length - (int) Files.size(file)));
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        }
        try (Broker broker = start(Tls.pem(both, both).withWatchInterval(Duration.ofMillis(10)))) {
            assertThat(secure.shown(broker.port(), "localhost"))
                    .isEqualTo(files().server.certificate());
            Files.move(other, both, StandardCopyOption.ATOMIC_MOVE);
            eventually(() -> secure.shown(broker.port(), "localhost").equals(next.certificate()));
        }
    }

    private String pair(Issued issued) throws IOException {
        Path part = directory.resolve("part");
        issued.writeChain(part);
        String chain = Files.readString(part);
        issued.writeKey(part);
        return chain + Files.readString(part);
    }

    // Files whose time has come.

    @Test
    void aCertificateThatExpiresSoonIsToldOfAtTheStartAndWhenItIsReadAgain() {
        Issued soon = files().authority.issue(Duration.ofHours(2), "soon", "localhost");
        files().write(soon);
        try (Log log = new Log();
                Broker broker = start(files().tls())) {
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("mqtts://127.0.0.1:0: The certificate in ")
                    .contains(" expires at ")
                    .contains(", which is soon");
            assertThat(broker.reloadCertificates()).isEmpty();
            assertThat(log.lines(Level.WARN)).hasSize(2);
            files().write(files().authority.issue("later", "localhost"));
            assertThat(broker.reloadCertificates()).isEmpty();
            assertThat(log.lines(Level.WARN)).hasSize(2);
            files().write(files().authority.issue(Duration.ofHours(-2), "past", "localhost"));
            assertThat(broker.reloadCertificates()).isEmpty();
            assertThat(log.lines(Level.WARN)).hasSize(3).last().asString().contains(" has expired at ");
        }
    }

    @Test
    void whatExpiresWhileTheBrokerRunsIsToldOfOnce() {
        files().write(files().authority.issue(Duration.ofSeconds(2), "soon", "localhost"));
        try (Log log = new Log();
                Broker broker = start(files().tls().withWatchInterval(Duration.ofMillis(10)))) {
            eventually(() -> log.lines(Level.WARN).stream().anyMatch(line -> line.contains(" has expired at ")));
            assertThat(broker.addresses()).hasSize(1);
            assertThat(log.lines(Level.WARN)).hasSize(2); // Soon, and now.
        }
    }

    // OCSP.

    private @Nullable List<byte[]> stapled(Broker broker, String protocol) throws IOException {
        try (SSLSocket socket = Secure.trusting(files().authority).socket(broker.port(), "localhost", protocol)) {
            return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
        }
    }

    @Test
    void whatTheAuthoritySaysIsHandedOutWithTheCertificate() throws IOException {
        Path response = directory.resolve("server.ocsp");
        files().authority
                .writeOcspResponse(response, Duration.ofDays(1), files().server.certificate(), true);
        Files.writeString(files().chain, Files.readString(files().chain) + Files.readString(files().authorities));
        Path otherChain = directory.resolve("other.crt");
        Path otherKey = directory.resolve("other.key");
        Issued other = files().authority.issue("other", "other.example.org");
        other.writeChain(otherChain);
        other.writeKey(otherKey);
        TlsIdentity stapled = new TlsIdentity.Pem(files().chain, files().key, "").stapled(response);
        for (Tls tls : List.of(
                files().tls().withOcspResponse(response),
                Tls.pem(otherChain, otherKey).with(stapled))) {
            try (Broker broker = start(tls.withEngine(TlsEngine.NATIVE))) {
                for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                    assertThat(stapled(broker, protocol)).singleElement().isEqualTo(Files.readAllBytes(response));
                }
                files().authority
                        .writeOcspResponse(
                                response, Duration.ofDays(2), files().server.certificate(), true);
                assertThat(broker.reloadCertificates()).isEmpty();
                assertThat(stapled(broker, "TLSv1.3")).singleElement().isEqualTo(Files.readAllBytes(response));
            }
        }
    }

    @Test
    void aResponseThatHasExpiredIsNotHandedOut() throws IOException {
        Path response = directory.resolve("server.ocsp");
        files().authority
                .writeOcspResponse(response, Duration.ofDays(-1), files().server.certificate(), true);
        try (Log log = new Log();
                Broker broker = start(files().tls().withOcspResponse(response).withEngine(TlsEngine.NATIVE))) {
            assertThat(stapled(broker, "TLSv1.3")).isEmpty();
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("The OCSP response in ")
                    .endsWith("it is not handed out; get a newer one");
        }
    }

    @Test
    void aResponseThatSaysSomethingElseIsNotTaken() throws IOException {
        Path response = directory.resolve("server.ocsp");
        Tls tls = files().tls().withOcspResponse(response).withEngine(TlsEngine.NATIVE);
        assertFails(tls, "There is no file ");
        Files.writeString(response, "nothing");
        assertFails(tls, " is no OCSP response");
        files().authority
                .writeOcspResponse(response, Duration.ofDays(1), files().server.certificate(), false);
        assertFails(tls, "the certificate is revoked");
        // That of another certificate, and one of another authority, are found out where the authority is known.
        Files.writeString(files().chain, Files.readString(files().chain) + Files.readString(files().authorities));
        files().authority
                .writeOcspResponse(
                        response,
                        Duration.ofDays(1),
                        files().authority.issue("another").certificate(),
                        true);
        assertFails(tls, " is no OCSP response");
        TestAuthority.create("Test authority")
                .writeOcspResponse(response, Duration.ofDays(1), files().server.certificate(), true);
        assertFails(tls, " is no OCSP response");
    }

    @Test
    void javasOwnEngineSaysThatItCannotHandOutAResponse() {
        Path response = directory.resolve("server.ocsp");
        files().authority
                .writeOcspResponse(response, Duration.ofDays(1), files().server.certificate(), true);
        assertFails(
                files().tls().withOcspResponse(response).withEngine(TlsEngine.JDK),
                "Java's own engine of TLS cannot hand out an OCSP response");
    }

    private static void assertFails(Tls tls, String why) {
        assertThatThrownBy(() -> start(tls).close())
                .isInstanceOf(ListenFailed.class)
                .hasMessageContaining(why);
    }

    // Strangers.

    @Test
    void aHelloThatIsTooLongIsTheClientsFaultAndNotABug() throws IOException {
        Tls tls = files().tls().with(new TlsIdentity.Pem(files().chain, files().key, ""));
        for (TlsEngine engine : List.of(TlsEngine.JDK, TlsEngine.NATIVE)) {
            try (Log log = new Log();
                    Broker broker = start(tls.withEngine(engine));
                    Socket stranger = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
                stranger.setSoTimeout(10_000);
                stranger.getOutputStream()
                        .write(new byte[] {0x16, 3, 1, 0, 6, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 3, 3});
                while (stranger.getInputStream().read() >= 0) {
                    // An alert, perhaps.
                }
                eventually(() -> log.lines(Level.INFO).stream().anyMatch(line -> line.contains("closed before TLS: ")));
                assertThat(log.lines(Level.ERROR)).isEmpty();
            }
        }
    }

    @Test
    void whatClientAndListenerDoNotHaveInCommonIsSaid() {
        for (TlsEngine engine : List.of(TlsEngine.JDK, TlsEngine.NATIVE)) {
            List<String> lines = new ArrayList<>();
            for (Tls tls : List.of(
                    files().tls().withProtocols(List.of("TLSv1.3")),
                    files().tls()
                            .withProtocols(List.of("TLSv1.2"))
                            .withCiphers(List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")))) { // But the key is EC.
                try (Log log = new Log();
                        Broker broker = start(tls.withEngine(engine))) {
                    assertThatThrownBy(() ->
                                    Secure.trusting(files().authority).socket(broker.port(), "localhost", "TLSv1.2"))
                            .hasRootCauseInstanceOf(IOException.class);
                    eventually(() -> !log.lines(Level.INFO).isEmpty());
                    lines.addAll(log.lines(Level.INFO));
                }
            }
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0)).contains("the client speaks no version of TLS that is spoken here");
            assertThat(lines.get(1)).contains("have no cipher suite in common");
        }
    }

    @Test
    void aClientThatKeepsSayingNothingUnderstandableIsToldOfSoOftenAndNoMore() throws IOException {
        try (Log log = new Log();
                Broker broker = start(files().tls())) {
            for (int i = 0; i < 30; i++) {
                try (RawClient client = RawClient.connect(broker.port())) {
                    client.send(Connect.v5("plain"));
                    client.expectClosed();
                }
            }
            assertThat(log.lines(Level.INFO)).hasSize(10);
        }
    }
}
