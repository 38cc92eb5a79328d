package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.Listener;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.broker.settings.WebSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        Listener.Tcp listener = ListenerUri.read(
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            localhost:1883                        | it must begin with one of mqtt://, mqtts://, ws:// and wss://
            quic://localhost:1                    | it must begin with one of mqtt://, mqtts://, ws:// and wss://
            mqtts://localhost                     | it must name host and port, such as mqtts://127.0.0.1:8883
            mqtt://localhost:1/mqtt               | only a WebSocket has a path; leave /mqtt out, or use ws or wss
            mqtt://localhost:1?certificate=a      | 'certificate' is for TLS; use mqtts or wss
            mqtt://localhost:1?origins=a          | 'origins' is for WebSocket; use ws or wss
            ws://localhost:1?origin=a             | there is no option 'origin'; did you mean 'origins'?
            mqtt://localhost:1?zzzzz=a            | there is no option 'zzzzz'; there are backlog
            mqtt://localhost:1?backlog            | 'backlog' has no value, which is written as backlog=VALUE
            mqtt://localhost:1?backlog=1&backlog=2 | 'backlog' is there twice
            mqtts://localhost:1?certificate=a     | TLS needs a key for each certificate: write certificate=FILE&key=FILE, or key-store=FILE; there are 1 certificates and 0 keys
            wss://localhost:1                     | TLS needs a key for each certificate: write certificate=FILE&key=FILE, or key-store=FILE; there are 0 certificates and 0 keys
            mqtts://localhost:1?certificate=a&key=b&ocsp-response=c&ocsp-response=d | 'ocsp-response' must be there once for each certificate, or not at all
            mqtts://localhost:1?certificate=a&key=b&handshake-timeout=long | 'handshake-timeout': a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            """)
    void whatIsTypedWrongIsExplained(String typed, String explained) {
        assertThatThrownBy(() -> ListenerUri.read(typed)).hasMessage(explained);
    }
}
