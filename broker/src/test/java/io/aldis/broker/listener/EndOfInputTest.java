package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.WebSocketSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client may say all it has to say, and go, before the broker has begun to listen: it is heard. */
@Timeout(120)
class EndOfInputTest {

    /** What the client speaks through. */
    enum Way {
        TCP,
        TLS_1_2,
        TLS_1_3,
        WS,
        WSS;

        boolean secure() {
            return this != TCP && this != WS;
        }

        boolean framed() {
            return this == WS || this == WSS;
        }
    }

    @TempDir
    private Path directory;

    private @Nullable ServerFiles written;
    private final CompletableFuture<Boolean> goOn = new CompletableFuture<>();

    @BeforeEach
    void writeFiles() {
        written = new ServerFiles(directory);
    }

    private ServerFiles files() {
        return Objects.requireNonNull(written);
    }

    private Broker start(Way way, Consumer<HookRegistry> hooks) {
        Listener.Tcp listener = Listener.tcp("127.0.0.1", 0);
        listener = way.secure() ? listener.tls(files().tls()) : listener;
        listener = way.framed() ? listener.webSocket(WebSocket.defaults()) : listener;
        return Broker.builder().listener(listener).loops(1).hooks(hooks).start();
    }

    private Socket socket(Way way, Broker broker) throws IOException {
        if (!way.secure()) {
            return new Socket(InetAddress.getLoopbackAddress(), broker.port());
        }
        String protocol = way == Way.TLS_1_2 ? "TLSv1.2" : "TLSv1.3";
        return Secure.trusting(files().authority).socket(broker.port(), "localhost", protocol);
    }

    private RawClient watcher(Way way, Broker broker) throws IOException {
        Socket socket = socket(way, broker);
        RawClient watcher = RawClient.over(way.framed() ? WebSocketSocket.open(socket, "/mqtt") : socket);
        watcher.connect(Connect.v5("watcher"));
        watcher.subscribe("#", Qos.AT_MOST_ONCE);
        return watcher;
    }

    /** Sends everything there is to say, and its end in each layer; then what held the broker up lets go. */
    private void sayAndGo(Way way, Broker broker, RawClient watcher) throws IOException {
        byte[] all = encoded(
                Connect.v5("hasty").withWill(Will.of("will", Binary.utf8("x"), Qos.AT_MOST_ONCE)),
                Publish.qos0("first", Binary.utf8("heard")),
                Publish.qos0("second", Binary.utf8("heard")),
                new Disconnect(ReasonCode.SUCCESS));
        try (Socket socket = socket(way, broker)) {
            if (way.framed()) {
                WebSocketSocket frames = WebSocketSocket.open(socket, "/mqtt");
                byte[] binary = WebSocketSocket.frame(WebSocketSocket.BINARY, true, all);
                byte[] close = WebSocketSocket.frame(WebSocketSocket.CLOSE, true, new byte[] {3, (byte) 0xE8});
                byte[] both = Arrays.copyOf(binary, binary.length + close.length);
                System.arraycopy(close, 0, both, binary.length, close.length);
                frames.sendBytes(both);
            } else {
                socket.getOutputStream().write(all);
            }
            socket.shutdownOutput();
            watcher.expectNothing(); // By now all of it has come.
            goOn.complete(true);
            assertThat(watcher.takeMessage().topic()).isEqualTo("first");
            assertThat(watcher.takeMessage().topic()).isEqualTo("second");
            watcher.expectNothing(); // No will: the client has said good-bye.
            while (socket.getInputStream().read() >= 0) {
                // CONNACK, and the end.
            }
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

    @ParameterizedTest
    @EnumSource
    void whatCameBeforeTheEndIsHeardThoughTheClientIsLetInLater(Way way) throws IOException {
        try (Broker broker = start(
                        way,
                        hooks -> hooks.onBasicAuthAsync(
                                login -> login.client().clientId().equals("hasty")
                                        ? goOn.thenApply(now -> login.accept())
                                        : CompletableFuture.completedStage(login.accept())));
                RawClient watcher = watcher(way, broker)) {
            sayAndGo(way, broker, watcher);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCameBeforeTheEndIsHeardThoughMessagesHaveToWait(Way way) throws IOException {
        try (Broker broker = start(
                        way, hooks -> hooks.onMsgArrivedAsync(arrived -> goOn.thenApply(now -> arrived.route())));
                RawClient watcher = watcher(way, broker)) {
            sayAndGo(way, broker, watcher);
        }
    }
}
