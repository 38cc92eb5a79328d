package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The modes in which some publish and some subscribe. */
final class Loads {

    private static final String PUBLISHERS = "publishers";
    private static final String SUBSCRIBERS = "subscribers";

    private Loads() {}

    /** A mode with a load. */
    abstract static class Load extends Mode {
        @Mixin
        private final LoadOptions load;

        Load() {
            this(Qos.AT_MOST_ONCE);
        }

        /** @param usual the quality of service if none is given */
        Load(Qos usual) {
            load = new LoadOptions(usual);
        }

        final LoadOptions load() {
            return load;
        }

        final Scene sending(Group subscribers, Group publishers) {
            return new Scene(
                    List.of(subscribers, publishers), sending(load, SUBSCRIBERS, publishers), load.outstanding());
        }
    }

    @Command(
            name = "p2p",
            description = "Pairs: each publisher has a topic and a subscriber of its own.",
            sortOptions = false)
    static final class PeerToPeer extends Load {
        @Option(
                names = {"-c", "--pairs"},
                paramLabel = "COUNT",
                defaultValue = "100",
                description = "Pairs (default: ${DEFAULT-VALUE}).")
        private int pairs;

        @Override
        Scene scene() {
            clients("--pairs", pairs);
            return pairs(this, pairs, 0);
        }
    }

    private static Mode.Scene pairs(Load mode, int pairs, double rateIfNone) {
        String topic = Mode.PREFIX + "{client}";
        return mode.sending(
                Groups.subscribers(SUBSCRIBERS, pairs, topic, mode.load().subscriberQos()),
                Groups.publishers(PUBLISHERS, pairs, mode.load().publishing(topic, pairs, false, rateIfNone)));
    }

    @Command(
            name = "latency",
            description = "Pairs at a fixed rate: the time from when a message should have been sent to its arrival.",
            sortOptions = false)
    static final class Latency extends Load {
        private static final double RATE = 10_000;

        @Option(
                names = {"-c", "--pairs"},
                paramLabel = "COUNT",
                defaultValue = "100",
                description = "Pairs (default: ${DEFAULT-VALUE}; without --rate 10,000 messages a second together).")
        private int pairs;

        @Override
        Scene scene() {
            clients("--pairs", pairs);
            return pairs(this, pairs, RATE);
        }
    }

    @Command(
            name = "fanin",
            description =
                    "Many publishers with a topic each, few subscribers with a wildcard each, among whom they are shared out.",
            sortOptions = false)
    static final class FanIn extends Load {
        @Option(
                names = {"-c", "--publishers"},
                paramLabel = "COUNT",
                defaultValue = "200",
                description = "Publishers (default: ${DEFAULT-VALUE}).")
        private int publishers;

        @Option(
                names = {"-sub", "--subscribers"},
                paramLabel = "COUNT",
                defaultValue = "2",
                description = "Subscribers (default: ${DEFAULT-VALUE}).")
        private int subscribers;

        @Override
        Scene scene() {
            clients("--publishers", publishers);
            clients("--subscribers", subscribers);
            return sending(
                    Groups.subscribers(SUBSCRIBERS, subscribers, PREFIX + "{client}/+", load().subscriberQos()),
                    Groups.publishers(
                            PUBLISHERS,
                            publishers,
                            load().publishing(PREFIX + "{client%" + subscribers + "}/{client}", publishers)));
        }
    }

    @Command(name = "fanout", description = "Each message goes to all subscribers.", sortOptions = false)
    static final class FanOut extends Load {
        @Option(
                names = {"-c", "--publishers"},
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "Publishers (default: ${DEFAULT-VALUE}).")
        private int publishers;

        @Option(
                names = {"-sub", "--subscribers"},
                paramLabel = "COUNT",
                defaultValue = "500",
                description = "Subscribers (default: ${DEFAULT-VALUE}).")
        private int subscribers;

        @Override
        Scene scene() {
            clients("--publishers", publishers);
            clients("--subscribers", subscribers);
            return sending(
                    Groups.subscribers(SUBSCRIBERS, subscribers, PREFIX + "all", load().subscriberQos()),
                    Groups.publishers(PUBLISHERS, publishers, load().publishing(PREFIX + "all", publishers)));
        }
    }

    @Command(
            name = "shared",
            description =
                    "Publishers with a topic each, and shared subscriptions each of whose messages goes to one member.",
            sortOptions = false)
    static final class Shared extends Load {
        @Option(
                names = {"-c", "--publishers"},
                paramLabel = "COUNT",
                defaultValue = "100",
                description = "Publishers (default: ${DEFAULT-VALUE}).")
        private int publishers;

        @Option(
                names = {"-sub", "--members"},
                paramLabel = "COUNT",
                defaultValue = "10",
                description = "Subscribers, the members of all groups together (default: ${DEFAULT-VALUE}).")
        private int members;

