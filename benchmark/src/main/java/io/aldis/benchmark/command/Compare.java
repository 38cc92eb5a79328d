package io.aldis.benchmark.command;

import io.aldis.benchmark.compare.Comparison;
import io.aldis.benchmark.compare.ComparisonHtml;
import io.aldis.benchmark.compare.ComparisonJson;
import io.aldis.benchmark.compare.ComparisonObserver;
import io.aldis.benchmark.compare.ComparisonResult;
import io.aldis.benchmark.compare.ComparisonText;
import io.aldis.benchmark.compare.Contender;
import io.aldis.benchmark.compare.Rounds;
import io.aldis.benchmark.compare.ShellWords;
import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "compare",
        description = {
            "Loads several brokers in turns, A B C A B C, and sets their figures beside each other.",
            "",
            "A broker is NAME=HOST:PORT, or NAME=HOST:PORT@PID of a local process, or NAME=COMMAND that starts one: {port} in the "
                    + "command is a free port, {dir} an empty directory for it. The first one is what the others are compared with.",
            "",
            "A scenario is a mode with its options, such as --scenario 'p2p --qos 1', or a YAML file, or the name of a ready scenario."
        },
        sortOptions = false)
final class Compare implements Callable<Integer> {

    @ParentCommand
    private @Nullable Bench bench;

    @Option(
            names = "--broker",
            required = true,
            paramLabel = "NAME=…",
            description = "One of the brokers; may be given several times.")
    private List<String> brokers = new ArrayList<>();

    @Option(
            names = "--scenario",
            required = true,
            paramLabel = "SCENARIO",
            description = "One of the scenarios; may be given several times.")
    private List<String> scenarios = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Measured rounds of each broker and scenario (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up-rounds",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Rounds before them of which nothing is kept (default: ${DEFAULT-VALUE}).")
    private int warmUpRounds;

    @Option(names = "--fresh", description = "Start each local broker anew for each round.")
    private boolean fresh;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there; - for standard output.")
    private @Nullable Path json;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables there, in Markdown.")
    private @Nullable Path markdown;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page with charts there, to be opened in a browser.")
    private @Nullable Path report;

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
        Misuse.check("--rounds", rounds, 1, 1000);
        Misuse.check("--warm-up-rounds", warmUpRounds, 0, 1000);
        List<Contender> contenders = Contender.parse(brokers);
        List<Plan> plans = scenarios.stream().map(text -> plan(tool, text)).toList();
        plans.forEach(plan -> OpenFiles.check(plan.clients()));
        Bench.check(json, markdown, report);
        ComparisonObserver observer = quiet ? ComparisonObserver.NONE : new Told(tool);
        ComparisonResult result = new Comparison(tool.runner(), observer)
                .run(contenders, plans, new Rounds(rounds, warmUpRounds, fresh), tool.commandLine());
        if (json != null && Bench.isStandardOutput(json)) {
            tool.say(ComparisonJson.of(result));
        } else {
            tool.say(ComparisonText.of(result));
            Bench.write(json, () -> ComparisonJson.of(result));
        }
        Bench.write(markdown, () -> ComparisonText.markdown(result));
        Bench.write(report, () -> ComparisonHtml.of(result));
        return result.exit().code();
    }

    private static Plan plan(Bench tool, String text) {
        List<String> words = ShellWords.of(text);
        Plan plan = tool.planned(words);
        return new Plan(
                text, plan.command(), plan.target(), plan.groups(), plan.steps(), plan.loops(), plan.outstanding());
    }

    /** Says a line about each run. */
    private static final class Told implements ComparisonObserver {
        private final Bench bench;

        Told(Bench bench) {
            this.bench = bench;
        }

        @Override
        public void starting(Contender.Local contender) {
            bench.tell("Starting " + contender.name() + ": " + contender.given());
        }

        @Override
        public Observer begins(Turn turn) {
            bench.tell(turn.scenario() + ", " + turn.contender() + ", " + (turn.warmUp() ? "warm-up" : "round") + " "
                    + turn.number() + " of " + turn.of());
            return Observer.NONE;
        }

        @Override
        public void ended(Turn turn, Result result) {
            result.verdict().findings().forEach(finding -> bench.tell("    " + finding));
        }

        @Override
        public void leftOut(Turn turn, String why) {
            bench.tell("    " + turn.contender() + " is left out: " + why);
        }
    }
}
