package io.aldis.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.benchmark.command.Bench;
import io.aldis.benchmark.engine.Conductor;
import io.aldis.benchmark.transport.TargetDialer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where the process begins. What can be typed is in {@link Bench}. */
public final class Main {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    /** How long a run that is interrupted may take to tell what it has seen. */
    private static final long LAST_WORDS_SECONDS = 20;

    /** Netty's words are for programmers; what a user must know is in the result. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private Main() {}

    public static void main(String[] arguments) {
        NETTY.setLevel(Level.OFF);
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        CountDownLatch done = new CountDownLatch(1);
        Thread running = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(running, done), "interruption"));
        Conductor conductor =
                new Conductor(target -> new TargetDialer(target, CONNECT_TIMEOUT), TargetDialer::ioHandlerFactory);
        int exitCode = Bench.run(conductor, out, err, arguments);
        done.countDown();
        // Whatever thread a library left behind, the program is over.
        System.exit(exitCode);
    }

    /** Ctrl-C has been typed, or the program is over anyway: a run that goes on ends and tells what it has seen. */
    private static void interrupt(Thread running, CountDownLatch done) {
        if (done.getCount() > 0) {
            running.interrupt();
            try {
                var unused = done.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, UTF_8);
    }
}
