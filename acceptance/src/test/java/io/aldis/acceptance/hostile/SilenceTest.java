package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two thousand clients that connect and say nothing, or send a byte now and then and never come to the end of their CONNECT (SlowITe):
 * there are never more of them than handshakes may be in progress, each is closed and counted, and nobody else notices.
 */
class SilenceTest {

    private static final int STRANGERS = 2000;
    private static final int MOST = 500;

    /** As many as are accepted in one go where there is no epoll. */
    private static final int AT_ONCE = 16;

    /** A CONNECT that would be 60,000 bytes long, and the beginning of a ClientHello. */
    private static final byte[] CONNECT = {0x10, (byte) 0xE0, (byte) 0xD4, 3, 0, 4, 'M', 'Q', 'T', 'T', 5, 0, 0, 60, 0};

    private static final byte[] HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

    private static final TestAuthority AUTHORITY = TestAuthority.create("Acceptance authority");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    @Timeout(120)
    void strangersWhoNeverComeToTheEndOfTheirConnectAreBoundedAndClosedAndNobodyNotices(boolean tls, boolean drips)
            throws Exception {
        ListenerSettings settings = ListenerSettings.defaults()
                .withLimits(limits ->
                        limits.withConnectTimeout(Duration.ofMillis(500)).withMaximumHandshakes(MOST));
        Listener.Tcp listener = Listener.tcp("127.0.0.1", 0).settings(settings);
        try (Broker broker = Broker.builder()
                        .listener(tls ? listener.tls(tls()) : listener)
                        .loops(2)
                        .start();
                RawClient one = client(broker, tls);
                RawClient other = client(broker, tls);
                Selector selector = Selector.open()) {
            one.connect(Connect.v5("one"));
            other.connect(Connect.v311("other"));
            other.subscribe("t", Qos.AT_LEAST_ONCE);
            for (int i = 0; i < STRANGERS; i++) {
                come(selector, broker.port());
            }
            int exchanged = 0;
            for (int round = 0; !selector.keys().isEmpty(); round++) {
                look(selector);
                if (drips) {
                    drip(selector, tls ? HELLO : CONNECT);
                }
                one.publish(Publish.qos1("t", Binary.utf8("m" + round), one.nextPacketId()));
                assertThat(other.takeMessage().payload().toUtf8()).isEqualTo("m" + round);
                exchanged++;
                assertThat(broker.admin().statistics().handshakes()).isLessThanOrEqualTo(MOST + AT_ONCE);
            }
            Statistics statistics = broker.admin().statistics();
            assertThat(statistics.turnedAway()).containsEntry(TurnedAway.CONNECT_TIMEOUT, (long) STRANGERS);
            assertThat(statistics.messagesReceived()).isEqualTo(exchanged);
            assertThat(statistics.messagesSent()).isEqualTo(exchanged);
            assertThat(statistics.droppedInTotal()).isZero();
            try (RawClient late = client(broker, tls)) {
                late.connect(Connect.v5("late"));
            }
        }
    }

    private static void come(Selector selector, int port) throws IOException {
        SocketChannel stranger = SocketChannel.open();
        stranger.configureBlocking(false);
        boolean there = stranger.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        stranger.register(selector, there ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
    }

    /** Takes down who has got through, and who was closed. */
    private static void look(Selector selector) throws IOException {
        selector.selectNow();
        for (SelectionKey key : selector.selectedKeys()) {
            SocketChannel stranger = (SocketChannel) key.channel();
            if (key.isConnectable()) {
                assertThat(stranger.finishConnect()).isTrue();
                key.interestOps(SelectionKey.OP_READ);
            } else if (ended(stranger)) {
                stranger.close();
            }
        }
        selector.selectedKeys().clear();
        selector.selectNow(); // Those that were closed leave the keys.
    }

    private static boolean ended(SocketChannel stranger) {
        try {
            return stranger.read(ByteBuffer.allocate(100)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void drip(Selector selector, byte[] beginning) {
        for (SelectionKey key : selector.keys()) {
            if (key.interestOps() != SelectionKey.OP_READ) {
                continue; // It has not got through yet.
            }
            int sent = key.attachment() instanceof Integer count ? count : 0;
            byte next = sent < beginning.length ? beginning[sent] : (byte) 'x';
            try {
                key.attach(sent + ((SocketChannel) key.channel()).write(ByteBuffer.wrap(new byte[] {next})));
            } catch (IOException closed) {
                // It is seen to be closed when it is read from.
            }
        }
    }

    // TLS.

    private Tls tls() {
        Issued server = AUTHORITY.issue("server", "localhost", "127.0.0.1");
        Path chain = directory.resolve("server.crt");
        Path key = directory.resolve("server.key");
        server.writeChain(chain);
        server.writeKey(key);
        return Tls.pem(chain, key);
    }

    private static RawClient client(Broker broker, boolean tls) throws Exception {
        if (!tls) {
            return RawClient.connect(broker.port());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", AUTHORITY.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        Socket socket = context.getSocketFactory().createSocket("127.0.0.1", broker.port());
        return RawClient.over(socket);
    }
}
