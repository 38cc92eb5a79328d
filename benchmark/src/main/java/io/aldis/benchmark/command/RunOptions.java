package io.aldis.benchmark.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a run is watched and told of. */
final class RunOptions {

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description =
                    "The broker's process on this machine: its CPU time and memory are told, with its children's.")
    private @Nullable Long pid;

    @Option(
            names = "--loops",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Event loops of this tool, each a thread (default: ${DEFAULT-VALUE}).")
    private int loops;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there; - for standard output.")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the figures of each second there.")
    private @Nullable Path csv;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page with charts there, to be opened in a browser.")
    private @Nullable Path report;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing while it runs.")
    private boolean quiet;

    @Nullable
    Long pid() {
        return pid;
    }

    int loops() {
        Misuse.check("--loops", loops, 1, 256);
        return loops;
    }

    @Nullable
    Path json() {
        return json;
    }

    @Nullable
    Path csv() {
        return csv;
    }

    @Nullable
    Path report() {
        return report;
    }

    boolean quiet() {
        return quiet;
    }
}
