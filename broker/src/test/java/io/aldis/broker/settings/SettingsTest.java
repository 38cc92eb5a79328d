package io.aldis.broker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.List;
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
                                PluginFailurePolicy.STOP, Duration.ofSeconds(30), Duration.ofSeconds(10), List.of())));
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
