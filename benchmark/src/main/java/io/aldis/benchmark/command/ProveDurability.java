package io.aldis.benchmark.command;

import io.aldis.benchmark.compare.Contender;
import io.aldis.benchmark.compare.ShellWords;
import io.aldis.benchmark.prove.Proof;
import io.aldis.benchmark.prove.ProofJson;
import io.aldis.benchmark.prove.ProofPlan;
import io.aldis.benchmark.prove.ProofText;
import io.aldis.benchmark.prove.Prover;
import io.aldis.codec.MqttVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "prove-durability",
        description = {
            "Kills a broker with SIGKILL at random moments under load, starts it again, and counts what was acknowledged and is lost, "
                    + "comes twice or out of order.",
            "",
            "The broker is a process of its own that is started for this, and its data are deleted afterwards: this Aldis with its "
                    + "defaults, or what --command says."
        },
        sortOptions = false)
final class ProveDurability implements Callable<Integer> {

    /** The launcher tells with it where it is. */
    private static final String LAUNCHER = "aldis.launcher";

    private static final String DATA = "{data}";

    @ParentCommand
    private @Nullable Bench bench;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "How often it is killed (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "Repeats what was left to chance, but for the time things take; a new one if not given.")
    private @Nullable Long seed;

    @Option(
            names = "--clients",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Subscribers with persistent sessions, which come and go (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--publishers",
            paramLabel = "COUNT",
            defaultValue = "5",
            description = "Publishers with persistent sessions (default: ${DEFAULT-VALUE}).")
    private int publishers;

    @Option(
            names = "--window",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Messages each publisher has under way, at most (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--backlog",
            paramLabel = "COUNT",
            defaultValue = "500",
            description = "Messages a subscriber may lack before its publishers wait; must fit into the broker's queue "
                    + "(default: ${DEFAULT-VALUE}).")
    private int backlog;

    @Option(
            names = "--mqtt",
            paramLabel = "VERSION",
            description =
                    "3.1.1 or 5.0, for a broker that does not know both; clients speak both in turns if not given.")
    private @Nullable String mqtt;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long nothing may happen before what is owed counts as lost (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            description =
                    "Starts another broker: {port} is where it is to listen on 127.0.0.1, {data} the directory for its data, which is "
                            + "the same each time. It must stay in the foreground. No shell runs it; for what only a shell can do write sh -c '…'.")
    private @Nullable String command;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result there; - for standard output.")
    private @Nullable Path json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing while it runs.")
    private boolean quiet;

    @Override
    public Integer call() {
        Bench tool = bench;
        if (tool == null) {
            throw new IllegalStateException("options were not read by the command line");
        }
        ProofPlan plan = plan();
        Bench.check(json);
        if (!quiet) {
            tool.tell("Seed " + plan.seed() + ", broker: " + plan.broker().given());
        }
        Proof proof = new Prover(plan, quiet ? line -> {} : tool::tell).run();
        if (json != null && Bench.isStandardOutput(json)) {
            tool.say(ProofJson.of(proof));
        } else {
            tool.say(ProofText.of(proof));
            Bench.write(json, () -> ProofJson.of(proof));
        }
        return proof.exit().code();
    }

    private ProofPlan plan() {
        Misuse.check("--rounds", rounds, 1, 100_000);
        Misuse.check("--clients", clients, 1, 10_000);
        Misuse.check("--publishers", publishers, 2, 1_000);
        Misuse.check("--window", window, 1, 1_000);
        Misuse.check("--backlog", backlog, 1, 1_000_000);
        Misuse.check("--patience", patience, 1, 600);
        OpenFiles.check(clients + publishers);
        return new ProofPlan(
                broker(),
                rounds,
                seed == null ? RandomGenerator.getDefault().nextInt(1, Integer.MAX_VALUE) : seed,
                new ProofPlan.Load(clients, publishers, window, backlog, versions()),
                Duration.ofSeconds(patience));
    }

    private List<MqttVersion> versions() {
        String typed = mqtt;
        if (typed == null) {
            return List.of(MqttVersion.V5, MqttVersion.V3_1_1);
        }
        return switch (typed) {
            case "3.1.1" -> List.of(MqttVersion.V3_1_1);
            case "5", "5.0" -> List.of(MqttVersion.V5);
            default -> throw new Misuse("--mqtt", "3.1.1 or 5.0", typed);
        };
    }

    private Contender.Local broker() {
        String given = command;
        return given == null ? thisAldis() : another(given);
    }

    private static Contender.Local thisAldis() {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            throw new Misuse("Which broker? This tool knows where Aldis is only if the launcher has started it, as in "
                    + "./aldis prove-durability. Give --command '… {port} … {data} …'.");
        }
        List<String> words =
                List.of(launcher, "start", "--port", Contender.Local.PORT, "--data", Contender.Local.DIRECTORY);
        return new Contender.Local("aldis", "aldis start --port {port} --data {data}", words);
    }

    private static Contender.Local another(String given) {
        List<String> words;
        try {
            words = ShellWords.of(given);
        } catch (IllegalArgumentException unfinished) {
            throw new Misuse("The command of --command makes no sense, for " + unfinished.getMessage() + ": " + given);
        }
        if (words.stream().noneMatch(word -> word.contains(Contender.Local.PORT))) {
            throw new Misuse(
                    "--command", "a command with {port} in it, where the broker is to listen", "\"" + given + "\"");
        }
        List<String> filledIn = words.stream()
                .map(word -> word.replace(DATA, Contender.Local.DIRECTORY))
                .toList();
        return new Contender.Local("the broker", given, filledIn);
    }
}
