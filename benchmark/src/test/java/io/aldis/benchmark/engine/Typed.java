package io.aldis.benchmark.engine;

import io.aldis.benchmark.command.Bench;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.transport.TargetDialer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What became of a command line that was carried out in this process, through the real engine.
 *
 * @param made null if there was no run
 */
record Typed(int exit, @Nullable Result made, String out, String err) {

    /** Long enough for what is only late, on a busy machine. */
    static final Duration PATIENT = Duration.ofSeconds(10);

    /** For where something will never come. */
    static final Duration SHORT = Duration.ofMillis(400);

    /**
     * Carries out a command line.
     *
     * @param quiet when nothing has come for so long, nothing more will
     * @param port of the broker
     * @param line words with one blank between them
     */
    static Typed line(Duration quiet, int port, String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-q"));
        Conductor conductor = new Conductor(
                target -> new TargetDialer(target, Duration.ofSeconds(5)), TargetDialer::ioHandlerFactory, quiet);
        AtomicReference<@Nullable Result> made = new AtomicReference<>();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Bench.run(
                (plan, pid, observer) -> {
                    Result result = conductor.run(plan, pid, observer);
                    made.set(result);
                    return result;
                },
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                words.toArray(String[]::new));
        return new Typed(exit, made.get(), out.toString(), err.toString());
    }

    /** What the run showed. */
    Result result() {
        if (made == null) {
            throw new AssertionError("There was no run. " + out + err);
        }
        return made;
    }

    List<String> findings() {
        return result().verdict().findings();
    }

    List<String> remarks() {
        return result().verdict().remarks();
    }
}
