package io.aldis.server;

import io.aldis.broker.settings.Durability;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the values of a setting are written.
 *
 * @param written what can be written, for people
 * @param read the value of what is written; throws an {@link IllegalArgumentException} if that is none
 * @param shown a value as it would be written
 */
record SettingKind<V>(String written, Function<String, V> read, Function<V, String> shown) {

    static final SettingKind<Long> NUMBER = new SettingKind<>("a whole number", SettingKind::number, String::valueOf);

    static final SettingKind<Integer> INTEGER = new SettingKind<>(
            "a whole number",
            written -> {
                long number = number(written);
                if (number != (int) number) {
                    throw new IllegalArgumentException("the number is too large");
                }
                return (int) number;
            },
            String::valueOf);

    static final SettingKind<Boolean> FLAG = new SettingKind<>(
            "true or false",
            written -> switch (written) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("true or false is expected");
            },
            String::valueOf);

    static final SettingKind<String> TEXT = new SettingKind<>("text", written -> written, text -> text);

    static final SettingKind<List<String>> LIST = new SettingKind<>(
            "texts with commas between them",
            written -> written.isEmpty() ? List.of() : List.of(written.split(",")),
            texts -> String.join(",", texts));

    static final SettingKind<Qos> QOS = new SettingKind<>(
            "0, 1 or 2",
            written -> switch (written) {
                case "0" -> Qos.AT_MOST_ONCE;
                case "1" -> Qos.AT_LEAST_ONCE;
                case "2" -> Qos.EXACTLY_ONCE;
                default -> throw new IllegalArgumentException("0, 1 or 2 is expected");
            },
            qos -> String.valueOf(qos.level()));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)|0");

    static final SettingKind<Duration> DURATION_TEXT = new SettingKind<>(
            "a duration such as 250ms, 10s, 5m, 2h or 1d", SettingKind::duration, SettingKind::durationShown);

    private static final long FOREVER = 0xFFFF_FFFFL;

    /** Seconds as MQTT counts session expiry. */
    static final SettingKind<Long> EXPIRY = new SettingKind<>(
            "a duration such as 10s, 5m, 2h or 30d, or never",
            written -> written.equals("never") ? FOREVER : duration(written).toSeconds(),
            seconds -> seconds == FOREVER ? "never" : durationShown(Duration.ofSeconds(seconds)));

    /** What acknowledgements promise, by topic filter. */
    static final SettingKind<Map<String, Durability>> DURABILITIES = new SettingKind<>(
            "filter:promise with commas between them, such as alarms/#:synced,telemetry/#:memory",
            SettingKind::durabilities,
            topics -> topics.entrySet().stream()
                    .map(rule -> rule.getKey() + ":" + dashed(rule.getValue()))
                    .collect(Collectors.joining(",")));

    private static Map<String, Durability> durabilities(String written) {
        Map<String, Durability> topics = new LinkedHashMap<>();
        for (String rule : LIST.read().apply(written)) {
            int colon = rule.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("'" + rule + "' is no filter with a colon and a promise after it");
            }
            topics.put(
                    rule.substring(0, colon), oneOf(Durability.values()).read().apply(rule.substring(colon + 1)));
        }
        return topics;
    }

    /** One of an enum's constants, in small letters with dashes. */
    static <E extends Enum<E>> SettingKind<E> oneOf(E[] constants) {
        String names = Arrays.stream(constants).map(SettingKind::dashed).collect(Collectors.joining(", "));
        return new SettingKind<>(
                "one of " + names,
                written -> Arrays.stream(constants)
                        .filter(constant -> dashed(constant).equals(written))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("one of " + names + " is expected")),
                SettingKind::dashed);
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long number(String written) {
        try {
            return Long.parseLong(written);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("a whole number is expected", none);
        }
    }

    private static Duration duration(String written) {
        Matcher parts = DURATION.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a duration such as 250ms, 10s, 5m, 2h or 1d is expected");
        }
        if (parts.group(2) == null) {
            return Duration.ZERO;
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static String durationShown(Duration duration) {
        if (duration.isZero()) {
            return "0";
        }
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
