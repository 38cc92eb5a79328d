package io.aldis.benchmark;

import io.aldis.benchmark.command.Bench;
import io.aldis.benchmark.engine.Conductor;
import io.aldis.benchmark.transport.TargetDialer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;

/** Where the process begins. What can be typed is in {@link Bench}. */
public final class Main {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exitCode = Bench.run(
                new Conductor(target -> new TargetDialer(target, CONNECT_TIMEOUT), TargetDialer::ioHandlerFactory),
                out,
                err,
                arguments);
        // Whatever thread a library left behind, the program is over.
        System.exit(exitCode);
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, Charset.defaultCharset());
    }
}
