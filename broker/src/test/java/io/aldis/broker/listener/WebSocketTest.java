package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.WebSocketSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT in a WebSocket (MQTT 5.0 §6), with and without TLS below it. */
@Timeout(120)
class WebSocketTest {

    private static final TestAuthority AUTHORITY = TestAuthority.create("Test authority");
    private static final Secure SECURE = Secure.trusting(AUTHORITY);

    @TempDir
    private static Path directory;

    private static Broker broker;

    /** Of the listener that is neither. */
    private static InetSocketAddress plain;

    /** The one under the client that was opened last. */
    private @Nullable WebSocketSocket open;

    private WebSocketSocket frames() {
        return Objects.requireNonNull(open);
    }

    @BeforeAll
    static void start() {
        TestAuthority.Issued server = AUTHORITY.issue("server", "localhost");
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        Tls tls = Tls.pem(directory.resolve("server.crt"), directory.resolve("server.key"));
        WebSocket webSocket = WebSocket.defaults();
        broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0).webSocket(webSocket))
                .listener(Listener.tcp("127.0.0.1", 0).tls(tls).webSocket(webSocket))
                .listener(Listener.tcp("127.0.0.1", 0)
                        .webSocket(webSocket.withAllowedOrigins(List.of("https://example.org"))))
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(3)
                .start();
        plain = broker.addresses().get(3);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Socket socket(int listener) {
        try {
            int port = broker.addresses().get(listener).getPort();
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private RawClient open(boolean tls) {
        Socket under = tls ? SECURE.socket(broker.addresses().get(1).getPort(), "localhost") : socket(0);
        WebSocketSocket opened = WebSocketSocket.open(under, "/mqtt");
        open = opened;
        return RawClient.over(opened);
    }

    private RawClient connected(boolean tls, String clientId) {
        RawClient client = open(tls);
        client.connect(Connect.v5(clientId));
        return client;
    }

    // Frames.

    /** A PUBLISH to "t" that is as long as this altogether, or a little less where there is none. */
    private static Publish publish(int size, Random random) {
        byte[] payload = new byte[Math.max(0, size - 6)];
        random.nextBytes(payload);
        Publish message = Publish.qos0("t", Binary.wrap(payload));
        int over = Math.max(0, PacketEncoder.size(message, MqttVersion.V5) - size);
        return Publish.qos0("t", Binary.wrap(Arrays.copyOf(payload, Math.max(0, payload.length - over))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void payloadsOfEverySizeAroundPowersOfTwoPassBothWaysHoweverTheyAreFragmented(boolean tls) {
        Random random = new Random(6);
        try (RawClient client = connected(tls, "sizes")) { // [MQTT-6.0.0-2], [MQTT3-6.0.0-2]
            client.subscribe("t", Qos.AT_MOST_ONCE);
            for (int power = 64; power <= 131_072; power *= 2) {
                for (int size = power - 2; size <= power + 2; size++) {
                    Publish message = publish(size, random);
                    byte[] bytes = Wire.encoded(message);
                    assertThat(bytes.length).isBetween(size - 1, size);
                    // As a frame of exactly this size, which is how it comes back, too.
                    frames().sendFrame(WebSocketSocket.BINARY, true, bytes);
                    assertThat(client.takeMessage()).as("size %s", size).isEqualTo(message);
                    // In parts, with others between them.
                    boolean first = true;
                    for (int at = 0; at < bytes.length; ) {
                        int length =
                                random.nextInt(4) == 0 ? 0 : Math.min(bytes.length - at, random.nextInt(power) + 1);
                        byte[] part = Arrays.copyOfRange(bytes, at, at + length);
                        at += length;
                        frames().sendFrame(
                                        first ? WebSocketSocket.BINARY : WebSocketSocket.CONTINUATION,
                                        at == bytes.length,
                                        part);
                        first = false;
                        if (random.nextInt(3) == 0) {
                            frames().sendFrame(WebSocketSocket.PING, true, new byte[] {1});
                        }
                    }
                    assertThat(client.takeMessage())
                            .as("size %s in parts", size)
                            .isEqualTo(message);
                    // And in messages of their own, which may be as many as they like.
                    for (int at = 0; at < bytes.length; ) {
                        int length = Math.min(bytes.length - at, random.nextInt(power) + 1);
                        frames().sendFrame(WebSocketSocket.BINARY, true, Arrays.copyOfRange(bytes, at, at + length));
                        at += length;
                    }
                    assertThat(client.takeMessage())
                            .as("size %s in messages", size)
                            .isEqualTo(message);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsToTheClientAreInFramesOfEverySize(boolean tls) {
        Random random = new Random(8);
        try (RawClient client = connected(tls, "receiver");
                RawClient sender = RawClient.connected(plain.getPort(), Connect.v5("sender"))) {
            client.subscribe("t", Qos.AT_MOST_ONCE);
            for (int power = 64; power <= 131_072; power *= 2) {
                for (int size = power - 2; size <= power + 2; size++) {
                    // Several in a turn of the loop: they share a frame, or do not.
                    List<Publish> messages = List.of(publish(size, random), publish(3, random), publish(size, random));
                    sender.sendBytes(Wire.encoded(messages.toArray(Packet[]::new)));
                    for (Publish message : messages) {
                        assertThat(client.takeMessage()).as("size %s", size).isEqualTo(message);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsMayBeSplitAcrossFramesAtEveryByte(boolean tls) {
        byte[] payload = new byte[300];
        new Random(7).nextBytes(payload);
        byte[] bytes = Wire.encoded(Publish.qos0("t", Binary.wrap(payload)), new Pingreq());
        try (RawClient client = connected(tls, "split")) {
            client.subscribe("t", Qos.AT_MOST_ONCE);
            for (int at = 0; at <= bytes.length; at++) {
                frames().sendFrame(WebSocketSocket.BINARY, true, Arrays.copyOf(bytes, at));
                frames().sendFrame(WebSocketSocket.BINARY, true, Arrays.copyOfRange(bytes, at, bytes.length));
                Packet[] both = {client.receive(), client.receive()};
                assertThat(both).hasAtLeastOneElementOfType(Pingresp.class);
                assertThat(both)
                        .anySatisfy(packet -> assertThat(packet)
                                .isInstanceOfSatisfying(
                                        Publish.class,
                                        message -> assertThat(message.payload()).isEqualTo(Binary.wrap(payload))));
            }
        }
    }

    @Test
    void connectMayBeSplitAcrossFramesAtEveryByte() {
        byte[] bytes = Wire.encoded(Connect.v5("split connect").withUsername("somebody"));
        for (int at = 0; at <= bytes.length; at++) {
            try (RawClient client = open(false)) {
                frames().sendFrame(WebSocketSocket.BINARY, false, Arrays.copyOf(bytes, at));
                frames().sendFrame(WebSocketSocket.PING, true, new byte[0]);
                frames().sendFrame(WebSocketSocket.CONTINUATION, true, Arrays.copyOfRange(bytes, at, bytes.length));
                assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachByteMayHaveAFrameOfItsOwn(boolean tls) {
        Publish message = publish(1000, new Random(9));
        byte[] bytes = Wire.encoded(message, new Pingreq());
        try (RawClient client = connected(tls, "bytes")) {
            client.subscribe("t", Qos.AT_MOST_ONCE);
            for (byte one : bytes) {
                frames().sendFrame(WebSocketSocket.BINARY, true, new byte[] {one});
            }
            Packet[] both = {client.receive(), client.receive()};
            assertThat(both).contains(message, new Pingresp());
        }
    }

    @Test
    void noMemoryIsTakenForALengthThatIsOnlyAnnounced() {
        try (RawClient client = connected(false, "huge")) {
            byte[] header = HexFormat.of().parseHex("82ff7fffffffffffffff00000000"); // Without a mask to speak of.
            byte[] ping = Wire.encoded(new Pingreq());
            byte[] all = Arrays.copyOf(header, header.length + ping.length);
            System.arraycopy(ping, 0, all, header.length, ping.length);
            frames().sendBytes(all);
            client.expect(Pingresp.class); // What is in a frame is not waited for to the end.
            frames().sendBytes(ping);
            client.expect(Pingresp.class);
        }
    }

    @Test
    void pingsMayComeByTheThousand() {
        try (RawClient client = connected(false, "flood")) {
            byte[] ping = WebSocketSocket.frame(WebSocketSocket.PING, true, new byte[] {7});
            byte[] many = new byte[ping.length * 10_000];
            for (int i = 0; i < 10_000; i++) {
                System.arraycopy(ping, 0, many, i * ping.length, ping.length);
            }
            frames().sendBytes(many);
            client.expectNothing();
            assertThat(frames().pongs().length).isBetween(1, 10_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, 1000, 88 80 00 00 00 00",
        "good-bye, 1000, 88 82 00 00 00 00 03 e8",
        "a code of its own, 4321, 88 82 00 00 00 00 10 e1",
        "half a code, 1002, 88 81 00 00 00 00 03",
        "a code that is never sent, 1002, 88 82 00 00 00 00 03 ed",
        "a code that is none, 1002, 88 82 00 00 00 00 00 00"
    })
    void aCloseIsAnsweredAlsoInTheMiddleOfAPacket(String what, int code, String hex) {
        for (boolean within : new boolean[] {false, true}) {
            try (RawClient client = connected(true, "closes")) {
                if (within) { // A fragment, with half a PUBLISH in it.
                    frames().sendFrame(
                                    WebSocketSocket.BINARY,
                                    false,
                                    Arrays.copyOf(Wire.encoded(Publish.qos0("t", Binary.utf8("half"))), 5));
                }
                frames().sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
                client.expectClosed();
                assertThat(frames().closeCode()).as(what).hasValue(code);
            }
        }
    }

    @Test
    void theEndOfTheSocketWithinAFrameIsTheEndOfTheConnection() throws IOException {
        try (RawClient watcher = connected(false, "watcher")) {
            watcher.subscribe("will", Qos.AT_MOST_ONCE);
            RawClient client = open(false);
            client.connect(Connect.v5("dies").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
            byte[] frame = WebSocketSocket.frame(WebSocketSocket.BINARY, true, Wire.encoded(new Pingreq()));
            frames().sendBytes(Arrays.copyOf(frame, frame.length - 1));
            frames().close();
            assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("gone"));
        }
    }

    @Test
    void framesMayComeByteByByteAndSeveralAtOnce() {
        try (RawClient client = connected(false, "bytes")) {
            byte[] frame =
                    WebSocketSocket.frame(WebSocketSocket.BINARY, true, Wire.encoded(new Pingreq(), new Pingreq()));
            for (byte one : frame) {
                frames().sendBytes(new byte[] {one});
            }
            client.expect(Pingresp.class);
            client.expect(Pingresp.class);
            byte[] many = Arrays.copyOf(frame, frame.length * 3);
            System.arraycopy(frame, 0, many, frame.length, frame.length);
            System.arraycopy(frame, 0, many, 2 * frame.length, frame.length);
            frames().sendBytes(many);
            for (int i = 0; i < 6; i++) {
                client.expect(Pingresp.class);
            }
            client.expectNothing();
        }
    }

    @Test
    void aPingIsAnsweredWithWhatWasInIt() {
        try (RawClient client = connected(false, "pings")) {
            frames().sendFrame(WebSocketSocket.PING, true, "are you there?".getBytes(StandardCharsets.US_ASCII));
            frames().sendFrame(WebSocketSocket.PONG, true, new byte[0]);
            client.expectNothing();
            assertThat(frames().pongs()).asString(StandardCharsets.US_ASCII).isEqualTo("are you there?");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a text, 1003, 81 81 00 00 00 00 41", // [MQTT-6.0.0-1], [MQTT3-6.0.0-1]
        "no mask, 1002, 82 02 c0 00",
        "the first reserved bit, 1002, c2 80 00 00 00 00",
        "the second reserved bit, 1002, a2 80 00 00 00 00",
        "the third reserved bit, 1002, 92 80 00 00 00 00",
        "a text in parts, 1003, 01 80 00 00 00 00",
        "a ping without a mask, 1002, 89 00",
        "an unknown control frame, 1002, 8b 80 00 00 00 00",
        "two bytes for a small length, 1002, 82 fe 00 7d 00 00 00 00",
        "eight bytes for a small length, 1002, 82 ff 00 00 00 00 00 00 ff ff 00 00 00 00",
        "an unknown opcode, 1002, 83 80 00 00 00 00",
        "a continuation of nothing, 1002, 80 80 00 00 00 00",
        "a beginning within a message, 1002, 02 80 00 00 00 00 82 80 00 00 00 00",
        "a ping in parts, 1002, 09 80 00 00 00 00",
        "a long ping, 1002, 89 fe 00 7e 00 00 00 00",
        "a negative length, 1002, 82 ff 80 00 00 00 00 00 00 00 00 00 00 00"
    })
    void whatMustNotBeEndsTheConnectionInOrder(String what, int code, String hex) {
        try (RawClient client = connected(true, "wrong")) {
            frames().sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
            client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
            assertThat(frames().closeCode()).as(what).hasValue(code);
        }
    }

    // Ends.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsTakenOverHearsItAndThenTheEndOfTheWebSocket(boolean tls) {
        RawClient present = open(tls);
        present.connect(Connect.v5("one").withCleanStart(false));
        for (int i = 0; i < 12; i++) { // On three loops: most of them move.
            WebSocketSocket socket = frames();
            RawClient next = open(tls);
            next.connect(Connect.v5("one").withCleanStart(false));
            next.expectNothing();
            assertThat(present.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
            present.expectClosed();
            assertThat(socket.closeCode()).hasValue(1000);
            present.close();
            present = next;
        }
        present.close();
    }

    @Test
    void aCloseIsAnsweredAndEndsTheConnectionWithItsWill() {
        try (RawClient watcher = connected(false, "watcher")) {
            watcher.subscribe("will", Qos.AT_LEAST_ONCE);
            RawClient client = open(false);
            client.connect(Connect.v5("dies").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
            frames().sendFrame(WebSocketSocket.CLOSE, true, new byte[] {0x03, (byte) 0xE9});
            client.expectClosed();
            assertThat(frames().closeCode()).hasValue(1001);
            assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("gone"));
            client.close();
        }
    }

    // The request.

    private static String answer(int listener, String request) {
        try (Socket socket = socket(listener)) {
            String head = WebSocketSocket.ask(socket, request);
            return head + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final String MQTT = "Sec-WebSocket-Protocol: mqtt";

    @Test
    void aWrongRequestIsAnsweredWithWhatIsWrongWithIt() {
        String good = WebSocketSocket.request("/mqtt", MQTT);
        assertThat(answer(0, WebSocketSocket.request("/", MQTT)))
                .startsWith("HTTP/1.1 404 ")
                .contains("MQTT is at /mqtt");
        // [MQTT-6.0.0-3], [MQTT3-6.0.0-3]
        assertThat(answer(0, WebSocketSocket.request("/mqtt", "Sec-WebSocket-Protocol: chat")))
                .startsWith("HTTP/1.1 400 ")
                .contains("mqtt, mqttv3.1");
        assertThat(answer(0, WebSocketSocket.request("/mqtt", "X-Nothing: here")))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer(0, good.replace("Version: 13", "Version: 8")))
                .startsWith("HTTP/1.1 426 ")
                .contains("sec-websocket-version: 13");
        assertThat(answer(0, good.replace("Upgrade: websocket", "Upgrade: h2c")))
                .startsWith("HTTP/1.1 426 ");
        assertThat(answer(0, "GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 426 ");
        assertThat(answer(0, good.replace("GET", "POST"))).startsWith("HTTP/1.1 405 ");
        assertThat(answer(0, good.replace("HTTP/1.1", "HTTP/1.0"))).startsWith("HTTP/1.1 505 ");
        assertThat(answer(0, good.replace("Key: AAAA", "Key: AA"))).startsWith("HTTP/1.1 400 ");
        assertThat(answer(0, WebSocketSocket.request("/" + "x".repeat(5000), MQTT)))
                .startsWith("HTTP/1.1 414 ");
        assertThat(answer(0, WebSocketSocket.request("/mqtt", "X-Large: " + "x".repeat(20_000))))
                .startsWith("HTTP/1.1 431 ");
        assertThat(answer(0, "what is this\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void nothingIsCompressedThoughTheClientOffersIt() {
        try (Socket socket = socket(0)) {
            assertThat(WebSocketSocket.ask(
                            socket,
                            WebSocketSocket.request(
                                    "/mqtt", MQTT + "\r\nSec-WebSocket-Extensions: permessage-deflate")))
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContainIgnoringCase("extensions");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aClientOfThreePointOneAndOneWithAQueryComeIn() {
        try (Socket socket = socket(0)) {
            assertThat(WebSocketSocket.ask(
                            socket, WebSocketSocket.request("/mqtt?token=1", "Sec-WebSocket-Protocol: chat, mqttv3.1")))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("sec-websocket-protocol: mqttv3.1") // [MQTT-6.0.0-4], [MQTT3-6.0.0-4]
                    .contains("sec-websocket-accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void pagesOfOtherOriginsDoNotComeIn() {
        assertThat(answer(2, WebSocketSocket.request("/mqtt", MQTT + "\r\nOrigin: https://evil.example")))
                .startsWith("HTTP/1.1 403 ");
        for (String fields : List.of(MQTT, MQTT + "\r\nOrigin: https://example.org")) {
            try (Socket socket = socket(2)) {
                assertThat(WebSocketSocket.ask(socket, WebSocketSocket.request("/mqtt", fields)))
                        .startsWith("HTTP/1.1 101 ");
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    @Test
    void whatComesRightAfterTheRequestIsNotLost() throws IOException {
        byte[] request = WebSocketSocket.request("/mqtt", MQTT).getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = WebSocketSocket.frame(WebSocketSocket.BINARY, true, Wire.encoded(Connect.v5("hasty")));
        byte[] both = Arrays.copyOf(request, request.length + frame.length);
        System.arraycopy(frame, 0, both, request.length, frame.length);
        try (Socket socket = socket(0)) {
            String head = WebSocketSocket.ask(socket, new String(both, StandardCharsets.ISO_8859_1));
            assertThat(head).startsWith("HTTP/1.1 101 ");
            assertThat(socket.getInputStream().read()).isEqualTo(0x82);
            socket.getInputStream().read();
            assertThat(socket.getInputStream().read()).isEqualTo(0x20); // CONNACK
        }
    }

    @Test
    void mqttWithoutWebSocketIsClosedWithALineThatHelps() {
        try (Log log = new Log();
                RawClient client = RawClient.over(socket(0))) {
            client.send(Connect.v5("plain"));
            client.expectClosed();
            assertThat(log.lines(Level.INFO)).anyMatch(line -> line.contains("it speaks MQTT without WebSocket"));
        }
    }
}
