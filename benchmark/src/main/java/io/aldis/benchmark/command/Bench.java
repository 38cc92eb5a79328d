package io.aldis.benchmark.command;

import io.aldis.benchmark.ExitCode;
import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.Result;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "aldis bench",
        description = "Measures any MQTT broker, and counts what it loses, doubles, delays or changes.",
        subcommands = {
            Connect.class,
            Publish.class,
            Subscribe.class,
            Loads.PeerToPeer.class,
            Loads.FanIn.class,
            Loads.FanOut.class,
            Loads.Shared.class,
            Loads.Retained.class,
            Loads.Offline.class,
            Loads.ReconnectStorm.class,
            Loads.SlowConsumer.class,
            Loads.Latency.class
        },
        footer = {
            "",
            "Exit codes: 0 all is well, 2 a wrong option, 3 the broker cannot be reached or refuses clients, 4 it broke off, "
                    + "5 it lost, doubled, delayed or changed messages where their quality of service forbids it, "
                    + "6 not all was there in time, 130 interrupted."
        })
public final class Bench implements Runnable {

    private final Runner runner;
    private final PrintWriter out;
    private final PrintWriter err;
    private final List<String> arguments;

    @Spec
    private @Nullable CommandSpec spec;

    private Bench(Runner runner, PrintWriter out, PrintWriter err, List<String> arguments) {
        this.runner = runner;
        this.out = out;
        this.err = err;
        this.arguments = List.copyOf(arguments);
    }

    /** Does what was typed; answers the exit code. */
    public static int run(Runner runner, PrintWriter out, PrintWriter err, String... arguments) {
        Bench bench = new Bench(runner, out, err, List.of(arguments));
        CommandLine line = new CommandLine(bench);
        line.getCommandSpec().addOption(help());
        line.getSubcommands().values().forEach(mode -> mode.getCommandSpec().addOption(help()));
        return line.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, args) -> bench.misused(wrong))
                .setExecutionExceptionHandler((failure, ignored, parsed) -> bench.failed(failure))
                .execute(arguments);
    }

    /** Not -h, which is the host. */
    private static OptionSpec help() {
        return OptionSpec.builder("--help")
                .usageHelp(true)
                .description("Says this and ends.")
                .build();
    }

    private int misused(ParameterException wrong) {
        err.println("aldis bench: " + wrong.getMessage() + " ("
                + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help tells more)");
        return ExitCode.USAGE.code();
    }

    private int failed(Exception failure) {
        if (failure instanceof Misuse || failure instanceof IllegalArgumentException) {
            err.println("aldis bench: " + failure.getMessage());
            return ExitCode.USAGE.code();
        }
        failure.printStackTrace(err);
        return ExitCode.BUG.code();
    }

    /** As it was typed. */
    String commandLine() {
        return "aldis bench " + String.join(" ", arguments);
    }

    int run(Plan plan, RunOptions options) {
        Result result = runner.run(plan, options.pid(), Observer.NONE);
        out.println(result);
        return result.verdict().exit().code();
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Which mode? One of: "
                            + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
