package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is sent, and for how long, in all modes that the seed did not have. */
final class LoadOptions {

    private static final int LARGEST_PAYLOAD = 64 * 1024 * 1024;
    private static final int USUAL_SIZE = 64;
    private static final int USUAL_SECONDS = 10;
    private static final int MOST_SECONDS = 24 * 60 * 60;

    static final String WINDOW_DESCRIPTION =
            "At QoS 1 and 2: messages a publisher may have unacknowledged (default: 100,"
                    + " at QoS 2 20, for at more Mosquitto ends the connection).";

    /** Without a rate it is not known how long so many messages take. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Qos usual;

    @Option(
            names = {"-qos", "--qos"},
            paramLabel = "0..2",
            description = "Quality of service of publishers and subscribers (default: 0, in offline 1).")
    private @Nullable Integer qos;

    @Option(
            names = {"-subqos", "--subqos"},
            paramLabel = "0..2",
            description = "That of subscribers, if it is another.")
    private @Nullable Integer subscriberQos;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            description =
                    "Of a payload (default: 64, in slow-consumer 1024; at least " + Publishing.SMALLEST_PAYLOAD + ").")
    private @Nullable Integer givenSize;

    @Option(
            names = "--rate",
            paramLabel = "COUNT",
            description = "Messages a second of all publishers together, sent at fixed times whatever the broker does "
                    + "(default: as fast as it takes them).")
    private @Nullable Double rate;

    @Option(names = "--window", paramLabel = "COUNT", description = WINDOW_DESCRIPTION)
    private @Nullable Integer window;

    @Option(
            names = "--outstanding",
            paramLabel = "COUNT",
            defaultValue = "0",
            description =
                    "Deliveries that may be owed while publishers send as fast as they can; 0 for any number (default).")
    private long outstanding;

    @Option(
            names = {"-n", "--messages"},
            paramLabel = "COUNT",
            description = "Messages of each publisher, instead of a time.")
    private @Nullable Long messages;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Before the measured time (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "SECONDS",
            description =
                    "The measured time (default: 10). Where the number of messages is given: the longest they may take"
                            + " (default: 3600, or at a fixed rate as long as it takes).")
    private @Nullable Double duration;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "The longest wait for what is under way at the end (default: ${DEFAULT-VALUE}).")
    private double drain;

    /** @param usual the quality of service if none is given */
    LoadOptions(Qos usual) {
        this.usual = usual;
    }

    Qos qos() {
        return qos == null ? usual : level("--qos", qos);
    }

    Qos subscriberQos() {
        return subscriberQos == null ? qos() : level("--subqos", subscriberQos);
    }

    static Qos level(String option, int level) {
        Misuse.check(option, level, 0, 2);
        return Qos.of(level);
    }

    /** What each of so many clients publishes, at most at {@code rateIfNone} messages a second together if no rate was given. */
    Publishing publishing(String topic, int clients, boolean retain, double rateIfNone) {
        return publishing(topic, clients, retain, rateIfNone, USUAL_SIZE);
    }

    Publishing publishing(String topic, int clients, boolean retain, double rateIfNone, int sizeIfNone) {
        int size = givenSize == null ? sizeIfNone : givenSize;
        Misuse.check("--size", size, Publishing.SMALLEST_PAYLOAD, LARGEST_PAYLOAD);
        double together = rate == null ? rateIfNone : rate;
        Misuse.check("--rate", together, 0, 100_000_000);
        if (messages != null) {
            Misuse.check("--messages", (double) messages, 1, 1e12);
        }
        return new Publishing(
                TopicPattern.of(topic),
                qos(),
                retain,
                size,
                size,
                together / clients,
                messages == null ? 0 : messages,
                window(window, qos()));
    }

    static int window(@Nullable Integer given, Qos qos) {
        int window = given != null ? given : qos == Qos.EXACTLY_ONCE ? 20 : 100;
        Misuse.check("--window", window, 1, 65_535);
        return window;
    }

    Publishing publishing(String topic, int clients) {
        return publishing(topic, clients, false, 0);
    }

    long outstanding() {
        Misuse.check("--outstanding", (double) outstanding, 0, 1e12);
        return outstanding;
    }

    Duration warmUp() {
        return seconds("--warm-up", warmUp, 0);
    }

    Duration duration() {
        return seconds("--duration", duration == null ? USUAL_SECONDS : duration, 0.1);
    }

    /** The longest that so many messages may take to be sent and acknowledged. */
    Duration longest(Publishing publishing) {
        return duration == null ? longest(publishing, LONGEST) : duration();
    }

    /** As long as messages at a fixed rate take, and some time. */
    static Duration longest(Publishing publishing, Duration more) {
        return publishing.paced()
                ? more.plusSeconds((long) Math.min(Integer.MAX_VALUE, publishing.messages() / publishing.rate()))
                : more;
    }

    Duration drain() {
        return seconds("--drain", drain, 0);
    }

    static Duration seconds(String option, double seconds, double least) {
        Misuse.check(option, seconds, least, MOST_SECONDS);
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
