package io.aldis.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import io.aldis.testkit.RawClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets that are none behave as sockets do. */
class InProcessTest {

    private static final int MIB = 1024 * 1024;
    private static final long SECONDS = 20;

    @RegisterExtension
    static final AldisBroker BROKER = AldisBroker.builder()
            .withoutPort()
            .customize(building -> building.loops(3)
                    .settings(Settings.defaults()
                            .withConnection(connection -> connection.withMaximumPacketSize(4 * MIB))))
            .build();

    private static RawClient connected(Connect connect) {
        RawClient client = RawClient.over(BROKER.connect());
        client.connect(connect);
        return client;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfOneMebibyteGoBothWays(MqttVersion version) {
        Binary payload = Binary.copyOf(bytes(MIB));
        try (RawClient subscriber = connected(Connect.of(version, "subscriber"));
                RawClient publisher = connected(Connect.of(version, "publisher"))) {
            subscriber.subscribe("big", Qos.EXACTLY_ONCE);
            for (int i = 1; i <= 3; i++) {
                publisher.publish(Publish.qos1("big", payload, i));
                assertThat(subscriber.takeMessage().payload()).isEqualTo(payload);
            }
        }
    }

    @Test
    void aHundredClientsTalkAtOnce() throws Exception {
        int count = 100;
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        List<MqttAsyncClient> clients = new ArrayList<>();
        try {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(BROKER.sockets());
            List<IMqttToken> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clients.add(new MqttAsyncClient("tcp://in-process:1", "client-" + i, new MemoryPersistence()));
                answers.add(clients.get(i).connect(options));
            }
            for (int i = 0; i < count; i++) {
                answers.get(i).waitForCompletion(TimeUnit.SECONDS.toMillis(SECONDS));
                answers.set(
                        i,
                        clients.get(i)
                                .subscribe("to/" + i, 1, (topic, message) -> received.add(topic + " " + message)));
            }
            for (IMqttToken answer : answers) {
                answer.waitForCompletion(TimeUnit.SECONDS.toMillis(SECONDS));
            }
            for (int i = 0; i < count; i++) {
                clients.get(i).publish("to/" + (i + 1) % count, ("from " + i).getBytes(UTF_8), 1, false);
            }
            List<String> all = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(received.poll(SECONDS, TimeUnit.SECONDS));
                expected.add("to/" + (i + 1) % count + " from " + i);
            }
            assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(BROKER.broker().admin().statistics().connectionsOpen()).isGreaterThanOrEqualTo(count);
        } finally {
            for (MqttAsyncClient client : clients) {
                client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(SECONDS));
                client.close();
            }
        }
    }

    @Test
    void pahoSendsAndReceivesAMebibyte() throws Exception {
        byte[] payload = bytes(MIB);
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(BROKER.sockets());
        try (MqttClient client = new MqttClient("tcp://nowhere:1883", "paho", new MemoryPersistence())) {
            client.connect(options);
            client.subscribe("big", 2, (topic, message) -> received.add(message.getPayload()));
            client.publish("big", payload, 2, false);
            assertThat(received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo(payload);
            client.disconnect();
        }
    }

    @Test
    void aSocketIsConnectedWhateverTheAddress() throws Exception {
        try (Socket socket = BROKER.sockets().createSocket()) {
            assertThat(socket.isConnected()).isFalse();
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getInputStream);
            socket.connect(new InetSocketAddress("192.0.2.1", 1), 10);
            assertThat(socket.isConnected()).isTrue();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.connect(null));
        }
    }

    @Test
    void aReadEndsAfterItsTimeout() throws Exception {
        try (Socket socket = BROKER.connect()) {
            socket.setSoTimeout(5);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.getInputStream().read());
            socket.setSoTimeout(0);
            socket.getOutputStream().write(encoded(Connect.v311("late")));
            assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0x20, 2, 0, 0);
        }
    }

    private static byte[] encoded(Connect connect) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(connect, connect.version(), out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    /** Time and again, for the broker's end closes too, and either may be first. */
    @RepeatedTest(100)
    void closingWakesAReader() throws Exception {
        Socket socket = BROKER.connect();
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            reading.countDown();
            try {
                return socket.getInputStream().read();
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        });
        reading.await();
        socket.close();
        assertThat(read)
                .failsWithin(SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withRootCauseInstanceOf(SocketException.class);
        assertThatIOException().isThrownBy(socket::getOutputStream);
    }

    @Test
    void theBrokerClosesAndItsLastWordsArrive() {
        try (RawClient client = connected(Connect.v5("twice"))) {
            client.sendBytes(encoded(Connect.v5("twice")));
            client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void theClientEndsItsOutputAndStillHearsTheEnd() throws Exception {
        try (Socket socket = BROKER.connect()) {
            socket.getOutputStream().write(encoded(Connect.v311("half")));
            assertThat(socket.getInputStream().readNBytes(4)).hasSize(4);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThatExceptionOfType(SocketException.class).isThrownBy(socket::getOutputStream);
        }
    }

    @Test
    void aClientThatBreaksOffLeavesItsWill() {
        try (RawClient heir = connected(Connect.v5("heir"))) {
            heir.subscribe("will", Qos.AT_MOST_ONCE);
            for (boolean reset : new boolean[] {true, false}) {
                RawClient mortal = connected(Connect.v5("mortal")
                        .withWill(new Will(
                                "will", Binary.utf8("reset " + reset), Qos.AT_MOST_ONCE, false, WillProperties.NONE)));
                if (reset) {
                    mortal.reset();
                } else {
                    mortal.close();
                }
                assertThat(heir.takeMessage().payload().toUtf8()).isEqualTo("reset " + reset);
            }
            RawClient polite = connected(Connect.v5("mortal")
                    .withWill(new Will("will", Binary.utf8("x"), Qos.AT_MOST_ONCE, false, WillProperties.NONE)));
            polite.send(new Disconnect());
            polite.expectClosed();
            polite.close();
            heir.expectNothing();
        }
    }

    /** A client that sends and does not read is not read from for ever: its own writes block, and nothing is heaped up. */
    @Test
    void aClientThatDoesNotReadIsWaitedFor() throws Exception {
        try (Socket greedy = BROKER.connect()) {
            greedy.getOutputStream().write(encoded(Connect.v311("greedy")));
            assertThat(greedy.getInputStream().readNBytes(4)).hasSize(4);
            byte[] pings = new byte[64 * 1024];
            for (int i = 0; i < pings.length; i += 2) {
                pings[i] = (byte) 0xC0;
            }
            int rounds = 48;
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        greedy.getOutputStream().write(pings);
                    }
                } catch (IOException closed) {
                    throw new UncheckedIOException(closed);
                }
            });
            // The broker still serves others, and the writer is stuck.
            try (RawClient other = connected(Connect.v5("other"))) {
                for (int i = 0; i < 200; i++) {
                    other.expectNothing();
                }
            }
            assertThat(writing).isNotDone();
            long answers = 0;
            byte[] read = new byte[8192];
            while (answers < (long) rounds * pings.length) {
                int count = greedy.getInputStream().read(read);
                assertThat(count).isPositive();
                answers += count;
            }
            assertThat(writing).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSubscriberThatDoesNotReadLosesQos0AndNothingElse() {
        byte[] payload = bytes(64 * 1024);
        try (RawClient lazy = connected(Connect.v5("lazy"));
                RawClient publisher = connected(Connect.v5("publisher"))) {
            lazy.subscribe("flood", Qos.AT_MOST_ONCE);
            long before = BROKER.broker().admin().statistics().droppedInTotal();
            for (int i = 0; i < 400; i++) {
                publisher.send(Publish.qos0("flood", Binary.copyOf(payload)));
            }
            publisher.expectNothing();
            lazy.send(new Pingreq());
            int received = 0;
            while (lazy.receive() instanceof Publish) {
                received++;
            }
            long dropped = BROKER.broker().admin().statistics().droppedInTotal() - before;
            assertThat(received).isBetween(1, 399);
            assertThat(received + dropped).isEqualTo(400);
        }
    }

    @Test
    void aStoppedBrokerRefusesConnections() {
        AldisBroker broker = AldisBroker.builder().withoutPort().build().start();
        SocketFactory sockets = broker.sockets();
        RawClient client = RawClient.over(broker.connect());
        Connack connack = client.connect(Connect.v5("stays"));
        assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        broker.close();
        client.expectDisconnect(ReasonCode.SERVER_SHUTTING_DOWN);
        client.close();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> sockets.createSocket("any", 1));
    }
}
