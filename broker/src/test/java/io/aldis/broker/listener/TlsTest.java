package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.settings.ClientCertificates;
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
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener of TLS, with both engines. */
@ParameterizedClass
@EnumSource(names = {"JDK", "NATIVE"})
@Timeout(120)
class TlsTest {

    private static final TestAuthority AUTHORITY = TestAuthority.create("Test authority");
    private static final TestAuthority STRANGE = TestAuthority.create("Somebody else");
    private static final Issued SERVER = AUTHORITY.issue("server", "localhost", "127.0.0.1");

    private final TlsEngine engine;

    @TempDir
    private Path directory;

    private Path chain = Path.of("");
    private Path key = Path.of("");
    private Path authority = Path.of("");
    private Path revoked = Path.of("");

    TlsTest(TlsEngine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void writeFiles() {
        chain = directory.resolve("server.crt");
        key = directory.resolve("server.key");
        authority = directory.resolve("ca.crt");
        revoked = directory.resolve("revoked.crl");
        write(SERVER);
        AUTHORITY.write(authority);
    }

    private void write(Issued server) {
        server.writeChain(chain);
        server.writeKey(key);
    }

    private Tls tls() {
        return Tls.pem(chain, key).withEngine(engine);
    }

    private static Broker start(Tls tls) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0).tls(tls))
                .loops(3)
                .start();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    private static void assertRefused(Secure client, int port) {
        // With TLS 1.3 the client's handshake is over before the server has judged it.
        assertThatThrownBy(() -> {
                    try (SSLSocket socket = client.socket(port, "localhost")) {
                        socket.getOutputStream().write(0xC0);
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    }
                })
                .hasStackTraceContaining("Exception");
    }

    private static void assertAccepted(Secure client, int port) {
        try (RawClient accepted = client.client(port)) {
            accepted.connect(Connect.v5("accepted"));
            accepted.expectNothing();
        }
    }

    @Test
    void messagesOfEverySizePass() {
        try (Broker broker = start(tls());
                RawClient client = Secure.trusting(AUTHORITY).client(broker.port())) {
            client.connect(Connect.v5("client"));
            client.subscribe("#", Qos.AT_LEAST_ONCE);
            for (int size : new int[] {0, 1, 127, 16_383, 16_384, 16_385, 100_000, 3_000_000}) {
                byte[] payload = new byte[size];
                Arrays.fill(payload, (byte) size);
                client.publish(new Publish(
                        "a",
                        Binary.wrap(payload),
                        Qos.AT_LEAST_ONCE,
                        false,
                        false,
                        client.nextPacketId(),
                        PublishProperties.NONE));
                assertThat(client.takeMessage().payload()).isEqualTo(Binary.wrap(payload));
            }
        }
    }

    @Test
    void whoIsTakenOverHearsItAndThenTheEndOfTls() throws IOException {
        Secure secure = Secure.trusting(AUTHORITY);
        try (Broker broker = start(tls())) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                SSLSocket socket = secure.socket(broker.port(), "localhost", protocol);
                RawClient present = RawClient.over(socket);
                present.connect(Connect.v5("one").withCleanStart(false));
                for (int i = 0; i < 12; i++) { // On three loops: most of them move.
                    SSLSocket nextSocket = secure.socket(broker.port(), "localhost", protocol);
                    RawClient next = RawClient.over(nextSocket);
                    next.connect(Connect.v5("one").withCleanStart(false));
                    next.expectNothing();
                    assertThat(present.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
                    assertThat(socket.getInputStream().read())
                            .isEqualTo(-1); // And no exception: TLS has ended in order.
                    present.close();
                    present = next;
                    socket = nextSocket;
                }
                present.close();
            }
        }
    }

    @Test
    void clientsHearThatTheBrokerStops() throws IOException {
        Broker broker = start(tls());
        SSLSocket socket = Secure.trusting(AUTHORITY).socket(broker.port(), "localhost");
        try (RawClient client = RawClient.over(socket)) {
            client.connect(Connect.v5("one"));
            broker.close();
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aHookSeesWhoAClientIsFromItsCertificate() throws Exception {
        BlockingQueue<ClientCertificate> seen = new LinkedBlockingQueue<>();
        Issued sensor = AUTHORITY.issue("sensor, \"7\"", "sensor-7.example.org", "10.0.0.7");
        try (Broker broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0).tls(tls().withRequiredClients(authority)))
                .hooks(hooks -> hooks.onBasicAuth(login -> {
                    ClientCertificate certificate = login.client().certificate();
                    if (certificate == null) {
                        return login.refuse("Who are you?");
                    }
                    seen.add(certificate);
                    return login.acceptAs(certificate.commonName());
                }))
                .start()) {
            assertAccepted(Secure.of(AUTHORITY, sensor), broker.port());
            ClientCertificate certificate = seen.take();
            assertThat(certificate.commonName()).isEqualTo("sensor, \"7\"");
            assertThat(certificate.alternativeNames()).containsExactly("sensor-7.example.org", "10.0.0.7");
            assertThat(certificate.dnsNames()).containsExactly("sensor-7.example.org");
            assertThat(certificate.subject()).isEqualTo("CN=sensor\\, \\\"7\\\",O=Aldis");
            assertThat(certificate.own()).isEqualTo(sensor.certificate());
        }
    }

    @Test
    void onlyAClientWithATrustedCertificateComesInWhereOneIsRequired() {
        try (Broker broker = start(tls().withRequiredClients(authority))) {
            assertRefused(Secure.trusting(AUTHORITY), broker.port());
            assertRefused(Secure.of(AUTHORITY, STRANGE.issue("stranger")), broker.port());
            assertRefused(Secure.of(AUTHORITY, AUTHORITY.issue(Duration.ofDays(-1), "past")), broker.port());
            assertAccepted(Secure.of(AUTHORITY, AUTHORITY.issue("friend")), broker.port());
        }
    }

    @Test
    void aClientWithoutCertificateComesInWhereItIsOptionalAndOneWithAWrongOneDoesNot() {
        try (Broker broker = start(tls().withOptionalClients(authority))) {
            assertAccepted(Secure.trusting(AUTHORITY), broker.port());
            assertAccepted(Secure.of(AUTHORITY, AUTHORITY.issue("friend")), broker.port());
            assertRefused(Secure.of(AUTHORITY, STRANGE.issue("stranger")), broker.port());
        }
    }

    // Keys and where they are.

    @Test
    void keysAreReadInEveryFormThatIsCommon() throws Exception {
        byte[] pkcs8 = SERVER.key().getEncoded();
        assertServes(tls -> tls.withIdentities(List.of(new TlsIdentity.Pem(chain, encrypted(pkcs8), "word"))));
        Issued inStore = AUTHORITY.issue("in store", "localhost");
        Path store = directory.resolve("store.p12");
        Secure.writeStore(Secure.store(inStore), store);
        assertServes(tls -> tls.withIdentities(List.of(new TlsIdentity.Store(store, "secret", ""))));
        assertServes(tls -> tls.withIdentities(List.of(new TlsIdentity.Store(store, "secret", "own"))));
        Path jks = directory.resolve("store.jks");
        KeyStore old = KeyStore.getInstance("JKS");
        old.load(null, null);
        old.setKeyEntry("own", inStore.key(), "secret".toCharArray(), new Certificate[] {inStore.certificate()});
        Secure.writeStore(old, jks);
        assertServes(tls -> tls.withIdentities(List.of(new TlsIdentity.Store(jks, "secret", ""))));
    }

    private interface Change {
        Tls of(Tls tls) throws Exception;
    }

    private void assertServes(Change change) throws Exception {
        try (Broker broker = start(change.of(tls()))) {
            assertAccepted(Secure.trusting(AUTHORITY), broker.port());
        }
    }

    private Path encrypted(byte[] pkcs8) throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("word".toCharArray())));
        byte[] scheme = cipher.getParameters().getEncoded();
        if (scheme[2] != 0x06) { // Newer Javas give what belongs to the scheme, older ones its name with it.
            byte[] name = new BigInteger("06092A864886F70D01050D", 16).toByteArray();
            scheme = Der.tagged(Der.SEQUENCE, name, scheme);
        }
        byte[] all = Der.tagged(Der.SEQUENCE, scheme, Der.tagged(Der.OCTETS, cipher.doFinal(pkcs8)));
        return pem("ENCRYPTED PRIVATE KEY", all);
    }

    private Path pem(String label, byte[] content) throws IOException {
        Path file = directory.resolve(label.replace(' ', '-'));
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + label + "-----\n");
    }

    @Test
    void theOlderFormsOfKeysAreReadToo() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        byte[] pkcs1 = rsa.getPrivate().getEncoded();
        pkcs1 = Arrays.copyOfRange(pkcs1, 26, pkcs1.length); // What is in the octets of PKCS#8.
        assertThat(Pem.key(pem("RSA PRIVATE KEY", pkcs1), "")).isEqualTo(rsa.getPrivate());

        byte[] secret = ((ECPrivateKey) SERVER.key()).getS().toByteArray();
        byte[] fixed = new byte[32];
        int skip = Math.max(0, secret.length - 32);
        System.arraycopy(secret, skip, fixed, 32 - (secret.length - skip), secret.length - skip);
        byte[] start = new BigInteger("30310201010420", 16).toByteArray();
        byte[] curve = Arrays.copyOfRange(new BigInteger("01A00A06082A8648CE3D030107", 16).toByteArray(), 1, 13);
        byte[] sec1 = Arrays.copyOf(start, start.length + 32 + curve.length);
        System.arraycopy(fixed, 0, sec1, start.length, 32);
        System.arraycopy(curve, 0, sec1, start.length + 32, curve.length);
        PrivateKey read = Pem.key(pem("EC PRIVATE KEY", sec1), "");
        assertThat(((ECPrivateKey) read).getS()).isEqualTo(((ECPrivateKey) SERVER.key()).getS());
    }

    @Test
    void filesThatCannotBeUsedKeepTheBrokerFromStarting() throws Exception {
        assertFails(
                tls().withIdentities(List.of(new TlsIdentity.Pem(directory.resolve("no.crt"), key, ""))),
                "There is no file ");
        assertFails(tls().withIdentities(List.of(new TlsIdentity.Pem(key, key, ""))), "There is no certificate in ");
        assertFails(
                tls().withIdentities(List.of(new TlsIdentity.Pem(chain, chain, ""))), "There is no private key in ");
        assertFails(tls().withRequiredClients(directory.resolve("no-ca.crt")), "There is no file ");
        Path secret = encrypted(SERVER.key().getEncoded());
        assertFails(Tls.pem(chain, secret), "is encrypted; give its password");
        assertFails(Tls.pem(chain, secret, "wrong"), "perhaps for a wrong password");
        Path looksDecrypted = encrypted(new byte[] {1, 2, 3}); // As a wrong password makes it look, one in 256.
        assertFails(Tls.pem(chain, looksDecrypted, "word"), "perhaps for a wrong password");
        AUTHORITY.issue("another").writeKey(key);
        assertFails(tls(), "The key is not that of the certificate");
        write(SERVER);
        assertFails(tls().withCiphers(List.of("TLS_OF_LAST_CENTURY")), "is not possible");
    }

    private static void assertFails(Tls tls, String why) {
        assertThatThrownBy(() -> start(tls).close())
                .isInstanceOf(ListenFailed.class)
                .hasMessageStartingWith("Cannot listen on mqtts://127.0.0.1:0: ")
                .hasMessageContaining(why);
    }

    // Names of servers.

    @Test
    void aClientGetsTheCertificateOfTheServerItNames() {
        List<Issued> others = List.of(
                AUTHORITY.issue("a", "a.example.org"),
                AUTHORITY.issue("wild", "*.example.org"),
                AUTHORITY.issue("b", "b.example.com", "c.example.com"));
        Tls tls = tls();
        for (int i = 0; i < others.size(); i++) {
            Path chain = directory.resolve(i + ".crt");
            Path key = directory.resolve(i + ".key");
            others.get(i).writeChain(chain);
            others.get(i).writeKey(key);
            tls = tls.with(new TlsIdentity.Pem(chain, key, ""));
        }
        try (Broker broker = start(tls)) {
            assertThat(Secure.trusting(AUTHORITY).shown(broker.port(), "a.example.org"))
                    .isEqualTo(others.get(0).certificate());
            assertThat(Secure.trusting(AUTHORITY).shown(broker.port(), "X.example.org"))
                    .isEqualTo(others.get(1).certificate());
            assertThat(Secure.trusting(AUTHORITY).shown(broker.port(), "c.example.com"))
                    .isEqualTo(others.get(2).certificate());
            assertThat(Secure.trusting(AUTHORITY).shown(broker.port(), "x.y.example.org"))
                    .isEqualTo(SERVER.certificate());
            assertThat(Secure.trusting(AUTHORITY).shown(broker.port(), "unknown.org"))
                    .isEqualTo(SERVER.certificate());
            assertAccepted(Secure.trusting(AUTHORITY), broker.port());
        }
    }

    // Changes while it runs.

    @Test
    void newConnectionsGetANewCertificateAndOldOnesStay() {
        Issued second = AUTHORITY.issue("second", "localhost");
        Secure secure = Secure.trusting(AUTHORITY);
        try (Broker broker = start(tls().withWatchInterval(Duration.ZERO));
                RawClient old = secure.client(broker.port())) {
            old.connect(Connect.v5("old"));
            assertThat(secure.shown(broker.port(), "localhost")).isEqualTo(SERVER.certificate());

            write(second);
            assertThat(secure.shown(broker.port(), "localhost")).isEqualTo(SERVER.certificate());
            assertThat(broker.reloadCertificates()).isEmpty();
            assertThat(secure.shown(broker.port(), "localhost")).isEqualTo(second.certificate());
            old.expectNothing();
        }
    }

    @Test
    void aBrokenFileChangesNothingAndIsLoudlyToldOf() throws Exception {
        Secure secure = Secure.trusting(AUTHORITY);
        try (Log log = new Log();
                Broker broker = start(tls().withWatchInterval(Duration.ZERO))) {
            AUTHORITY.issue("second", "localhost").writeChain(chain); // And its key not.
            assertThat(broker.reloadCertificates())
                    .singleElement()
                    .asString()
                    .contains("The key is not that of the certificate");
            Files.writeString(chain, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
            assertThat(broker.reloadCertificates()).singleElement().asString().contains("cannot be read");
            Files.delete(chain);
            assertThat(broker.reloadCertificates()).singleElement().asString().contains("There is no file");
            assertThat(secure.shown(broker.port(), "localhost")).isEqualTo(SERVER.certificate());
            assertThat(log.lines(Level.ERROR)).hasSize(3).allMatch(line -> line.contains("CANNOT BE USED"));

            write(SERVER);
            assertThat(broker.reloadCertificates()).isEmpty();
        }
    }

    @Test
    void filesAreWatched() {
        Issued second = AUTHORITY.issue("second", "localhost");
        Secure secure = Secure.trusting(AUTHORITY);
        try (Broker broker = start(tls().withWatchInterval(Duration.ofMillis(10)))) {
            write(second);
            eventually(() -> secure.shown(broker.port(), "localhost").equals(second.certificate()));
        }
    }

    @Test
    void aRevokedClientDoesNotComeInAndAListThatHasExpiredLetsNobodyIn() {
        Issued good = AUTHORITY.issue("good");
        Issued bad = AUTHORITY.issue("bad");
        AUTHORITY.writeRevocations(revoked, Duration.ofDays(1), bad.certificate());
        Tls tls = tls().withClients(ClientCertificates.REQUIRED, List.of(authority), List.of(revoked))
                .withWatchInterval(Duration.ZERO);
        Secure goodClient = Secure.of(AUTHORITY, good);
        try (Broker broker = start(tls)) {
            assertRefused(Secure.of(AUTHORITY, bad), broker.port());
            assertAccepted(goodClient, broker.port());

            AUTHORITY.writeRevocations(revoked, Duration.ofDays(-1));
            assertThat(broker.reloadCertificates()).singleElement().asString().contains("has expired at");
            assertRefused(Secure.of(AUTHORITY, bad), broker.port());
            assertAccepted(goodClient, broker.port());

            AUTHORITY.writeRevocations(revoked, Duration.ofDays(1), good.certificate());
            assertThat(broker.reloadCertificates()).isEmpty();
            assertRefused(goodClient, broker.port()); // Which cannot resume a session of before.
            assertAccepted(Secure.of(AUTHORITY, bad), broker.port());
        }
        AUTHORITY.writeRevocations(revoked, Duration.ofDays(-1));
        assertFails(tls, "has expired at");
        AUTHORITY.writeRevocations(revoked, Duration.ofSeconds(2));
        try (Broker broker = start(tls)) {
            eventually(() -> !comesIn(goodClient, broker.port()));
            assertRefused(goodClient, broker.port());
        }
        STRANGE.writeRevocations(revoked, Duration.ofDays(1)); // A list, but not of this authority.
        try (Broker broker = start(tls)) {
            assertRefused(goodClient, broker.port());
        }
    }

    private static boolean comesIn(Secure secure, int port) {
        try {
            assertAccepted(secure, port);
            return true;
        } catch (RuntimeException | AssertionError refused) {
            return false;
        }
    }

    // Who does not speak TLS.

    @Test
    void mqttWithoutTlsIsClosedWithALineThatHelps() {
        try (Log log = new Log();
                Broker broker = start(tls());
                RawClient client = RawClient.connect(broker.port())) {
            client.send(Connect.v5("plain"));
            eventually(() -> log.lines(Level.INFO).stream()
                    .anyMatch(line -> line.contains("it speaks MQTT without TLS; switch TLS on")));
        }
    }

    @Test
    void aHandshakeThatTakesTooLongIsEnded() throws IOException {
        try (Broker broker = start(tls().withHandshakeTimeout(Duration.ofMillis(50)));
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            silent.setSoTimeout(8000); // Sooner than the connect timeout would.
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aSessionIsResumed() throws IOException {
        if (engine == TlsEngine.NATIVE) {
            return; // Its sessions cannot be seen from here.
        }
        Secure secure = Secure.trusting(AUTHORITY);
        try (Broker broker = start(tls())) {
            List<byte[]> sessions = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                SSLSocket socket = secure.socket(broker.port(), "localhost", "TLSv1.2");
                try (RawClient client = RawClient.over(socket)) {
                    client.connect(Connect.v5("client"));
                    sessions.add(socket.getSession().getId());
                    client.disconnect();
                }
            }
            assertThat(sessions.get(1)).isEqualTo(sessions.get(0));
        }
    }
}