        @Option(
                names = "--share-groups",
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "Groups, each of which gets all messages once (default: ${DEFAULT-VALUE}).")
        private int shareGroups;

        @Override
        Scene scene() {
            clients("--publishers", publishers);
            clients("--members", members);
            Misuse.check("--share-groups", shareGroups, 1, members);
            return sending(
                    Groups.subscribers(
                            SUBSCRIBERS,
                            members,
                            "$share/group{client%" + shareGroups + "}/" + PREFIX + "+",
                            load().subscriberQos()),
                    Groups.publishers(PUBLISHERS, publishers, load().publishing(PREFIX + "{client}", publishers)));
        }
    }

    @Command(
            name = "retained",
            description = "Publishers fill topics with retained messages; then subscribers ask for all of them.",
            sortOptions = false)
    static final class Retained extends Load {
        @Option(
                names = {"-c", "--publishers"},
                paramLabel = "COUNT",
                defaultValue = "10",
                description = "Publishers (default: ${DEFAULT-VALUE}).")
        private int publishers;

        @Option(
                names = "--topics",
                paramLabel = "COUNT",
                defaultValue = "10000",
                description = "Topics of all publishers together (default: ${DEFAULT-VALUE}).")
        private int topics;

        @Option(
                names = {"-sub", "--subscribers"},
                paramLabel = "COUNT",
                defaultValue = "10",
                description = "Subscribers (default: ${DEFAULT-VALUE}).")
        private int subscribers;

        @Override
        Scene scene() {
            clients("--publishers", publishers);
            clients("--subscribers", subscribers);
            Misuse.check("--topics", topics, publishers, 10_000_000);
            Publishing publishing = load().publishing(PREFIX + "{client}/{message}", publishers, true, 0)
                    .withMessages(topics / publishers);
            return new Scene(
                    List.of(
                            Groups.publishers(PUBLISHERS, publishers, publishing),
                            Groups.subscribers(SUBSCRIBERS, subscribers, PREFIX + "#", load().subscriberQos(), true)),
                    List.of(
                            new Step.Phase("connect", false),
                            new Step.Connect(PUBLISHERS),
                            new Step.Phase("publish", true),
                            new Step.Begin(PUBLISHERS),
                            new Step.AwaitSent(PUBLISHERS, load().longest(publishing)),
                            new Step.Phase("subscribe", true),
                            new Step.Connect(SUBSCRIBERS),
                            new Step.Drain(load().drain()),
                            new Step.Phase("clean", false),
                            new Step.Leave(SUBSCRIBERS, true),
                            new Step.Forget(PUBLISHERS)));
        }
    }

    @Command(
            name = "offline",
            description =
                    "Subscribers with persistent sessions are away while messages are queued for them, then come back for these.",
            sortOptions = false)
    static final class Offline extends Load {
        @Option(
                names = {"-c", "--sessions"},
                paramLabel = "COUNT",
                defaultValue = "100",
                description = "Subscribers, each with a publisher of its own (default: ${DEFAULT-VALUE}).")
        private int sessions;

        @Option(
                names = "--queue",
                paramLabel = "COUNT",
                defaultValue = "500",
                description = "Messages queued for each (default: ${DEFAULT-VALUE}).")
        private int queue;

        Offline() {
            super(Qos.AT_LEAST_ONCE);
        }

        @Override
        Scene scene() {
            clients("--sessions", sessions);
            Misuse.check("--queue", queue, 1, 1_000_000_000);
            if (load().qos().level() == 0 || load().subscriberQos().level() == 0) {
                throw new Misuse(
                        "In the mode offline messages are queued, which QoS 0 is not for: give 1 or 2 to --qos and --subqos, or leave them out.");
            }
            String topic = PREFIX + "{client}";
            Publishing publishing = load().publishing(topic, sessions).withMessages(queue);
            return new Scene(
                    List.of(
                            Groups.persistent(Groups.subscribers(SUBSCRIBERS, sessions, topic, load().subscriberQos())),
                            Groups.publishers(PUBLISHERS, sessions, publishing)),
                    List.of(
                            new Step.Phase("connect", false),
                            new Step.Connect(SUBSCRIBERS),
                            new Step.Leave(SUBSCRIBERS, true),
                            new Step.Connect(PUBLISHERS),
                            new Step.Phase("queue", true),
                            new Step.Begin(PUBLISHERS),
                            new Step.AwaitSent(PUBLISHERS, load().longest(publishing)),
                            new Step.Phase("return", true),
                            new Step.Connect(SUBSCRIBERS),
                            new Step.Drain(load().drain()),
                            new Step.Phase("clean", false),
                            new Step.Leave(SUBSCRIBERS, true),
                            new Step.Forget(SUBSCRIBERS)));
        }
    }

    @Command(
            name = "reconnect-storm",
            description =
                    "All subscribers lose their connections at once and come back as fast as they can, while messages go on.",
            sortOptions = false)
    static final class ReconnectStorm extends Load {
        private static final double RATE = 1000;

