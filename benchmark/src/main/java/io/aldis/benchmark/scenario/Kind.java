package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.scenario.Node.Scalar;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the values of a key are written.
 *
 * @param expected what can be written, for people
 * @param read the value of what is written, empty if that is none
 * @param hint how to mend what is written; begins with a semicolon, empty if there is nothing to say
 */
record Kind<V>(String expected, Function<Scalar, Optional<V>> read, Function<Scalar, String> hint) {

    /** Session expiry that never comes (MQTT 5.0, section 3.1.2.11.2). */
    static final long NEVER = 0xFFFF_FFFFL;

    /** A packet of MQTT ends at 256 MiB, and a topic has to go with the payload. */
    private static final int LARGEST_PAYLOAD = 255 << 20;

    private static final int FASTEST = 1_000_000;

    private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,31}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(KiB|MiB|)");
    private static final Pattern RATE = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,6})?)/(\\d{0,9})(ms|s|m|h|d)");

    /** Any text but none. */
    static final Kind<String> TEXT = new Kind<>(
            "text",
            scalar -> Optional.of(scalar.text().strip())
                    .filter(text -> scalar.type() == Scalar.Type.TEXT && !text.isEmpty()),
            scalar -> scalar.text().isEmpty()
                    ? "; a text that begins with # or another special character needs quotes"
                    : "; put quotes around it if it is meant as text");

    /** The name of a group: part of client ids and of variables. */
    static final Kind<String> GROUP_NAME = of(
            "a name of at most 32 letters, digits and dashes that begins with a letter",
            scalar -> Optional.of(scalar.text())
                    .filter(text -> scalar.type() == Scalar.Type.TEXT
                            && NAME.matcher(text).matches()));

    static final Kind<Boolean> FLAG = of("true or false", scalar -> switch (scalar.text()) {
        case "true" -> scalar.type() == Scalar.Type.WORD ? Optional.of(true) : Optional.empty();
        case "false" -> scalar.type() == Scalar.Type.WORD ? Optional.of(false) : Optional.empty();
        default -> Optional.empty();
    });

    static final Kind<Qos> QOS =
            new Kind<>("0, 1 or 2", scalar -> whole(scalar, 0, 2).map(level -> Qos.of(level.intValue())), Kind::none);

    /** With quotes or without: without them YAML takes 5.0 for a number, and 3.1.1 for text. */
    static final Kind<MqttVersion> MQTT = of("3.1, 3.1.1 or 5.0", scalar -> switch (scalar.text()) {
        case "3.1" -> Optional.of(MqttVersion.V3_1);
        case "3.1.1" -> Optional.of(MqttVersion.V3_1_1);
        case "5", "5.0" -> Optional.of(MqttVersion.V5);
        default -> Optional.empty();
    });

    /** Seconds as MQTT counts how long a session lasts. */
    static final Kind<Long> EXPIRY = new Kind<>(
            "never, or a duration in whole seconds such as 30s, 5m or 1h, at most 4294967294s",
            scalar -> scalar.isText("never")
                    ? Optional.of(NEVER)
                    : seconds(scalar).filter(seconds -> seconds < NEVER),
            Kind::unitHint);

    /** Seconds as MQTT counts keep alive. */
    static final Kind<Integer> KEEP_ALIVE = new Kind<>(
            "a duration in whole seconds such as 60s, from 0s to 65535s",
            scalar -> seconds(scalar).filter(seconds -> seconds <= 0xFFFF).map(Long::intValue),
            Kind::unitHint);

    /** Bytes of a payload, or from how many to how many. */
    static final Kind<Bytes> SIZE_RANGE = new Kind<>(
            "a size in bytes such as 80, 1KiB or 50-200, from " + Publishing.SMALLEST_PAYLOAD + " to 255MiB",
            Kind::bytes,
            Kind::none);

    /** Events a second. */
    static final Kind<Double> RATE_ONLY = new Kind<>(
            "a rate such as 100/s, 6/m or 1/10s, at most 1,000,000/s",
            Kind::rate,
            scalar -> scalar.type() == Scalar.Type.NUMBER ? "; write " + scalar.text() + "/s" : "");

    /** Messages a second of one client; 0 is as many as it can. */
    static final Kind<Double> RATE_OR_MAX = new Kind<>(
            "max, or a rate of one client such as 2/s, 6/m or 1/10s, at most 1,000,000/s",
            scalar -> scalar.isText("max") ? Optional.of(0.0) : rate(scalar),
            RATE_ONLY.hint);

    /** Sizes of payloads, both ends included. */
    record Bytes(int least, int most) {}

    private static <V> Kind<V> of(String expected, Function<Scalar, Optional<V>> read) {
        return new Kind<>(expected, read, Kind::none);
    }

    private static String none(Scalar unused) {
        return "";
    }

    /** A whole number, both ends included. */
    static Kind<Long> whole(long least, long most) {
        return of(
                String.format(Locale.ROOT, "a whole number from %,d to %,d", least, most),
                scalar -> whole(scalar, least, most));
    }

    /** A time, both ends included, which are told as they are written here. */
    static Kind<Duration> duration(String least, String most) {
        Duration shortest = duration(least).orElseThrow();
        Duration longest = duration(most).orElseThrow();
        return new Kind<>(
                "a duration such as 500ms, 5s, 2m or 1h, from " + least + " to " + most,
                scalar -> duration(scalar.text())
                        .filter(time -> time.compareTo(shortest) >= 0 && time.compareTo(longest) <= 0),
                Kind::unitHint);
    }

    private static String unitHint(Scalar scalar) {
        return scalar.type() == Scalar.Type.NUMBER ? "; write its unit, such as " + scalar.text() + "s" : "";
    }

    private static Optional<Long> whole(Scalar scalar, long least, long most) {
        return Optional.of(scalar)
                .filter(number -> number.type() == Scalar.Type.NUMBER)
                .filter(number -> WHOLE.matcher(number.text()).matches())
                .map(number -> Long.parseLong(number.text()))
                .filter(number -> number >= least && number <= most);
    }

    private static Optional<Duration> duration(String text) {
        Matcher parts = DURATION.matcher(text);
        return parts.matches()
                ? Optional.of(unit(parts.group(2)).multipliedBy(Long.parseLong(parts.group(1))))
                : Optional.empty();
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
    }

    private static Optional<Long> seconds(Scalar scalar) {
        return duration(scalar.text()).filter(time -> time.toMillisPart() == 0).map(Duration::toSeconds);
    }

    private static Optional<Bytes> bytes(Scalar scalar) {
        String[] ends = scalar.text().split("-", 2);
        Optional<Integer> least = size(ends[0]);
        Optional<Integer> most = size(ends[ends.length - 1]);
        return least.isEmpty() || most.isEmpty() || least.get() > most.get()
                ? Optional.empty()
                : Optional.of(new Bytes(least.get(), most.get()));
    }

    private static Optional<Integer> size(String text) {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long unit = switch (parts.group(2)) {
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            default -> 1;
        };
        long size = Long.parseLong(parts.group(1)) * unit;
        return size < Publishing.SMALLEST_PAYLOAD || size > LARGEST_PAYLOAD
                ? Optional.empty()
                : Optional.of((int) size);
    }

    private static Optional<Double> rate(Scalar scalar) {
        Matcher parts = RATE.matcher(scalar.text());
        if (!parts.matches()) {
            return Optional.empty();
        }
        BigDecimal events = new BigDecimal(parts.group(1));
        long units = parts.group(2).isEmpty() ? 1 : Long.parseLong(parts.group(2));
        long millis = unit(parts.group(3)).toMillis() * units;
        if (millis == 0) {
            return Optional.empty();
        }
        double rate = events.movePointRight(3)
                .divide(BigDecimal.valueOf(millis), 15, RoundingMode.HALF_EVEN)
                .doubleValue();
        return rate > 0 && rate <= FASTEST ? Optional.of(rate) : Optional.empty();
    }
}
