package io.aldis.broker.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.hook.Proxied;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Pingresp;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.WebSocketSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol on a listener, versions 1 and 2 (proxy-protocol.txt of HAProxy). */
@Timeout(120)
class ProxyProtocolTest {

    private static final ProxyProtocol FROM_HERE =
            ProxyProtocol.from("127.0.0.1", "::1").withHeaderTimeout(Duration.ofSeconds(60));
    private static final byte[] V1 = "PROXY TCP4 203.0.113.7 198.51.100.1 49152 8883\r\n".getBytes(US_ASCII);
    private static final String CLIENT = "/203.0.113.7:49152";

    private final Log log = new Log();
    private final Origin origin = new Origin();
    private Broker broker = start(Listener.tcp("127.0.0.1", 0).proxyProtocol(FROM_HERE));

    private Broker start(Listener... listeners) {
        Broker.Builder builder = origin.watch(Broker.builder()).loops(3);
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        return builder.start();
    }

    private void restart(Listener... listeners) {
        broker.close();
        broker = start(listeners);
    }

    @BeforeEach
    void nobodyIsThere() {
        assertThat(origin.nobodyAccepted()).isTrue();
    }

    @AfterEach
    void stop() {
        broker.close();
        log.close();
    }

    private RawClient client(byte[] header) {
        RawClient client = RawClient.connect(broker.port());
        client.sendBytes(header);
        return client;
    }

    /** What hooks see of a client that sends this header and connects. */
    private Origin.Seen seen(byte[] header) {
        try (RawClient client = client(header)) {
            client.connect(Connect.v5("client"));
            return origin.connected();
        }
    }

    private long refused() {
        return broker.admin().statistics().proxyHeadersRefused();
    }

