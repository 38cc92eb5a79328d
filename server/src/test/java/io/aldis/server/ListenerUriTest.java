package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.Listener;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.ClientRate;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.ListenerAuthentication;
import io.aldis.broker.settings.ListenerAuthentication.Anonymous;
import io.aldis.broker.settings.ListenerLimits;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Network;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerUriTest {

    @Test
    void theSchemeSaysWhatLiesOnTcp() {
        Tls tls = Tls.pem(Path.of("a.crt"), Path.of("a.key"));
        assertThat(ListenerUri.read("mqtt://0.0.0.0:1884")).isEqualTo(Listener.tcp("0.0.0.0", 1884));
        assertThat(ListenerUri.read("mqtt://[::1]:0/")).isEqualTo(Listener.tcp("::1", 0));
        assertThat(ListenerUri.read("ws://localhost:8080"))
                .isEqualTo(Listener.tcp("localhost", 8080).webSocket(WebSocket.defaults()));
        assertThat(ListenerUri.read("mqtts://localhost:8883?certificate=a.crt&key=a.key"))
                .isEqualTo(Listener.tcp("localhost", 8883).tls(tls));
        assertThat(ListenerUri.read(
                        "wss://localhost:8443/ws/mqtt?certificate=a.crt&key=a.key&origins=https://a.org,https://b.org"))
                .isEqualTo(Listener.tcp("localhost", 8443)
                        .tls(tls)
                        .webSocket(WebSocket.defaults()
                                .withPath("/ws/mqtt")
                                .withAllowedOrigins(List.of("https://a.org", "https://b.org"))));
    }

    @Test
    void allOfTlsCanBeSet(@TempDir Path directory) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "secret\n");
        Listener listener = ListenerUri.read(
                "mqtts://localhost:8883?certificate=a.crt&key=a.key&certificate=b%20c.crt&key=b+c.key"
                        + "&key-password-file=" + password + "&key-password-file=" + password
                        + "&client-certificates=optional&authorities=ca.crt,other.crt&revocations=ca.crl&protocols=TLSv1.3"
                        + "&ciphers=TLS_AES_128_GCM_SHA256&handshake-timeout=3s"
                        + "&session-timeout=1h&session-cache-size=7&ocsp-response=a.der&ocsp-response=b.der&watch-interval=0&backlog=9");
        assertThat(listener)
                .isEqualTo(Listener.tcp("localhost", 8883)
                        .settings(ListenerSettings.defaults().withBacklog(9))
                        .tls(Tls.pem(Path.of("a.crt"), Path.of("a.key"), "secret")
                                .withOcspResponse(Path.of("a.der"))
                                .with(new TlsIdentity.Pem(Path.of("b c.crt"), Path.of("b+c.key"), "secret")
                                        .stapled(Path.of("b.der")))
                                .withClients(
                                        ClientCertificates.OPTIONAL,
                                        List.of(Path.of("ca.crt"), Path.of("other.crt")),
                                        List.of(Path.of("ca.crl")))
                                .withProtocols(List.of("TLSv1.3"))
                                .withCiphers(List.of("TLS_AES_128_GCM_SHA256"))
                                .withHandshakeTimeout(Duration.ofSeconds(3))
                                .withSessionTimeout(Duration.ofHours(1))
                                .withSessionCacheSize(7)
                                .withWatchInterval(Duration.ZERO)));
        assertThat(ListenerUri.read("mqtts://localhost:1?key-store=s.p12&key-store-password-file=" + password
                        + "&authorities=ca.crt"))
                .isEqualTo(Listener.tcp("localhost", 1)
                        .tls(Tls.keyStore(Path.of("s.p12"), "secret").withRequiredClients(Path.of("ca.crt"))));
    }

    @Test
    void aProxyInFrontIsNamedWithItsNetworks() {
        ProxyProtocol fromProxies = ProxyProtocol.from("10.0.0.0/8", "2001:db8::/32");
        assertThat(ListenerUri.read("mqtt://0.0.0.0:1?proxy-protocol=required&proxy-sources=10.0.0.0/8,2001:db8::/32"
                        + "&proxy-header-timeout=2s&proxy-header-bytes=536"))
                .isEqualTo(Listener.tcp("0.0.0.0", 1)
                        .proxyProtocol(fromProxies
                                .withHeaderTimeout(Duration.ofSeconds(2))
                                .withMaximumHeaderBytes(536)));
        assertThat(ListenerUri.read("ws://0.0.0.0:1?trusted-proxies=10.0.0.0/8,::1"))
                .isEqualTo(Listener.tcp("0.0.0.0", 1)
                        .webSocket(WebSocket.defaults().withTrustedProxies(Network.all("10.0.0.0/8", "::1"))));
    }

    @Test
    void aUnixDomainSocketIsNamedByItsFile() {
        assertThat(ListenerUri.read("unix:///run/aldis.sock")).isEqualTo(Listener.unix(Path.of("/run/aldis.sock")));
        assertThat(ListenerUri.read("unix:///run/a%20b.sock?permissions=rw-rw-rw-&group=mqtt&backlog=9"
                        + "&proxy-protocol=required&websocket=/ws&trusted-proxies=10.0.0.0/8"))
                .isEqualTo(Listener.unix(Path.of("/run/a b.sock"))
                        .permissions("0666")
                        .group("mqtt")
                        .settings(ListenerSettings.defaults().withBacklog(9))
                        .proxyProtocol(ProxyProtocol.from())
                        .webSocket(WebSocket.defaults().withPath("/ws").withTrustedProxies(Network.all("10.0.0.0/8"))));
    }

    @Test
    void allOfAListenerCanBeSet() {
        assertThat(ListenerUri.read("ws://localhost:1?backlog=9&name=sensors&send-buffer=70000&receive-buffer=80000"
                        + "&maximum-connections=1000&maximum-handshakes=50&connection-rate=100&connection-burst=200"
                        + "&connect-timeout=3s&maximum-packet-size=2000&maximum-keep-alive=60&versions=3.1.1,5.0"
                        + "&message-rate=10&message-burst=20&byte-rate=3000&byte-burst=4000&anonymous=no"
                        + "&authenticators=users,embedder&mount-point=tenants/a%2F&durability=written"))
                .isEqualTo(Listener.tcp("localhost", 1)
                        .webSocket(WebSocket.defaults())
                        .settings(new ListenerSettings(
                                9,
                                "sensors",
                                70_000,
                                80_000,
                                new ListenerLimits(
                                        1000,
                                        50,
                                        100,
                                        200,
                                        Duration.ofSeconds(3),
                                        2000,
                                        60,
                                        Set.of(MqttVersion.V3_1_1, MqttVersion.V5)),
                                new ClientRate(10, 20, 3000, 4000),
                                new ListenerAuthentication(Anonymous.NO, List.of("users", "embedder")),
                                "tenants/a/",
                                Durability.WRITTEN)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            localhost:1883                        | it must begin with one of mqtt://, mqtts://, ws://, wss:// and unix://
            quic://localhost:1                    | it must begin with one of mqtt://, mqtts://, ws://, wss:// and unix://
            mqtts://localhost                     | it must name host and port, such as mqtts://127.0.0.1:8883
            mqtt://localhost:1/mqtt               | only a WebSocket has a path; leave /mqtt out, or use ws or wss
            mqtt://localhost:1?certificate=a      | 'certificate' is for TLS; use mqtts or wss
            mqtt://localhost:1?origins=a          | 'origins' is for WebSocket; use ws or wss, or unix with websocket=/PATH
            ws://localhost:1?origin=a             | there is no option 'origin'; did you mean 'origins'?
            mqtt://localhost:1?zzzzz=a            | there is no option 'zzzzz'; there are backlog, name, send-buffer, receive-buffer, maximum-connections, maximum-handshakes, connection-rate, connection-burst, connect-timeout, maximum-packet-size, maximum-keep-alive, versions, message-rate, message-burst, byte-rate, byte-burst, anonymous, authenticators, mount-point, durability, proxy-protocol, proxy-sources, proxy-header-timeout, proxy-header-bytes
            mqtt://localhost:1?backlog=many       | 'backlog': a whole number is expected
            mqtt://localhost:1?max-connections=1  | there is no option 'max-connections'; did you mean 'maximum-connections'?
            mqtt://localhost:1?maximum-packet-size=9 | 'maximum-packet-size': maximumPacketSize is 9, but it must be from 1024 to 268435460.
            mqtt://localhost:1?connect-timeout=1  | 'connect-timeout': a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            mqtt://localhost:1?versions=4         | 'versions': some of 3.1, 3.1.1 and 5.0 are expected, with commas between them
            mqtt://localhost:1?anonymous=maybe    | 'anonymous': one of inherit, yes, no is expected
            mqtt://localhost:1?mount-point=a      | 'mount-point': mountPoint is "a", but it must be the beginning of a topic name that ends with "/", such as tenants/a/, without wildcards.
            mqtt://localhost:1?backlog            | 'backlog' has no value, which is written as backlog=VALUE
            mqtt://localhost:1?backlog=1&backlog=2 | 'backlog' is there twice
            mqtts://localhost:1?certificate=a     | TLS needs a key for each certificate: write certificate=FILE&key=FILE, or key-store=FILE; there are 1 certificates and 0 keys
            wss://localhost:1                     | TLS needs a key for each certificate: write certificate=FILE&key=FILE, or key-store=FILE; there are 0 certificates and 0 keys
            mqtt://localhost:1?permissions=rw-rw---- | 'permissions' is for a Unix domain socket; use unix
            mqtt://localhost:1?proxy-protocol=required | 'proxy-protocol' needs 'proxy-sources', the networks of the proxies that are believed, such as proxy-sources=127.0.0.1,10.0.0.0/8
            mqtt://localhost:1?proxy-protocol=optional&proxy-sources=::1 | 'proxy-protocol' can be required, or left out; it is optional
            mqtt://localhost:1?proxy-sources=10.0.0.0/8 | 'proxy-sources' is for the PROXY protocol; add proxy-protocol=required
            mqtt://localhost:1?proxy-header-bytes=536 | 'proxy-header-bytes' is for the PROXY protocol; add proxy-protocol=required
            mqtt://localhost:1?proxy-protocol=required&proxy-sources=::1&proxy-header-bytes=9 | maximumHeaderBytes is 9, but it must be from 232 to 65551.
            mqtt://localhost:1?proxy-protocol=required&proxy-sources=proxy | "proxy" is no network; write it as 10.0.0.0/8 or 2001:db8::/32, or a single host as 127.0.0.1.
            mqtt://localhost:1?trusted-proxies=::1 | 'trusted-proxies' is for WebSocket; use ws or wss, or unix with websocket=/PATH
            unix:aldis.sock                        | it must name a file after three slashes, such as unix:///run/aldis.sock
            unix://run/aldis.sock                  | it must name a file after three slashes, such as unix:///run/aldis.sock
            unix:///                               | it must name a file after three slashes, such as unix:///run/aldis.sock
            unix:///a?permissions=rw               | The permissions of the Unix domain socket are "rw", but they are written as rw-rw---- or 0660.
            unix:///a?permission=0660              | there is no option 'permission'; did you mean 'permissions'?
            unix:///a?origins=a                    | 'origins' is for WebSocket; use ws or wss, or unix with websocket=/PATH
            unix:///a?certificate=a                | 'certificate' is for TLS; use mqtts or wss
            mqtts://localhost:1?certificate=a&key=b&ocsp-response=c&ocsp-response=d | 'ocsp-response' must be there once for each certificate, or not at all
            mqtts://localhost:1?certificate=a&key=b&handshake-timeout=long | 'handshake-timeout': a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            """)
    void whatIsTypedWrongIsExplained(String typed, String explained) {
        assertThatThrownBy(() -> ListenerUri.read(typed)).hasMessage(explained);
    }
}
