package io.aldis.microbench.load;

import io.aldis.codec.MqttVersion;
import io.netty.channel.epoll.Epoll;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: one command for each scenario. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Loads an MQTT broker with messages and tells what arrived, how fast, and at what cost.",
        subcommands = {Load.Pairs.class, Load.FanOut.class, Load.FanIn.class})
final class Load {
    private Load() {}

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        System.exit(new CommandLine(new Load())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof LoadFailed)) {
                        throw failure;
                    }
                    command.getErr().println("load: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Command(
            name = "pairs",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = "Publishers with a topic and a subscriber each.")
    static final class Pairs implements Callable<Integer> {
        @Mixin
        private final Common common = new Common();

        @Option(names = "--pairs", defaultValue = "100", description = "how many")
        private int pairs;

        @Override
        public Integer call() {
            return common.run(Scenario.PAIRS, pairs, pairs);
        }
    }

    @Command(
            name = "fanout",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = "Every subscriber gets the messages of every publisher.")
    static final class FanOut implements Callable<Integer> {
        @Mixin
        private final Common common = new Common();

        @Option(names = "--publishers", defaultValue = "1", description = "how many")
        private int publishers;

        @Option(names = "--subscribers", defaultValue = "500", description = "how many")
        private int subscribers;

        @Override
        public Integer call() {
            return common.run(Scenario.FANOUT, publishers, subscribers);
        }
    }

    @Command(
            name = "fanin",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = "Many publishers, shared out among a few subscribers with a wildcard each.")
    static final class FanIn implements Callable<Integer> {
        @Mixin
        private final Common common = new Common();

        @Option(names = "--publishers", defaultValue = "200", description = "how many")
        private int publishers;

        @Option(names = "--subscribers", defaultValue = "2", description = "how many")
        private int subscribers;

        @Override
        public Integer call() {
            return common.run(Scenario.FANIN, publishers, subscribers);
        }
    }

    /** The options that every scenario has. */
    static final class Common {
        private static final int LONGEST_SECONDS = 300;

        @Spec(Spec.Target.MIXEE)
        private @Nullable CommandSpec spec;

        @Option(names = "--host", defaultValue = "127.0.0.1", description = "where the broker listens")
        private String host = "";

        @Option(names = "--port", defaultValue = "1883", description = "where the broker listens")
        private int port;

        @Option(names = "--mqtt", defaultValue = "3.1.1", description = "3.1.1 or 5")
        private String mqtt = "";

        @Option(names = "--qos", defaultValue = "0", description = "0 or 1, for publishers and subscribers")
        private int qos;

        @Option(names = "--payload", defaultValue = "64", description = "bytes")
        private int payload;

        @Option(
                names = "--window",
                defaultValue = "100",
                description = "at QoS 1: unacknowledged messages a publisher may have")
        private int window;

        @Option(
                names = "--rate",
                defaultValue = "0",
                description = "messages a second from all publishers together, sent at fixed times whatever the broker"
                        + " does; 0: as fast as the broker takes them")
        private double rate;

        @Option(names = "--warm-up", defaultValue = "3", description = "seconds before the measured window")
        private double warmUp;

        @Option(names = "--duration", defaultValue = "5", description = "seconds of the measured window")
        private double duration;

        @Option(
                names = "--drain",
                defaultValue = "20",
                description = "the longest wait, in seconds, for messages still under way after the window")
        private double drain;

        @Option(names = "--loops", defaultValue = "1", description = "event loops, each a thread")
        private int loops;

        @Option(names = "--wave", defaultValue = "50", description = "clients that connect at the same time")
        private int wave;

        @Option(
                names = "--broker-pid",
                description = "the broker's process on this machine: its CPU time and memory are told")
        private @Nullable Long brokerPid;

        @Option(names = "--keys", description = "print name=value lines")
        private boolean keys;

        int run(Scenario scenario, int publishers, int subscribers) {
            Plan plan = plan(scenario, publishers, subscribers);
            brokerPid().ifPresent(Usage::of);
            if (!Epoll.isAvailable()) {
                throw new LoadFailed("needs Linux, for epoll and /proc");
            }
            try (Run run = new Run(plan, brokerPid())) {
                Report report = run.conduct();
                commandLine().getOut().println(keys ? report.keys() : report.text());
            }
            return 0;
        }

        private Optional<Long> brokerPid() {
            return Optional.ofNullable(brokerPid);
        }

        private Plan plan(Scenario scenario, int publishers, int subscribers) {
            check(publishers >= 1 && publishers <= 10_000, "publishers: 1 to 10,000");
            check(subscribers >= 1 && subscribers <= 10_000, "subscribers: 1 to 10,000");
            check(port >= 1 && port <= 65_535, "--port: 1 to 65535");
            check(mqtt.equals("3.1.1") || mqtt.equals("5"), "--mqtt: 3.1.1 or 5");
            check(qos == 0 || qos == 1, "--qos: 0 or 1");
            check(payload >= Stamp.SIZE && payload <= 1 << 20, "--payload: " + Stamp.SIZE + " to " + (1 << 20));
            check(window >= 1 && window <= 10_000, "--window: 1 to 10,000");
            check(rate >= 0 && rate <= 1e8, "--rate: 0 to 100,000,000");
            check(warmUp >= 0 && warmUp <= LONGEST_SECONDS, "--warm-up: 0 to " + LONGEST_SECONDS);
            check(duration >= 0.5 && duration <= LONGEST_SECONDS, "--duration: 0.5 to " + LONGEST_SECONDS);
            check(drain >= 0 && drain <= LONGEST_SECONDS, "--drain: 0 to " + LONGEST_SECONDS);
            check(loops >= 1 && loops <= 64, "--loops: 1 to 64");
            check(wave >= 1, "--wave: at least 1");
            MqttVersion version = mqtt.equals("5") ? MqttVersion.V5 : MqttVersion.V3_1_1;
            return new Plan(
                    scenario,
                    new Plan.Target(host, port, version),
                    new Plan.Crowd(publishers, subscribers, loops, wave),
                    new Plan.Traffic(qos, payload, window, rate),
                    new Plan.Timing(seconds(warmUp), seconds(duration), seconds(drain)));
        }

        private static Duration seconds(double seconds) {
            return Duration.ofMillis(Math.round(seconds * 1000));
        }

        private void check(boolean right, String range) {
            if (!right) {
                throw new ParameterException(commandLine(), range);
            }
        }

        private CommandLine commandLine() {
            if (spec == null) {
                throw new IllegalStateException("options were not read by the command line");
            }
            return spec.commandLine();
        }
    }
}