    private void assertRefused(RawClient client, String why) {
        client.expectClosed();
        eventually(() -> refused() == 1);
        assertThat(log.lines(Level.INFO))
                .filteredOn(line -> line.contains("/127.0.0.1:"))
                .singleElement()
                .asString()
                .startsWith("Connection from /127.0.0.1:")
                .contains(why);
        assertThat(origin.nobodyAccepted()).isTrue();
        assertThat(broker.admin().statistics().connectionsAccepted()).isZero();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    // What it says.

    @Test
    void theClientsAddressStandsEverywhere() {
        try (RawClient client = client(V1)) {
            client.connect(Connect.v5("client"));
            assertThat(origin.accepted()).isEqualTo(CLIENT);
            Origin.Seen seen = origin.connected();
            assertThat(seen.remoteAddress()).hasToString(CLIENT);
            Proxied proxied = Objects.requireNonNull(seen.proxied());
            assertThat(proxied.proxy().toString()).startsWith("/127.0.0.1:");
            assertThat(proxied.source()).hasToString(CLIENT);
            assertThat(proxied.destination()).hasToString("/198.51.100.1:8883");
            assertThat(proxied.tls()).isNull();
            assertThat(broker.admin().clients("", 10).entries())
                    .extracting(ClientInfo::address)
                    .hasToString("[" + CLIENT + "]");
            client.sendBytes("00 00");
            client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
        }
        assertThat(log.lines(Level.INFO)).anyMatch(line -> line.contains(" from " + CLIENT + " of \"client\": closed"));
    }

    @Test
    void bothVersionsTellOfIpv6() {
        assertThat(seen("PROXY TCP6 2001:db8::7 2001:db8::1 1 65535\r\n".getBytes(US_ASCII))
                        .remoteAddress())
                .hasToString("/[2001:db8:0:0:0:0:0:7]:1");
        byte[] header = Header.of(
                0x21,
                0x21,
                Header.bytes("20010DB8000000000000000000000007 20010DB8000000000000000000000001 C000 22B3"));
        assertThat(seen(header).remoteAddress()).hasToString("/[2001:db8:0:0:0:0:0:7]:49152");
    }

    @Test
    void anAddressOfIpv4InOneOfIpv6IsTheFormer() {
        byte[] header = Header.of(
                0x21,
                0x21,
                Header.bytes("00000000000000000000FFFFCB007107 00000000000000000000FFFFC6336401 C000 22B3"));
        assertThat(seen(header).remoteAddress()).hasToString(CLIENT);
    }

    @Test
    void versionTwoTellsOfTls() {
        byte[] header = Header.ipv4(
                Header.field(Header.ALPN, "mqtt"),
                Header.field(Header.AUTHORITY, "broker.example.org"),
                Header.ssl(
                        7,
                        0,
                        Header.field(Header.SSL_VERSION, "TLSv1.3"),
                        Header.field(Header.SSL_CN, "sensor-7 ä"),
                        Header.field(Header.SSL_CIPHER, "TLS_AES_256_GCM_SHA384")),
                Header.field(0xEA, "of somebody's own"));
        Origin.Seen seen = seen(header);
        assertThat(seen.remoteAddress()).hasToString(CLIENT);
        Proxied proxied = Objects.requireNonNull(seen.proxied());
        assertThat(proxied.serverName()).isEqualTo("broker.example.org");
        assertThat(proxied.applicationProtocol()).isEqualTo("mqtt");
        assertThat(proxied.tls()).isEqualTo(new Proxied.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", true, "sensor-7 ä"));
        assertThat(proxied.commonName()).isEqualTo("sensor-7 ä");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "3, 1", "7, 20"})
    void aNameThatIsNotVerifiedIsNotTold(int client, int verify) {
        byte[] header = Header.ipv4(Header.ssl(client, verify, Header.field(Header.SSL_CN, "admin")));
        Proxied proxied = Objects.requireNonNull(seen(header).proxied());
        assertThat(proxied.tls()).isEqualTo(new Proxied.Tls("", "", false, ""));
        assertThat(proxied.commonName()).isEmpty();
    }

    @Test
    void aClientOfTheProxysUnixSocketHasItsPath() {
        byte[] addresses = new byte[216];
        System.arraycopy("/tmp/client".getBytes(US_ASCII), 0, addresses, 0, 11);
        System.arraycopy("/tmp/proxy".getBytes(US_ASCII), 0, addresses, 108, 10);
        assertThat(seen(Header.of(0x21, 0x31, addresses)).remoteAddress()).hasToString("/tmp/client");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "50524F585920554E4B4E4F574E0D0A", // PROXY UNKNOWN
                "50524F585920554E4B4E4F574E2066663A203A3A0D0A", // The same, with something that is to be ignored.
                "0D0A0D0A000D0A515549540A20000000", // LOCAL
                "0D0A0D0A000D0A515549540A2011000CCB007107C6336401C00022B3", // LOCAL, with addresses to be ignored
                "0D0A0D0A000D0A515549540A21000003040000" // PROXY, UNSPEC, with a field
            })
    void aProxyThatSpeaksForItselfOrKnowsNothingKeepsItsAddress(String header) {
        Origin.Seen seen = seen(HexFormat.of().parseHex(header));
        assertThat(seen.remoteAddress().toString()).startsWith("/127.0.0.1:");
        assertThat(seen.proxied()).isNull();
        assertThat(refused()).isZero();
    }

    // How it comes.

    @Test
    void aHeaderMayComeByteByByte() {
        for (byte[] header : new byte[][] {V1, Header.ipv4(Header.ssl(7, 0, Header.field(Header.SSL_CN, "slow")))}) {
            try (RawClient client = RawClient.connect(broker.port())) {
                for (byte one : header) {
                    assertThat(origin.nobodyAccepted()).isTrue();
                    client.sendBytes(new byte[] {one});
                }
                client.connect(Connect.v5("slow"));
                assertThat(origin.accepted()).isEqualTo(CLIENT);
                assertThat(origin.connected().remoteAddress()).hasToString(CLIENT);
            }
        }
    }

    @Test
    void aHeaderMayComeTogetherWithConnectSplitAnywhere() {
        byte[] all = Header.join(V1, Wire.encoded(Connect.v5("whole")), new byte[] {(byte) 0xC0, 0});
        for (int at = 0; at < all.length; at++) {
            try (RawClient client = RawClient.connect(broker.port())) {
                client.sendBytes(Arrays.copyOf(all, at));
                client.sendBytes(Arrays.copyOfRange(all, at, all.length));
                client.expect(Connack.class);
                client.expect(Pingresp.class);
                assertThat(origin.connected().remoteAddress()).hasToString(CLIENT);
            }
        }
    }

    @Test
    void aChecksumIsLookedAt() {
        byte[] right = Header.summed(
                Header.ipv4(Header.field(Header.AUTHORITY, "example.org"), Header.field(Header.CRC, new byte[4])));
        assertThat(seen(right).remoteAddress()).hasToString(CLIENT);
        right[19]++;
        try (RawClient client = client(right)) {
            client.expectClosed();
        }
        assertThat(log.lines(Level.INFO))
                .anyMatch(line -> line.contains("the header's checksum is not that of its bytes"));
    }

