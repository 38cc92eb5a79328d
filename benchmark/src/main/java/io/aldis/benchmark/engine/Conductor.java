package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Result;
import io.netty.channel.IoHandlerFactory;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out plans over real connections. */
public final class Conductor implements Runner {

    private final Function<Target, Dialer> dialers;
    private final Supplier<IoHandlerFactory> io;
    private final Duration quiet;

    /**
     * A conductor of runs over these ways.
     *
     * @param dialers the way to a broker
     * @param io makes what the event loops wait with
     */
    public Conductor(Function<Target, Dialer> dialers, Supplier<IoHandlerFactory> io) {
        this(dialers, io, Run.QUIET);
    }

    /** @param quiet when nothing has come for so long, nothing more will */
    Conductor(Function<Target, Dialer> dialers, Supplier<IoHandlerFactory> io, Duration quiet) {
        this.dialers = dialers;
        this.io = io;
        this.quiet = quiet;
    }

    @Override
    public Result run(Plan plan, @Nullable Long brokerPid, Observer observer) {
        try (Run run = new Run(plan, dialers.apply(Sources.spread(plan)), io.get(), quiet, brokerPid, observer)) {
            try {
                run.conduct();
            } catch (RunFailed failed) {
                run.failed(failed.exit(), failed.why());
            } catch (InterruptedException interrupted) {
                run.failed(ExitCode.INTERRUPTED, "It was interrupted.");
            }
            return run.result();
        }
    }
}
