package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.scenario.Overrides;
import io.aldis.benchmark.scenario.Scenarios;
import io.aldis.codec.MqttVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "scenario",
        description = "A mixed load that a file describes, or one of those that are ready.",
        sortOptions = false)
final class ScenarioMode extends Mode {

    @Parameters(arity = "0..1", paramLabel = "FILE|NAME", description = "A YAML file, or the name of a ready scenario.")
    private @Nullable String which;

    @Option(names = "--list", description = "List the ready scenarios and end.")
    private boolean list;

    @Option(names = "--print", description = "Print a ready scenario, as a beginning of one's own, and end.")
    private boolean print;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Instead of what the file says.")
    private @Nullable Double warmUp;

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "SECONDS",
            description = "Instead of what the file says.")
    private @Nullable Double duration;

    @Option(names = "--drain", paramLabel = "SECONDS", description = "Instead of what the file says.")
    private @Nullable Double drain;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "Multiplies the clients of all groups (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Override
    public Integer call() {
        if (list) {
            Scenarios.shipped().forEach(each -> bench().say(each.name() + "\n    " + each.description()));
            return ExitCode.OK.code();
        }
        if (print) {
            bench().say(Scenarios.source(which()));
            return ExitCode.OK.code();
        }
        return super.call();
    }

    @Override
    Plan plan() {
        MqttVersion version = target().version().orElse(null);
        Overrides overrides = new Overrides(
                target().target(),
                bench().commandLine(),
                run().loops(),
                version,
                seconds("--warm-up", warmUp, 0),
                seconds("--duration", duration, 0.1),
                seconds("--drain", drain, 0),
                scale);
        String name = which();
        boolean nameOnly = name.matches("[A-Za-z0-9-]+");
        return nameOnly && !Files.exists(Path.of(name))
                ? Scenarios.shipped(name, overrides)
                : Scenarios.read(Path.of(name), overrides);
    }

    @Override
    Scene scene() {
        Plan plan = plan();
        return new Scene(plan.groups(), plan.steps());
    }

    private String which() {
        if (which == null) {
            throw new Misuse("Which scenario? Name a YAML file or one of those that --list shows.");
        }
        return which;
    }

    private static @Nullable Duration seconds(String option, @Nullable Double given, double least) {
        return given == null ? null : LoadOptions.seconds(option, given, least);
    }
}
