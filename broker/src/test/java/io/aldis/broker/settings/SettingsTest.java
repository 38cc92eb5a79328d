package io.aldis.broker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The defaults are a promise to operators: whoever changes one changes it here too. */
class SettingsTest {

    @Test
    void theDefaultsAreTheseAndNoOthers() {
        assertThat(Settings.defaults())
                .isEqualTo(new Settings(
                        new ConnectionSettings(
                                16 * 1024 * 1024,
                                0,
                                32,
                                32,
                                1024 * 1024,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2),
                                true,
                                "",
                                ""),
                        new SessionSettings(4_294_967_295L, 1000, ReceiveMaximumPolicy.DISCONNECT, 32, Duration.ZERO),
                        new QueueSettings(
                                1000,
                                64 * 1024 * 1024,
                                10_000_000,
                                1024 * 1024 * 1024,
                                FullQueuePolicy.DROP_NEWEST,
                                false),
                        new PublishSettings(Qos.EXACTLY_ONCE, false, 65_536, 65_535),
                        new SubscriptionSettings(
                                true,
                                true,
                                true,
                                SharedStrategy.ROUND_ROBIN,
                                DeliveryMode.ONLY_ONCE,
                                1_000_000,
                                65_536,
                                65_535,
                                List.of()),
                        new RetainedSettings(true, 1_000_000, 268_435_455),
                        new SysSettings(Duration.ofSeconds(10)),
                        new AuthenticationSettings(false),
                        new HookSettings(Duration.ofSeconds(10), Duration.ofMillis(100), 64, 1000),
                        new PluginSettings(
                                PluginFailurePolicy.STOP, Duration.ofSeconds(30), Duration.ofSeconds(10), List.of()),
                        new OverloadSettings(Duration.ofSeconds(1), Duration.ofSeconds(5)),
                        new DurabilitySettings(Durability.SYNCED, Map.of())));
    }

    @Test
    void theDefaultsOfListenersAreTheseAndNoOthers() {
        TlsIdentity identity = new TlsIdentity.Pem(Path.of("a.crt"), Path.of("a.key"), "");
        assertThat(ListenerSettings.defaults())
                .isEqualTo(new ListenerSettings(
                        4096,
                        "",
                        0,
                        0,
                        new ListenerLimits(
                                0,
                                4096,
                                0,
                                0,
                                Duration.ZERO,
                                0,
                                0,
                                Set.of(MqttVersion.V3_1, MqttVersion.V3_1_1, MqttVersion.V5)),
                        new ClientRate(0, 0, 0, 0),
                        new ListenerAuthentication(ListenerAuthentication.Anonymous.INHERIT, List.of()),
                        "",
                        null));
        assertThat(WebSocket.defaults())
                .isEqualTo(new WebSocket("/mqtt", List.of("mqtt", "mqttv3.1"), List.of(), List.of(), 4096, 16_384));
        assertThat(ProxyProtocol.from("10.0.0.0/8"))
                .isEqualTo(new ProxyProtocol(List.of(Network.of("10.0.0.0/8")), Duration.ofSeconds(5), 4096));
        assertThat(Tls.of(identity))
                .isEqualTo(new Tls(
                        List.of(identity),
                        ClientCertificates.NONE,
                        List.of(),
                        List.of(),
                        List.of("TLSv1.3", "TLSv1.2"),
                        List.of(
                                "TLS_AES_128_GCM_SHA256",
                                "TLS_AES_256_GCM_SHA384",
                                "TLS_CHACHA20_POLY1305_SHA256",
                                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
                        Duration.ofSeconds(10),
                        Duration.ofHours(2),
                        20_000,
                        Duration.ofSeconds(5),
                        TlsEngine.FASTEST));
    }

    @Test
    void aListenerThatCannotBeIsRefused() {
        ListenerSettings settings = ListenerSettings.defaults();
        for (String wrong : List.of("tenants/a", "tenants/+/", "#/", "$share/g/", "/a")) {
            assertThatThrownBy(() -> settings.withMountPoint(wrong))
                    .hasMessage(
                            "mountPoint is \"" + wrong
                                    + "\", but it must be the beginning of a topic name that ends with \"/\", such as tenants/a/, without wildcards.");
        }
        assertThatThrownBy(() -> DurabilitySettings.defaults().withTopics(Map.of("a/#/b", Durability.MEMORY)))
                .hasMessage("topics has \"a/#/b\", but it must have topic filters, such as alarms/#.");
        assertThatThrownBy(() -> settings.withName("two\nlines")).hasMessageContaining("none that breaks a line");
        assertThatThrownBy(() -> settings.withName("n".repeat(101))).hasMessageContaining("101 characters");
        assertThatThrownBy(() -> settings.withLimits(limits -> limits.withVersions(Set.of())))
                .hasMessageStartingWith("versions is empty");
        assertThatThrownBy(() -> settings.withLimits(limits -> limits.withMaximumPacketSize(1000)))
                .hasMessage("maximumPacketSize is 1000, but it must be from 1024 to 268435460.");
        assertThatThrownBy(() -> settings.withLimits(limits -> limits.withMaximumHandshakes(0)))
                .hasMessage("maximumHandshakes is 0, but it must be from 1 to 1000000.");
        assertThatThrownBy(() -> settings.withAuthentication(own -> own.withAuthenticators(List.of("embedder", ""))))
                .hasMessageStartingWith("authenticators has an empty name");
    }

    @Test
    void tlsThatAsksClientsNeedsAnAuthorityAndOneWithAnAuthorityAsks() {
        Tls tls = Tls.pem(Path.of("a.crt"), Path.of("a.key"));
        assertThatThrownBy(() -> tls.withClients(ClientCertificates.REQUIRED, List.of(), List.of()))
                .hasMessageContaining("no authority is named that may vouch for them");
        assertThatThrownBy(() -> tls.withRevocations(List.of(Path.of("a.crl"))))
                .hasMessageContaining("clients are not asked for any");
        assertThatThrownBy(() -> tls.withProtocols(List.of("TLSv1")))
                .hasMessage("protocols are [TLSv1], but they must be some of TLSv1.2 and TLSv1.3.");
        assertThatThrownBy(() -> tls.withIdentities(List.of())).hasMessageContaining("needs a certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.0.2.7", "0.0.0.0/0", "2001:db8:0:0:0:0:0:0/32", "0:0:0:0:0:0:0:1"})
    void aNetworkIsReadAsItIsPrinted(String written) {
        assertThat(Network.of(written)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0/8", "/8", "2001:db8::/1000"})
    void whatIsNoNetworkIsRefused(String written) {
        assertThatThrownBy(() -> Network.of(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no network; write it as 10.0.0.0/8");
    }

    @Test
    void aPrefixIsNotLongerThanItsAddress() {
        assertThatThrownBy(() -> Network.of("10.0.0.0/33"))
                .hasMessage("The prefix of the network 10.0.0.0 is 33, but it must be from 0 to 32.");
        assertThat(Network.of("::/128").prefix()).isEqualTo(128);
    }

    @Test
    void aHeaderOfTheProxyProtocolHasRoomForTheAddressesOfAllFamilies() {
        ProxyProtocol settings = ProxyProtocol.from("10.0.0.0/8");
        assertThatThrownBy(() -> settings.withMaximumHeaderBytes(231))
                .hasMessage("maximumHeaderBytes is 231, but it must be from 232 to 65551.");
        assertThatThrownBy(() -> settings.withHeaderTimeout(Duration.ZERO))
                .hasMessage("headerTimeout (milliseconds) is 0, but it must be from 1 to 2147483647.");
    }

    @Test
    void aPasswordIsNotPrinted() {
        assertThat(Tls.pem(Path.of("a.crt"), Path.of("a.key"), "secret").toString())
                .doesNotContain("secret");
        assertThat(Tls.keyStore(Path.of("a.p12"), "secret").toString()).doesNotContain("secret");
    }

    @Test
    void aChangeOfOneSettingLeavesTheOthers() {
        Settings changed = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(7).withKeepQos0(true))
                .withSubscription(subscription -> subscription.withRefused(List.of("secret/#")));
        assertThat(changed.queue().maximumMessages()).isEqualTo(7);
        assertThat(changed.queue().keepQos0()).isTrue();
        assertThat(changed.queue().maximumBytes())
                .isEqualTo(QueueSettings.defaults().maximumBytes());
        assertThat(changed.subscription().refused()).containsExactly("secret/#");
        assertThat(changed.session()).isEqualTo(SessionSettings.defaults());
    }

    @Test
    void aSettingOutOfRangeIsRefusedWithItsNameAndItsRange() {
        assertThatThrownBy(() -> SessionSettings.defaults().withReceiveMaximum(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receiveMaximum is 0, but it must be from 1 to 65535.");
        assertThatThrownBy(() -> ConnectionSettings.defaults().withConnectTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connectTimeout (milliseconds) is 0, but it must be from 1 to 2147483647.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "half a pair \uD800"})
    void aTextThatNoPacketCanCarryIsRefused(String text) { // [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        assertRefused(text);
        assertRefused("ä".repeat(32_768));
        assertThat(ConnectionSettings.defaults()
                        .withResponseInformation("ä".repeat(32_767) + "x")
                        .responseInformation())
                .endsWith("x");
    }

    private static void assertRefused(String text) {
        ConnectionSettings settings = ConnectionSettings.defaults();
        assertThatThrownBy(() -> settings.withResponseInformation(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("responseInformation is ");
        assertThatThrownBy(() -> settings.withServerReference(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("serverReference is ");
    }
}
