package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.settings.DeliveryMode;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Qos;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingKeyTest {

    private static final Settings DEFAULTS = Settings.defaults();

    private static Settings changed(String... written) {
        Settings settings = DEFAULTS;
        for (String one : written) {
            settings = SettingKey.changed(settings, one);
        }
        return settings;
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void everySettingHasItsKeyAndNoKeyIsWithoutASetting() {
        List<String> names = new ArrayList<>();
        for (RecordComponent group : Settings.class.getRecordComponents()) {
            for (RecordComponent setting : group.getType().getRecordComponents()) {
                names.add(dashed(group.getName()) + "." + dashed(setting.getName()));
            }
        }
        assertThat(SettingKey.ALL).extracting(SettingKey::name).containsExactlyElementsOf(names);
    }

    static Stream<SettingKey> all() {
        return SettingKey.ALL.stream();
    }

    /** Another value than the default, for each way of writing one. */
    private static String other(SettingKey key) {
        String shown = key.shown().apply(DEFAULTS);
        return switch (key.written()) {
            case "true or false" -> shown.equals("true") ? "false" : "true";
            case "a whole number" -> "2048";
            case "text", "texts with commas between them" -> "a,b";
            case "0, 1 or 2" -> "1";
            case "filter:promise with commas between them, such as alarms/#:synced,telemetry/#:memory" ->
                "a/#:written,b:memory";
            default ->
                key.written().startsWith("one of ")
                        ? Stream.of(key.written().substring(7).split(", "))
                                .filter(name -> !name.equals(shown))
                                .findFirst()
                                .orElseThrow()
                        : "77s";
        };
    }

    @ParameterizedTest
    @MethodSource("all")
    void aKeyChangesItsSettingAndNoOther(SettingKey key) {
        String value = other(key);
        Settings settings = changed(key.name() + "=" + value);
        for (SettingKey each : SettingKey.ALL) {
            String expected = each.equals(key) ? value : each.shown().apply(DEFAULTS);
            assertThat(each.shown().apply(settings)).as(each.name()).isEqualTo(expected);
        }
        assertThat(settings).isNotEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsShownCanBeWritten(SettingKey key) {
        assertThat(changed(key.name() + "=" + key.shown().apply(DEFAULTS))).isEqualTo(DEFAULTS);
    }

    @Test
    void valuesAreWrittenAsTheirKindIs() {
        Settings settings = changed(
                "connection.connect-timeout=250ms",
                "session.maximum-expiry=2d",
                "session.retry-interval=0",
                "queue.when-full=drop-oldest",
                "publish.maximum-qos=1",
                "subscription.delivery-mode=overlap",
                "subscription.refused=test/nosubscribe,a=b",
                "sys.interval=5m");
        assertThat(settings.connection().connectTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.session().maximumExpiry()).isEqualTo(172_800);
        assertThat(settings.session().retryInterval()).isZero();
        assertThat(settings.queue().whenFull()).isEqualTo(FullQueuePolicy.DROP_OLDEST);
        assertThat(settings.publish().maximumQos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(settings.subscription().deliveryMode()).isEqualTo(DeliveryMode.OVERLAP);
        assertThat(settings.subscription().refused()).containsExactly("test/nosubscribe", "a=b");
        assertThat(settings.sys().interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(changed("session.maximum-expiry=never").session().maximumExpiry())
                .isEqualTo(0xFFFF_FFFFL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            queue                        | 'queue' is no setting, which is written as key=value
            queue.maximum-mesages=5      | there is no setting 'queue.maximum-mesages'; did you mean 'queue.maximum-messages'?
            nothing.at.all=5             | there is no setting 'nothing.at.all'; 'aldis settings' lists all
            queue.maximum-messages=five  | queue.maximum-messages=five: a whole number is expected
            queue.maximum-messages=0     | queue.maximum-messages=0: maximumMessages is 0, but it must be from 1 to 9223372036854775807.
            session.receive-maximum=9999999999 | session.receive-maximum=9999999999: the number is too large
            queue.keep-qos0=yes          | queue.keep-qos0=yes: true or false is expected
            publish.maximum-qos=3        | publish.maximum-qos=3: 0, 1 or 2 is expected
            queue.when-full=drop         | queue.when-full=drop: one of drop-newest, drop-oldest is expected
            sys.interval=10              | sys.interval=10: a duration such as 250ms, 10s, 5m, 2h or 1d is expected
            """)
    void whatIsWrongIsSaidWithAWayOut(String written, String message) {
        assertThatThrownBy(() -> changed(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
