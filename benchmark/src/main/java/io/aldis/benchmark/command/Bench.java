package io.aldis.benchmark.command;

import io.aldis.benchmark.compare.CompareFailed;
import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.report.CsvReport;
import io.aldis.benchmark.report.HtmlReport;
import io.aldis.benchmark.report.JsonReport;
import io.aldis.benchmark.report.ReportFailed;
import io.aldis.benchmark.report.ReportFile;
import io.aldis.benchmark.report.TextReport;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.scenario.ScenarioFailed;
import io.aldis.benchmark.show.Live;
import io.aldis.benchmark.transport.TransportFailed;
import io.aldis.benchmark.watch.WatchFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
            Loads.Latency.class,
            ScenarioMode.class,
            Compare.class,
            ProveDurability.class
        },
        footer = {
            "",
            "Exit codes: 0 all is well, 1 this tool failed, 2 a wrong option, 3 the broker cannot be reached or refuses clients, 4 it broke off, "
                    + "5 it lost, doubled, delayed or changed messages where their quality of service forbids it, "
                    + "6 not all was there in time, 130 interrupted."
        })
public final class Bench implements Runnable {

    /** Options of modes that the scenarios of a comparison cannot have. */
    private static final List<String> OF_COMPARE =
            List.of("--host", "--port", "--pid", "--json", "--csv", "--report", "--quiet");

    private static final String HIDDEN = "***";
    private static final Pattern PASSWORD_IN_TEXT = Pattern.compile(
            "(^|\\s)((?:" + String.join("|", TargetOptions.PASSWORD) + ")(?:=|\\s+))('[^']*'|\"[^\"]*\"|\\S+)");

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
        return bench.line()
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, args) -> bench.misused(wrong))
                .setExecutionExceptionHandler((failure, ignored, parsed) -> bench.failed(failure))
                .execute(arguments);
    }

    private CommandLine line() {
        CommandLine line = new CommandLine(this);
        line.getCommandSpec().addOption(help());
        // Else -quiet would be -q -u iet, and -subqos 1 a -sub of "qos".
        line.setPosixClusteredShortOptionsAllowed(false);
        line.getSubcommands().values().forEach(mode -> mode.getCommandSpec().addOption(help()));
        return line;
    }

    /** Not -h, which is the host. */
    private static OptionSpec help() {
        return OptionSpec.builder("--help")
                .usageHelp(true)
                .description("Says this and ends.")
                .build();
    }

    private int misused(ParameterException wrong) {
        err.println("aldis bench: " + what(wrong) + " ("
                + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help tells more)");
        return ExitCode.USAGE.code();
    }

    private static String what(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(wrong.getMessage());
        }
        String first = unmatched.getUnmatched().get(0);
        boolean mode = wrong.getCommandLine().getParent() == null && !first.startsWith("-");
        String meant = unmatched.getSuggestions().stream()
                .findFirst()
                .map(near -> " Did you mean " + near + "?")
                .orElse("");
        return (mode
                        ? "\"" + first + "\" is no mode."
                        : first.startsWith("-")
                                ? "There is no option " + first + "."
                                : "\"" + first + "\" was not expected here.")
                + meant;
    }

    private int failed(Exception failure) {
        if (failure instanceof CompareFailed compare) {
            err.println("aldis bench: " + compare.getMessage());
            return compare.exit().code();
        }
        if (failure instanceof ReportFailed) {
            err.println("aldis bench: " + failure.getMessage());
            return ExitCode.BUG.code();
        }
        if (failure instanceof Misuse
                || failure instanceof IllegalArgumentException
                || failure instanceof ScenarioFailed
                || failure instanceof TransportFailed
                || failure instanceof WatchFailed) {
            err.println("aldis bench: " + failure.getMessage());
            return ExitCode.USAGE.code();
        }
        failure.printStackTrace(err);
        return ExitCode.BUG.code();
    }

    /** As it was typed, quoted where a shell needs it; without the password, for results are shown to others. */
    String commandLine() {
        StringBuilder line = new StringBuilder("aldis bench");
        for (String argument : withoutPassword(arguments)) {
            boolean plain = argument.matches("[\\w@%+=:,./-]+");
            line.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }

    /** The same text of a scenario's options, but for what follows the one of the password. */
    static String withoutPassword(String text) {
        return PASSWORD_IN_TEXT.matcher(text).replaceAll("$1$2" + HIDDEN);
    }

    /** The same words, but for what follows the option of the password, also in the words of a scenario. */
    static List<String> withoutPassword(List<String> words) {
        List<String> shown = new ArrayList<>();
        boolean secret = false;
        for (String word : words) {
            String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            boolean asks = TargetOptions.PASSWORD.contains(option);
            shown.add(secret ? HIDDEN : asks && !option.equals(word) ? option + "=" + HIDDEN : withoutPassword(word));
            secret = !secret && asks && option.equals(word);
        }
        return shown;
    }

    Runner runner() {
        return runner;
    }

    /** Says something that was asked for. */
    void say(String text) {
        out.println(text);
    }

    /** Says something on the way. */
    void tell(String text) {
        err.println(text);
    }

    /** The plan of a mode with its options, or of a scenario's file or name. */
    Plan planned(List<String> words) {
        CommandLine line = line();
        boolean mode = !words.isEmpty() && line.getSubcommands().containsKey(words.get(0));
        List<String> all = new ArrayList<>(mode ? List.of() : List.of("scenario"));
        all.addAll(words);
        ParseResult parsed = line.parseArgs(all.toArray(String[]::new)).subcommand();
        for (String option : OF_COMPARE) {
            if (parsed.hasMatchedOption(option)) {
                throw new Misuse(
                        option + " is for the whole comparison or a matter of its brokers, and not for one of its"
                                + " scenarios: " + String.join(" ", withoutPassword(words)));
            }
        }
        if (parsed.commandSpec().userObject() instanceof Mode wanted) {
            return wanted.plan();
        }
        throw new Misuse("\"" + words.get(0) + "\" is no scenario, but a command.");
    }

    int run(Plan plan, RunOptions options) {
        OpenFiles.check(plan.clients());
        check(options.json(), options.csv(), options.report());
        Result result = watched(plan, options);
        Path json = options.json();
        if (json != null && isStandardOutput(json)) {
            out.println(JsonReport.of(result));
        } else {
            out.println(TextReport.of(result));
            write(json, () -> JsonReport.of(result));
        }
        write(options.csv(), () -> CsvReport.of(result));
        write(options.report(), () -> HtmlReport.of(result));
        return result.verdict().exit().code();
    }

    private Result watched(Plan plan, RunOptions options) {
        if (options.quiet()) {
            return runner.run(plan, options.pid(), Observer.NONE);
        }
        try (Live live = new Live(err, Terminal.isWatching(), Terminal.columns())) {
            return runner.run(plan, options.pid(), live);
        }
    }

    /** Fails now rather than after a long run. */
    static void check(@Nullable Path... files) {
        for (Path file : files) {
            if (file != null && !isStandardOutput(file)) {
                try {
                    ReportFile.check(file);
                } catch (ReportFailed failed) {
                    throw new Misuse(String.valueOf(failed.getMessage()));
                }
            }
        }
    }

    static boolean isStandardOutput(Path file) {
        return file.toString().equals("-");
    }

    static void write(@Nullable Path file, Supplier<String> content) {
        if (file != null) {
            ReportFile.write(file, content.get());
        }
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
