package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "publish",
        description = "Clients connect one after the other, and each publishes its messages from then on.",
        sortOptions = false)
final class Publish extends Mode {

    /** Longer than messages at their interval take. */
    private static final Duration LONGEST = Duration.ofHours(1);

    @Option(
            names = {"-c", "--clients"},
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Publishers (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = {"-ci", "--connect-interval"},
            paramLabel = "MILLISECONDS",
            defaultValue = "100",
            description = "From one connection to the next (default: ${DEFAULT-VALUE}).")
    private double connectInterval;

    @Option(
            names = {"-C", "--clean"},
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Clean sessions (default: ${DEFAULT-VALUE}: sessions that outlive their connections).")
    private boolean clean;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "For each connection, and for what is under way at the end (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(
            names = {"-qos", "--qos"},
            paramLabel = "0..2",
            defaultValue = "1",
            description = "Of the messages (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-topic", "--topic"},
            paramLabel = "TOPIC",
            defaultValue = "topic_name",
            description = "May have variables such as {client} (default: ${DEFAULT-VALUE}).")
    private String topic = "";

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "MILLISECONDS",
            defaultValue = "100",
            description =
                    "From one message of a client to its next; 0 for as fast as the broker takes them (default: ${DEFAULT-VALUE}).")
    private double interval;

    @Option(
            names = {"-n", "--messages"},
            paramLabel = "COUNT",
            defaultValue = "200",
            description = "Messages of each client (default: ${DEFAULT-VALUE}).")
    private long messages;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "Of a payload (default: ${DEFAULT-VALUE}, at least " + Publishing.SMALLEST_PAYLOAD + ").")
    private int size;

    @Option(
            names = {"-sub", "--subscribers"},
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Clients that subscribe to # (default: ${DEFAULT-VALUE}).")
    private int subscribers;

    @Option(
            names = {"-subqos", "--subqos"},
            paramLabel = "0..2",
            description = "Of their subscriptions (default: that of the messages).")
    private @Nullable Integer subscriberQos;

    @Option(names = "--window", paramLabel = "COUNT", description = LoadOptions.WINDOW_DESCRIPTION)
    private @Nullable Integer window;

    @Override
    Scene scene() {
        Misuse.check("--interval", interval, 0, 3_600_000);
        Misuse.check("--messages", (double) messages, 1, 1e12);
        Misuse.check("--size", size, Publishing.SMALLEST_PAYLOAD, 64 << 20);
        Misuse.check("--subscribers", subscribers, 0, MOST_CLIENTS);
        Misuse.check("--connect-interval", connectInterval, 0, 3_600_000);
        if (!Topics.isValidName(topic)) {
            throw new Misuse("--topic", "a topic, which is not empty and has no + or #", topic);
        }
        Qos level = LoadOptions.level("--qos", qos);
        Publishing publishing = new Publishing(
                TopicPattern.of(topic),
                level,
                false,
                size,
                size,
                interval == 0 ? 0 : 1000 / interval,
                messages,
                LoadOptions.window(window, level));
        Group publishers = Groups.connecting(
                Groups.publishers("publishers", clients("--clients", clients), publishing),
                Connect.connecting(connectInterval, 100, timeout));
        List<Group> groups = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        if (subscribers > 0) {
            Qos wanted = subscriberQos == null ? level : LoadOptions.level("--subqos", subscriberQos);
            groups.add(Groups.subscribers("subscribers", subscribers, "#", wanted));
            steps.add(new Step.Phase("subscribe", false));
            steps.add(new Step.Connect("subscribers"));
        }
        groups.add(clean ? publishers : Groups.persistent(publishers));
        steps.add(new Step.Phase("publish", true));
        steps.add(new Step.Begin("publishers"));
        steps.add(new Step.Connect("publishers"));
        steps.add(new Step.AwaitSent("publishers", LoadOptions.longest(publishing, LONGEST)));
        steps.add(new Step.Drain(LoadOptions.seconds("--timeout", timeout, 0.1)));
        if (!clean) {
            steps.add(new Step.Phase("clean", false));
            steps.add(new Step.Forget("publishers"));
        }
        return new Scene(groups, steps);
    }
}
