package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "connect", description = "Clients connect, one after the other.", sortOptions = false)
final class Connect extends Mode {

    @Option(
            names = {"-c", "--clients"},
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Clients (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = {"-ci", "--connect-interval"},
            paramLabel = "MILLISECONDS",
            defaultValue = "100",
            description =
                    "From one connection to the next; 0 for as fast as --at-once allows (default: ${DEFAULT-VALUE}).")
    private double interval;

    @Option(
            names = "--at-once",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "With -ci 0: most connections being made at the same time (default: ${DEFAULT-VALUE}).")
    private int atOnce;

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
            description = "For each connection (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(
            names = "--hold",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "Stay connected for so long and do nothing, to see what idle connections cost (default: ${DEFAULT-VALUE}).")
    private double hold;

    @Option(
            names = "--keep-alive",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Between two signs of life of an idle client; 0 for none (default: ${DEFAULT-VALUE}).")
    private int keepAlive;

    @Override
    Scene scene() {
        Misuse.check("--connect-interval", interval, 0, 3_600_000);
        Misuse.check("--at-once", atOnce, 1, MOST_CLIENTS);
        Misuse.check("--keep-alive", keepAlive, 0, 65_535);
        Group.Connecting connecting = connecting(interval, atOnce, timeout);
        Group group = new Group(
                "clients",
                clients("--clients", clients),
                connecting,
                clean,
                clean ? 0 : Groups.PERSISTENT_SECONDS,
                keepAlive,
                null,
                List.of(),
                Group.Pace.NO_WAIT,
                null);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Phase("connect", true));
        steps.add(new Step.Connect("clients"));
        Duration stay = LoadOptions.seconds("--hold", hold, 0);
        if (!stay.isZero()) {
            steps.add(new Step.Phase("hold", true));
            steps.add(new Step.Wait(stay));
        }
        steps.add(new Step.Phase("disconnect", false));
        steps.add(new Step.Leave("clients", true));
        if (!clean) {
            steps.add(new Step.Forget("clients"));
        }
        return new Scene(List.of(group), steps);
    }

    static Group.Connecting connecting(double intervalMillis, int atOnce, double timeoutSeconds) {
        return new Group.Connecting(
                Duration.ofNanos(Math.round(intervalMillis * 1e6)),
                atOnce,
                LoadOptions.seconds("--timeout", timeoutSeconds, 0.1));
    }
}
