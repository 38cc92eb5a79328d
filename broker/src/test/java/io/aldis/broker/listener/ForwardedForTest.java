package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Network;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Connect;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.WebSocketSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** X-Forwarded-For in the request of a WebSocket. */
@Timeout(120)
class ForwardedForTest {

    private final Origin origin = new Origin();

    private Broker start(String... trusted) {
        WebSocket webSocket = WebSocket.defaults().withTrustedProxies(Network.all(trusted));
        return origin.watch(Broker.builder())
                .listener(Listener.tcp("127.0.0.1", 0).webSocket(webSocket))
                .loops(2)
                .start();
    }

    /** What hooks see of a client that a proxy here says this of; {@code ;} in place of a line's end. */
    private String seen(Broker broker, String fields) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
            socket.setSoTimeout(10_000);
            String request =
                    WebSocketSocket.request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n" + fields.replace(";", "\r\n"));
            assertThat(WebSocketSocket.ask(socket, request)).startsWith("HTTP/1.1 101 ");
            byte[] connect = WebSocketSocket.frame(WebSocketSocket.BINARY, true, Wire.encoded(Connect.v5("web")));
            try (RawClient client = RawClient.over(socket)) {
                client.sendBytes(connect);
                return origin.connected().remoteAddress().toString();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X-Forwarded-For: 203.0.113.7                                     | /203.0.113.7:0
            X-Forwarded-For: 203.0.113.7:49152                               | /203.0.113.7:49152
            X-Forwarded-For: 2001:db8::7                                     | /[2001:db8:0:0:0:0:0:7]:0
            X-Forwarded-For: [2001:db8::7]                                   | /[2001:db8:0:0:0:0:0:7]:0
            x-forwarded-for: [2001:db8::7]:49152                             | /[2001:db8:0:0:0:0:0:7]:49152
            X-Forwarded-For: ::ffff:203.0.113.7                              | /203.0.113.7:0
            X-Forwarded-For: 1.1.1.1, 203.0.113.7                            | /203.0.113.7:0
            X-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.1.2.3,10.0.0.1         | /203.0.113.7:0
            X-Forwarded-For: 1.1.1.1, 203.0.113.7;X-Forwarded-For: 10.1.2.3  | /203.0.113.7:0
            X-Forwarded-For: whoever, 203.0.113.7                            | /203.0.113.7:0
            X-Forwarded-For: 10.1.2.3, 10.0.0.1                              | /10.1.2.3:0
            """)
    void theLastAddressThatIsNotOfATrustedProxyIsTheClients(String fields, String expected) {
        try (Broker broker = start("127.0.0.0/8", "10.0.0.0/8")) {
            assertThat(seen(broker, fields)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X-Forwarded-For: unknown
            X-Forwarded-For: example.org
            X-Forwarded-For: 203.0.113
            X-Forwarded-For: 203.0.113.777
            X-Forwarded-For: 203.0.113.7:65536
            X-Forwarded-For: fe80::1%eth0
            X-Forwarded-For: ,
            X-Forwarded-For: 203.0.113.7, _hidden, 10.1.2.3
            """)
    void whatIsNoAddressIsIgnoredAndToldOf(String fields) {
        try (Log log = new Log();
                Broker broker = start("127.0.0.0/8", "10.0.0.0/8")) {
            assertThat(seen(broker, fields)).startsWith("/127.0.0.1:");
            assertThat(log.lines(Level.INFO)).anyMatch(line -> line.contains("X-Forwarded-For is ignored"));
        }
    }

    @Test
    void whoIsNoTrustedProxyIsNotBelieved() {
        for (List<String> trusted : List.of(List.<String>of(), List.of("10.0.0.0/8"))) {
            try (Log log = new Log();
                    Broker broker = start(trusted.toArray(String[]::new))) {
                assertThat(seen(broker, "X-Forwarded-For: 10.0.0.1")).startsWith("/127.0.0.1:");
                assertThat(log.lines(Level.INFO)).isEmpty();
            }
        }
    }

    @Test
    void aTrustedProxyThatSaysNothingKeepsItsAddress() {
        try (Broker broker = start("127.0.0.1")) {
            assertThat(seen(broker, "X-Nothing: here")).startsWith("/127.0.0.1:");
        }
    }
}
