package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.WebSocketSocket;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for one listener, on real sockets. */
@Timeout(60)
class ListenerTest {

    private static final TestAuthority AUTHORITY = TestAuthority.create("Test authority");

    /** The address ::1. */
    private static final byte[] SIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static Listener.Tcp listener() {
        return Listener.tcp("127.0.0.1", 0);
    }

    private static Broker start(Listener... listeners) {
        Broker.Builder builder = Broker.builder().loops(2);
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        return builder.start();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    private static Statistics statistics(Broker broker) {
        return broker.admin().statistics();
    }

    @Test
    void aFullListenerClosesWhoComesAndAnotherListenerDoesNot() throws IOException {
        ListenerSettings settings = ListenerSettings.defaults().withLimits(limits -> limits.withMaximumConnections(2));
        try (Log log = new Log();
                Broker broker = start(listener().settings(settings), listener());
                RawClient one = RawClient.connected(broker.port(), Connect.v5("one"));
                RawClient two = RawClient.connected(broker.port(), Connect.v5("two"))) {
            try (Socket third = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(statistics(broker).turnedAway()).containsEntry(TurnedAway.LISTENER_FULL, 1L);
            assertThat(log.lines(Level.INFO))
                    .anyMatch(line -> line.endsWith(
                            "closed: the listener has as many connections as it may have (2, maximum-connections)"));
            int other = broker.addresses().get(1).getPort();
            RawClient.connected(other, Connect.v5("elsewhere")).close();
            one.disconnect();
            eventually(() -> statistics(broker).connectionsOpen() == 1);
            eventually(() -> comesIn(broker.port()));
            two.expectNothing();
        }
    }

    private static boolean comesIn(int port) {
        try (RawClient client = RawClient.connect(port)) {
            client.connect(Connect.v5("three"));
            return true;
        } catch (AssertionError refused) {
            return false;
        }
    }

    @Test
    void whoWaitsForAHandshakeToEndIsNotForgotten() {
        ListenerSettings settings = ListenerSettings.defaults()
                .withLimits(limits -> limits.withMaximumHandshakes(5).withConnectTimeout(Duration.ofMinutes(1)));
        try (Broker broker = start(listener().settings(settings), listener())) {
            List<RawClient> silent = new ArrayList<>();
            for (int i = 0; i < 25; i++) { // In the backlog of the system there is room for them.
                silent.add(RawClient.connect(broker.port()));
            }
            eventually(() -> statistics(broker).handshakes() >= 5);
            RawClient waiting = RawClient.connect(broker.port());
            waiting.send(Connect.v5("waiting"));
            int other = broker.addresses().get(1).getPort();
            RawClient.connected(other, Connect.v5("elsewhere")).close();
            // Where there is no epoll, as many as are accepted in one go may be too many.
            assertThat(statistics(broker).connectionsAccepted()).isBetween(6L, 22L);
            silent.forEach(RawClient::close);
            waiting.receive();
            waiting.close();
        }
    }

    private static Tls tls(Path directory) {
        TestAuthority.Issued server = AUTHORITY.issue("server", "localhost");
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        return Tls.pem(directory.resolve("server.crt"), directory.resolve("server.key"));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void whoSendsTooMuchIsSlowedDownAtEachLayerAndLosesNothing(
            boolean encrypted, boolean framed, @TempDir Path directory) throws IOException {
        ListenerSettings settings = ListenerSettings.defaults()
                .withClientRate(rate -> rate.withMessages(1000).withMessageBurst(100));
        Listener.Tcp limited = listener().settings(settings);
        limited = encrypted ? limited.tls(tls(directory)) : limited;
        limited = framed ? limited.webSocket(WebSocket.defaults()) : limited;
        try (Broker broker = start(limited, listener());
                RawClient receiver =
                        RawClient.connected(broker.addresses().get(1).getPort(), Connect.v5("receiver"));
                RawClient publisher = RawClient.over(socket(broker.port(), encrypted, framed))) {
            receiver.subscribe("t", Qos.AT_LEAST_ONCE);
            publisher.connect(Connect.v5("publisher").withKeepAlive(1));
            Publish[] messages = IntStream.range(0, 600)
                    .mapToObj(i -> Publish.qos0("t", Binary.utf8(i + " " + "x".repeat(300))))
                    .toArray(Publish[]::new);
            publisher.send(messages);
            for (int i = 0; i < messages.length; i++) {
                assertThat(receiver.takeMessage().payload().toUtf8()).startsWith(i + " ");
            }
            publisher.expectNothing();
            assertThat(statistics(broker).throttled()).isPositive();
        }
    }

    private static Socket socket(int port, boolean encrypted, boolean framed) throws IOException {
        Socket socket = encrypted
                ? Secure.trusting(AUTHORITY).socket(port, "localhost")
                : new Socket(InetAddress.getLoopbackAddress(), port);
        return framed ? WebSocketSocket.open(socket, "/mqtt") : socket;
    }

    @Test
    void theTimeToConnectIsThatOfAllHandshakesTogether(@TempDir Path directory) throws IOException {
        Tls tls = tls(directory);
        ListenerSettings settings =
                ListenerSettings.defaults().withLimits(limits -> limits.withConnectTimeout(Duration.ofMillis(300)));
        List<Listener> listeners = List.of(
                listener().settings(settings),
                listener().settings(settings).webSocket(WebSocket.defaults()),
                listener().settings(settings).tls(tls),
                listener().settings(settings).tls(tls).webSocket(WebSocket.defaults()));
        try (Broker broker = start(listeners.toArray(Listener[]::new))) {
            List<Integer> ports = broker.addresses().stream()
                    .map(address -> address.getPort())
                    .toList();
            List<Socket> silent = new ArrayList<>();
            for (int port : ports) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            // Who has done the handshake of a layer and then says nothing has no more time.
            silent.add(socket(ports.get(1), false, true));
            silent.add(Secure.trusting(AUTHORITY).socket(ports.get(2), "localhost"));
            for (Socket socket : silent) {
                socket.setSoTimeout(20_000);
                readToTheEnd(socket);
                socket.close();
            }
            assertThat(statistics(broker).turnedAway()).containsEntry(TurnedAway.CONNECT_TIMEOUT, 6L);
            eventually(() -> statistics(broker).connectionsOpen() == 0);
            assertThat(statistics(broker).handshakes()).isZero();
        }
    }

    private static void readToTheEnd(Socket socket) throws IOException {
        byte[] bytes = new byte[1000];
        int read = 0;
        while (read >= 0) {
            read = socket.getInputStream().read(bytes);
        }
    }

    @Test
    void theSizesOfSocketBuffersAreTakenAndMessagesPass() {
        ListenerSettings settings =
                ListenerSettings.defaults().withSendBuffer(16_384).withReceiveBuffer(16_384);
        try (Broker broker = Broker.builder()
                        .listener(listener().settings(settings))
                        .loops(1)
                        .pipeline(pipeline -> assertThat(
                                        pipeline.channel().config().getOption(ChannelOption.SO_SNDBUF))
                                .isBetween(16_384, 65_536))
                        .start();
                RawClient client = RawClient.connected(broker.port(), Connect.v5("client"))) {
            client.subscribe("t", Qos.AT_LEAST_ONCE);
            client.publish(Publish.qos1("t", Binary.wrap(new byte[1_000_000]), client.nextPacketId()));
            assertThat(client.takeMessage().payload().size()).isEqualTo(1_000_000);
        }
    }

    @Test
    void hooksHearTheUriWithThePortThatWasChosen() throws InterruptedException {
        BlockingQueue<String> names = new LinkedBlockingQueue<>();
        try (Broker broker = Broker.builder()
                .listener(listener())
                .listener(listener().settings(ListenerSettings.defaults().withName("named")))
                .hooks(hooks ->
                        hooks.onConnected(event -> names.add(event.client().listener())))
                .start()) {
            for (var address : broker.addresses()) {
                RawClient.connected(address.getPort(), Connect.v5("client")).close();
            }
            assertThat(names.take()).isEqualTo("mqtt://127.0.0.1:" + broker.port());
            assertThat(names.take()).isEqualTo("named");
        }
    }

    @Test
    void allAddressesAreThoseOfBothVersionsOfTheInternetProtocol() {
        assumeTrue(hasVersion6(), "this machine has no IPv6");
        try (Broker broker = start(Listener.tcp("::", 0))) {
            RawClient.connect("127.0.0.1", broker.port()).connect(Connect.v5("four"));
            RawClient.connect("::1", broker.port()).connect(Connect.v5("six"));
        }
        try (Broker broker = start(Listener.tcp("::1", 0))) {
            RawClient.connect("::1", broker.port()).connect(Connect.v5("six"));
            assertThatThrownBy(() -> RawClient.connect("127.0.0.1", broker.port()))
                    .hasMessageContaining("cannot connect");
        }
        try (Broker broker = start(Listener.tcp("0.0.0.0", 0))) {
            RawClient.connect("127.0.0.1", broker.port()).connect(Connect.v5("four"));
            assertThatThrownBy(() -> RawClient.connect("::1", broker.port())).hasMessageContaining("cannot connect");
        }
    }

    private static boolean hasVersion6() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(SIX), 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void aListenerThatNamesNobodyWhoCouldAuthenticateDoesNotOpen() {
        ListenerSettings settings = ListenerSettings.defaults()
                .withAuthentication(own -> own.withAuthenticators(List.of("embedder", "ldap")));
        assertThatThrownBy(() -> start(listener(), listener().settings(settings)))
                .isInstanceOf(ListenFailed.class)
                .hasMessage(
                        "Cannot listen on mqtt://127.0.0.1:0: its authenticators name 'ldap', but there is no such plugin; there is embedder");
    }
}
