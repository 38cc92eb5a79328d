package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "subscribe",
        description = "Clients connect one after the other, and each subscribes to many topics from then on.",
        sortOptions = false)
final class Subscribe extends Mode {

    @Option(
            names = {"-c", "--clients"},
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Subscribers (default: ${DEFAULT-VALUE}).")
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
            defaultValue = "true",
            description = "Clean sessions (default: ${DEFAULT-VALUE}).")
    private boolean clean;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "For each client to be connected and subscribed (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(
            names = {"-n", "--subscriptions"},
            paramLabel = "COUNT",
            defaultValue = "200",
            description = "Subscriptions of each client (default: ${DEFAULT-VALUE}).")
    private int subscriptions;

    @Option(
            names = {"-qos", "--qos"},
            paramLabel = "0..2",
            defaultValue = "1",
            description = "Of the subscriptions (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-topic", "--topic"},
            paramLabel = "PREFIX",
            defaultValue = "topic_name",
            description =
                    "The topic filters are this and a number; it may have variables such as {client} (default: ${DEFAULT-VALUE}).")
    private String topic = "";

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "MILLISECONDS",
            defaultValue = "100",
            description =
                    "From one SUBSCRIBE of a client to its next, which waits for the answer too (default: ${DEFAULT-VALUE}).")
    private double interval;

    @Override
    Scene scene() {
        Misuse.check("--subscriptions", subscriptions, 1, 1_000_000);
        Misuse.check("--interval", interval, 0, 3_600_000);
        Misuse.check("--connect-interval", connectInterval, 0, 3_600_000);
        if (!Topics.isValidFilter(topic + 0)) {
            throw new Misuse("--topic", "the beginning of a topic filter, in which + and # are whole levels", topic);
        }
        Qos level = LoadOptions.level("--qos", qos);
        List<Group.Subscribing> filters = new ArrayList<>();
        for (int i = 0; i < subscriptions; i++) {
            filters.add(new Group.Subscribing(TopicPattern.of(topic + i), level, false));
        }
        Group group = new Group(
                "subscribers",
                clients("--clients", clients),
                Connect.connecting(connectInterval, 100, timeout),
                clean,
                clean ? 0 : Groups.PERSISTENT_SECONDS,
                300,
                null,
                filters,
                new Group.Pace(Duration.ofNanos(Math.round(interval * 1e6))),
                null);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Phase("subscribe", true));
        steps.add(new Step.Connect("subscribers"));
        steps.add(new Step.Phase("disconnect", false));
        steps.add(new Step.Leave("subscribers", true));
        if (!clean) {
            steps.add(new Step.Forget("subscribers"));
        }
        return new Scene(List.of(group), steps);
    }
}