        @Option(
                names = {"-c", "--clients"},
                paramLabel = "COUNT",
                defaultValue = "1000",
                description =
                        "Subscribers, whose sessions are persistent; without --rate 1,000 messages a second go to them together"
                                + " (default: ${DEFAULT-VALUE}).")
        private int clients;

        @Option(
                names = "--at-once",
                paramLabel = "COUNT",
                defaultValue = "500",
                description = "Most connections being made at the same time (default: ${DEFAULT-VALUE}).")
        private int atOnce;

        @Override
        Scene scene() {
            clients("--clients", clients);
            Misuse.check("--at-once", atOnce, 1, MOST_CLIENTS);
            int publishers = Math.min(clients, 10);
            Group subscribers = Groups.connecting(
                    Groups.persistent(
                            Groups.subscribers(SUBSCRIBERS, clients, PREFIX + "+/{client}", load().subscriberQos())),
                    new Group.Connecting(Duration.ZERO, atOnce, Groups.QUICKLY.timeout()));
            Group senders = Groups.publishers(
                    PUBLISHERS,
                    publishers,
                    load().publishing(PREFIX + "{client}/{random:0-" + (clients - 1) + "}", publishers, false, RATE));
            List<Step> steps = new ArrayList<>();
            steps.add(new Step.Phase("connect", false));
            steps.add(new Step.Connect(SUBSCRIBERS));
            steps.add(new Step.Connect(PUBLISHERS));
            steps.add(new Step.Phase("before", true));
            steps.add(new Step.Begin(PUBLISHERS));
            steps.add(new Step.Wait(load().duration().dividedBy(2)));
            steps.add(new Step.Phase("storm", true));
            steps.add(new Step.Leave(SUBSCRIBERS, false));
            steps.add(new Step.Connect(SUBSCRIBERS));
            steps.add(new Step.Phase("after", true));
            steps.add(new Step.Wait(load().duration().dividedBy(2)));
            steps.add(new Step.Phase("drain", false));
            steps.add(new Step.End(PUBLISHERS));
            steps.add(new Step.Drain(load().drain()));
            steps.add(new Step.Phase("clean", false));
            steps.add(new Step.Leave(SUBSCRIBERS, true));
            steps.add(new Step.Forget(SUBSCRIBERS));
            return new Scene(List.of(subscribers, senders), steps, load().outstanding());
        }
    }

    @Command(
            name = "slow-consumer",
            description = "Some of the subscribers stop reading: what happens to the others.",
            sortOptions = false)
    static final class SlowConsumer extends Load {
        private static final double RATE = 2000;

        /** Large enough to fill the sockets of those who do not read within seconds. */
        private static final int SIZE = 1024;

        @Option(
                names = {"-c", "--publishers"},
                paramLabel = "COUNT",
                defaultValue = "1",
                description =
                        "Publishers (default: ${DEFAULT-VALUE}; without --rate 2,000 messages a second together).")
        private int publishers;

        @Option(
                names = {"-sub", "--subscribers"},
                paramLabel = "COUNT",
                defaultValue = "20",
                description = "Subscribers, each of whom gets all messages (default: ${DEFAULT-VALUE}).")
        private int subscribers;

        @Option(
                names = "--slow",
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "Of them, those that stop reading (default: ${DEFAULT-VALUE}).")
        private int slow;

        @Override
        Scene scene() {
            clients("--publishers", publishers);
            clients("--subscribers", subscribers);
            Misuse.check("--slow", slow, 1, subscribers);
            List<Step> steps = new ArrayList<>();
            steps.add(new Step.Phase("connect", false));
            steps.add(new Step.Connect(SUBSCRIBERS));
            steps.add(new Step.Connect(PUBLISHERS));
            steps.add(new Step.Phase("warm-up", false));
            steps.add(new Step.Begin(PUBLISHERS));
            steps.add(new Step.Wait(load().warmUp()));
            steps.add(new Step.Phase("all read", true));
            steps.add(new Step.Wait(load().duration().dividedBy(2)));
            steps.add(new Step.Phase("some do not", true));
            steps.add(new Step.Stall(SUBSCRIBERS, slow));
            steps.add(new Step.Wait(load().duration().dividedBy(2)));
            steps.add(new Step.Phase("drain", false));
            steps.add(new Step.End(PUBLISHERS));
            steps.add(new Step.Resume(SUBSCRIBERS));
            steps.add(new Step.Drain(load().drain()));
            return new Scene(
                    List.of(
                            Groups.subscribers(SUBSCRIBERS, subscribers, PREFIX + "all", load().subscriberQos()),
                            Groups.publishers(
                                    PUBLISHERS,
                                    publishers,
                                    load().publishing(PREFIX + "all", publishers, false, RATE, SIZE))),
                    steps,
                    load().outstanding());
        }
    }
}