    @Test
    void tlsAndWebSocketComeAfterTheHeader(@TempDir Path directory) throws IOException {
        TestAuthority authority = TestAuthority.create("Test authority");
        TestAuthority.Issued server = authority.issue("server", "localhost");
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        restart(Listener.tcp("127.0.0.1", 0)
                .proxyProtocol(FROM_HERE)
                .tls(Tls.pem(directory.resolve("server.crt"), directory.resolve("server.key")))
                .webSocket(WebSocket.defaults()));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            socket.getOutputStream().write(V1);
            try (SSLSocket secure = Secure.trusting(authority).over(socket, "localhost");
                    RawClient client = RawClient.over(WebSocketSocket.open(secure, "/mqtt"))) {
                client.connect(Connect.v5("layers"));
                assertThat(origin.accepted()).isEqualTo(CLIENT);
                assertThat(origin.connected().remoteAddress()).hasToString(CLIENT);
            }
        }
    }

    // What is not let in.

    @Test
    void aClientWithoutHeaderIsToldOf() {
        try (RawClient client = RawClient.connect(broker.port())) {
            client.send(Connect.v5("direct"));
            assertRefused(client, "no header of the PROXY protocol came, but MQTT; connect through the proxy");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET / HTTP/1.1                                                     | but HTTP
            POST / HTTP/1.1                                                    | but HTTP
            PROXY TCP4 203.0.113.7 198.51.100.1 49152                          | is written like PROXY TCP4
            PROXY TCP4 203.0.113.7 198.51.100.1 49152 8883 1                   | is written like PROXY TCP4
            PROXY TCP4 203.0.113.7 198.51.100.1 049152 8883                    | is written like PROXY TCP4
            PROXY TCP4 203.0.113.7 198.51.100.1 +49152 8883                    | is written like PROXY TCP4
            PROXY TCP4  203.0.113.7 198.51.100.1 49152 8883                    | is written like PROXY TCP4
            PROXY TCP4 localhost 198.51.100.1 49152 8883                       | is written like PROXY TCP4
            PROXY TCP6 fe80::1%eth0 fe80::2 49152 8883                         | is written like PROXY TCP4
            PROXY UDP4 203.0.113.7 198.51.100.1 49152 8883                     | is written like PROXY TCP4
            PROXY TCP4 203.0.113.777 198.51.100.1 49152 8883                   | cannot be read
            PROXY TCP4 203.0.113.7 198.51.100.1 65536 8883                     | cannot be read
            PROXY TCP6 203.0.113.7 198.51.100.1 49152 8883                     | cannot be read
            PROXY TCP6 ::7::1 ::1 49152 8883                                   | cannot be read
            """)
    void aLineThatIsWrongIsRefused(String line, String why) {
        try (RawClient client = client((line + "\r\n").getBytes(US_ASCII))) {
            assertRefused(client, why);
        }
    }

    @Test
    void aLineMustEndAsItIsWritten() {
        try (RawClient client = client("PROXY TCP4 203.0.113.7 198.51.100.1 49152 8883\n".getBytes(US_ASCII))) {
            assertRefused(client, "and ends with CR and LF, but this is not");
        }
    }

    @Test
    void aLineThatDoesNotEndIsTooLong() {
        try (RawClient client = client(("PROXY UNKNOWN " + "x".repeat(93)).getBytes(US_ASCII))) {
            assertRefused(client, "has 107 bytes at most, but this has more");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            11 11 000C CB007107C6336401C00022B3             | the header is of version 1 with command 1
            22 11 000C CB007107C6336401C00022B3             | the header is of version 2 with command 2
            21 12 000C CB007107C6336401C00022B3             | the header is of family and transport 0x12
            21 41 000C CB007107C6336401C00022B3             | the header is of family and transport 0x41
            21 11 000B CB007107C6336401C00022               | the header ends in the middle of its addresses
            21 21 000C CB007107C6336401C00022B3             | the header ends in the middle of its addresses
            21 11 1000                                      | the header has 4112 bytes, but may have 4096
            20 00 FFFF                                      | the header has 65551 bytes, but may have 4096
            21 11 000E CB007107C6336401C00022B3 04 00       | the header ends in the middle of a field
            21 11 0010 CB007107C6336401C00022B3 04 0002 00  | a field of the header is longer than what is left of it
            21 11 0010 CB007107C6336401C00022B3 20 0001 01  | the header's field of TLS is too short
            21 11 0010 CB007107C6336401C00022B3 03 0001 01  | the header's checksum has 1 bytes
            21 11 0017 CB007107C6336401C00022B3 20 0008 01 00000000 20 0000                         | the header tells of TLS within TLS
            21 11 0017 CB007107C6336401C00022B3 20 0008 01 00000000 22 0009                         | a field of the header is longer
            21 11 001C CB007107C6336401C00022B3 20 0005 01 00000000 20 0005 01 00000000             | the header tells of TLS twice
            """)
    void bytesThatAreWrongAreRefused(String hex, String why) {
        try (RawClient client = client(Header.bytes("0D0A0D0A000D0A515549540A" + hex))) {
            assertRefused(client, why);
        }
    }

    @Test
    void aHeaderThatIsNotWholeInTimeIsRefused() {
        restart(Listener.tcp("127.0.0.1", 0)
                .proxyProtocol(ProxyProtocol.from("127.0.0.0/8").withHeaderTimeout(Duration.ofMillis(50))));
        try (RawClient client = client("PROXY TCP4 ".getBytes(US_ASCII))) {
            assertRefused(client, "no whole header of the PROXY protocol came within PT0.05S");
        }
    }

    @Test
    void whoGoesInTheMiddleIsToldOfAndWhoOnlyLooksIsNot() {
        RawClient.connect(broker.port()).close();
        client(new byte[] {0x0D, 0x0A}).close();
        eventually(() -> refused() == 1);
        assertThat(log.lines(Level.INFO))
                .singleElement()
                .asString()
                .contains("gone in the middle of the header of the PROXY protocol");
    }

    @Test
    void aSourceThatIsNotTrustedIsRefusedUnheard() {
        restart(Listener.tcp("127.0.0.1", 0).proxyProtocol(ProxyProtocol.from("10.0.0.0/8", "2001:db8::/32")));
        try (RawClient client = RawClient.connect(broker.port())) {
            assertRefused(
                    client,
                    "only proxies of 10.0.0.0/8, 2001:db8:0:0:0:0:0:0/32 may connect here; connect through one, or name");
        }
    }

    @Test
    void theAddressInAHeaderMakesNobodyATrustedSource() {
        restart(Listener.tcp("127.0.0.1", 0).proxyProtocol(ProxyProtocol.from("203.0.113.0/24")));
        try (RawClient client = client(V1)) {
            client.expectClosed();
            assertThat(refused()).isEqualTo(1);
        }
    }

    @Test
    void aListenerOfTcpNeedsSources() {
        assertThatThrownBy(() -> Listener.tcp("127.0.0.1", 0).proxyProtocol(ProxyProtocol.from()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the networks of the proxies that are believed");
    }

    @Test
    void aHeaderWhereNoneIsExpectedIsToldOf(@TempDir Path directory) throws IOException {
        TestAuthority authority = TestAuthority.create("Test authority");
        TestAuthority.Issued server = authority.issue("server", "localhost");
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        Listener.Tcp any = Listener.tcp("127.0.0.1", 0);
        restart(
                any,
                any.webSocket(WebSocket.defaults()),
                any.tls(Tls.pem(directory.resolve("server.crt"), directory.resolve("server.key"))));
        for (int listener = 0; listener < 3; listener++) {
            for (byte[] header : new byte[][] {V1, Header.ipv4()}) {
                try (Log lines = new Log();
                        RawClient client = RawClient.connect(
                                broker.addresses().get(listener).getPort())) {
                    client.sendBytes(header);
                    client.expectClosed();
                    assertThat(lines.lines(Level.INFO))
                            .anyMatch(line -> line.contains("header of the PROXY protocol, which"));
                }
            }
        }
    }

    @Test
    void aBrokerStopsAlsoWithHalfAHeader() {
        broker.close();
        broker = origin.watch(Broker.builder())
                .listener(Listener.tcp("127.0.0.1", 0).proxyProtocol(FROM_HERE))
                .loops(1)
                .start();
        try (RawClient client = client("PROXY".getBytes(US_ASCII));
                RawClient after = client(V1)) {
            after.connect(Connect.v5("after")); // On the only loop: by now the other one has been accepted.
            broker.close();
            client.expectClosed();
        }
    }
}
