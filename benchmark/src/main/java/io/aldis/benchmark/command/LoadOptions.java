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
    private static final int MOST_SECONDS = 24 * 60 * 60;

    @Option(
            names = {"-qos", "--qos"},
            paramLabel = "0..2",
            description = "Quality of service of publishers and subscribers (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(names = "--subqos", paramLabel = "0..2", description = "That of subscribers, if it is another.")
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

    @Option(
            names = "--window",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "At QoS 1 and 2: messages a publisher may have unacknowledged (default: ${DEFAULT-VALUE}).")
    private int window;

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
            defaultValue = "10",
            description = "The measured time (default: ${DEFAULT-VALUE}).")
    private double duration;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "The longest wait for what is under way at the end (default: ${DEFAULT-VALUE}).")
    private double drain;

    Qos qos() {
        return level("--qos", qos);
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
        Misuse.check("--window", window, 1, 65_535);
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
                window);
    }

    Publishing publishing(String topic, int clients) {
        return publishing(topic, clients, false, 0);
    }

    /** Whether each publisher has a number of messages, instead of a time. */
    boolean counted() {
        return messages != null;
    }

    long outstanding() {
        Misuse.check("--outstanding", (double) outstanding, 0, 1e12);
        return outstanding;
    }

    Duration warmUp() {
        return seconds("--warm-up", warmUp, 0);
    }

    Duration duration() {
        return seconds("--duration", duration, 0.1);
    }

    Duration drain() {
        return seconds("--drain", drain, 0);
    }

    static Duration seconds(String option, double seconds, double least) {
        Misuse.check(option, seconds, least, MOST_SECONDS);
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
