package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PacketEncoder;
import io.aldis.testkit.WebSocketSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who speaks something else than the listener, or asks for what is not there: one line that says what it was and what to do, and not too many of them. */
@Timeout(60)
class StrangersTest {

    private static final Binary HELLO = Binary.wrap(HexFormat.of().parseHex("16030100c8010000c403035f5f5f5f"));
    private static final Binary CONNECT = connect();

    @TempDir
    private static Path directory;

    /** What a listener speaks. */
    enum Speaks {
        MQTT,
        MQTTS,
        WS,
        WSS
    }

    /**
     * Somebody at the wrong door.
     *
     * @param sends at first
     * @param line what the log says, in part
     * @param todo what to do, in part
     */
    record Stranger(Speaks listener, String name, Binary sends, String line, String todo, TurnedAway reason) {
        @Override
        public String toString() {
            return name + " to " + listener;
        }
    }

    private static Stranger request(String name, String request, String line, String todo) {
        return new Stranger(
                Speaks.WS,
                name,
                Binary.utf8(request),
                "WebSocket refused with " + line,
                todo,
                TurnedAway.WEB_SOCKET_REFUSED);
    }

    static List<Stranger> strangers() {
        String get = "GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String good = WebSocketSocket.request("/mqtt", "Sec-WebSocket-Protocol: mqtt");
        TurnedAway other = TurnedAway.ANOTHER_PROTOCOL;
        return List.of(
                new Stranger(
                        Speaks.MQTT,
                        "HTTP",
                        Binary.utf8(get),
                        "This looks like HTTP",
                        "use the port of the WebSocket",
                        other),
                new Stranger(Speaks.MQTT, "TLS", HELLO, "This looks like TLS", "switch TLS off in the client", other),
                new Stranger(
                        Speaks.MQTT,
                        "HTTP/2",
                        Binary.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                        "This looks like HTTP",
                        "use the port of",
                        other),
                new Stranger(
                        Speaks.MQTTS,
                        "MQTT",
                        CONNECT,
                        "it speaks MQTT without TLS",
                        "switch TLS on in the client",
                        other),
                new Stranger(
                        Speaks.MQTTS,
                        "HTTP",
                        Binary.utf8(get),
                        "it speaks HTTP without TLS",
                        "use https or wss",
                        other),
                new Stranger(
                        Speaks.MQTTS, "nonsense", Binary.utf8("hello"), "it speaks no TLS", "switch TLS on", other),
                new Stranger(
                        Speaks.WS,
                        "MQTT",
                        CONNECT,
                        "it speaks MQTT without WebSocket",
                        "set the client to WebSocket",
                        other),
                new Stranger(
                        Speaks.WS, "TLS", HELLO, "it speaks TLS, but this listener has none", "use ws, not wss", other),
                new Stranger(
                        Speaks.WSS,
                        "MQTT",
                        CONNECT,
                        "it speaks MQTT without TLS",
                        "switch TLS on in the client",
                        other),
                new Stranger(
                        Speaks.WSS, "HTTP", Binary.utf8(good), "it speaks HTTP without TLS", "use https or wss", other),
                request("a page", get, "426", "This is the place of a WebSocket for MQTT clients"),
                request(
                        "another path",
                        good.replace("/mqtt", "/ws"),
                        "404",
                        "MQTT is at /mqtt; set this path in the client. It asked for /ws."),
                request(
                        "another sub-protocol",
                        good.replace(": mqtt\r", ": chat\r"),
                        "400",
                        "The sub-protocol must be one of mqtt, mqttv3.1"),
                request("another method", good.replace("GET", "POST"), "405", "A WebSocket begins with GET"),
                request(
                        "another version",
                        good.replace("Version: 13", "Version: 8"),
                        "426",
                        "The version of WebSocket spoken here is 13"),
                request("HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0"), "505", "A WebSocket begins with HTTP/1.1"),
                request("nonsense", "hello\r\n\r\n", "400", "The request is no HTTP"));
    }

    private static Binary connect() {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(Connect.v5("stranger"), MqttVersion.V5, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return Binary.wrap(bytes);
    }

    private static Broker start(Speaks what) {
        Listener.Tcp listener = Listener.tcp("127.0.0.1", 0);
        listener =
                what == Speaks.MQTTS || what == Speaks.WSS ? listener.tls(new ServerFiles(directory).tls()) : listener;
        listener = what == Speaks.WS || what == Speaks.WSS ? listener.webSocket(WebSocket.defaults()) : listener;
        return Broker.builder().listener(listener).loops(1).start();
    }

    /** Says something, and listens until it is closed. */
    private static void meet(Broker broker, Binary sends) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(sends.toArray());
            while (socket.getInputStream().read() >= 0) {
                // What is answered is shown elsewhere.
            }
        } catch (SocketException reset) {
            // Which is an end, too.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void whoIsAtTheWrongDoorIsToldOfInOneLineThatHelps(Stranger stranger) {
        try (Log log = new Log();
                Broker broker = start(stranger.listener)) {
            meet(broker, stranger.sends);
            eventually(() -> !log.lines(Level.INFO).isEmpty());
            assertThat(log.lines(Level.INFO))
                    .singleElement()
                    .asString()
                    .contains("from /127.0.0.1:", stranger.line, stranger.todo);
            assertThat(log.lines(Level.WARN)).isEmpty();
            assertThat(log.lines(Level.ERROR)).isEmpty();
            assertThat(broker.admin().statistics().turnedAway()).containsEntry(stranger.reason, 1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyStrangersDoNotFillTheLog(Speaks what) {
        try (Log log = new Log();
                Broker broker = start(what)) {
            for (int i = 0; i < 50; i++) {
                meet(broker, Binary.utf8("GET /nothing HTTP/1.1\r\n\r\n"));
            }
            eventually(() -> broker.admin().statistics().turnedAway().values().stream()
                            .mapToLong(Long::longValue)
                            .sum()
                    == 50);
            assertThat(log.lines(Level.INFO)).hasSize(10);
        }
    }

    /** Whichever of its layers they come to: half of these are stopped before WebSocket, half within it. */
    @Test
    void aListenerHasOneMeasureForAllItsLines() {
        try (Log log = new Log();
                Broker broker = start(Speaks.WS)) {
            for (int i = 0; i < 10; i++) {
                meet(broker, Binary.utf8("GET /nothing HTTP/1.1\r\n\r\n"));
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
                        Socket framed = WebSocketSocket.open(socket, "/mqtt")) {
                    framed.setSoTimeout(10_000);
                    framed.getOutputStream().write(new byte[] {0x20, 0});
                    framed.getInputStream().readAllBytes();
                } catch (IOException reset) {
                    // Which is an end, too.
                }
            }
            eventually(() -> broker.admin().statistics().protocolErrors() == 10);
            assertThat(log.lines(Level.INFO))
                    .hasSize(10)
                    .anyMatch(line -> line.contains("WebSocket refused"))
                    .anyMatch(line -> line.contains("closed before CONNECT"));
        }
    }
}
