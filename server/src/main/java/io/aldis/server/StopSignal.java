package io.aldis.server;

import io.aldis.broker.Broker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jline.utils.Signals;

/**
 * The signals by which a terminal, a shell or a supervisor ends a process. The first one stops the broker in good order,
 * a second one ends the process where it stands.
 */
final class StopSignal implements StopCause {

    enum Signal {
        INT(2, "Ctrl-C"),
        TERM(15, "SIGTERM"),
        HUP(1, "SIGHUP");

        private final int number;
        private final String spoken;

        Signal(int number, String spoken) {
            this.number = number;
            this.spoken = spoken;
        }

        /** The exit code that shells give to what a signal ended. */
        int exitCode() {
            return 128 + number;
        }
    }

    /** Some senders signal a process and then its group, so that one wish arrives twice. */
    static final Duration ECHO = Duration.ofMillis(300);

    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private final IntConsumer halt;
    private final BlockingQueue<Signal> first = new LinkedBlockingQueue<>();
    private boolean stopping;
    private long firstHeard;

    StopSignal(PrintWriter err, LongSupplier nanoTime, IntConsumer halt) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.halt = halt;
    }

    /** Hears the signals from here on. One that whoever started us had ignored (as nohup does HUP) stays ignored. */
    static StopSignal heardFromNowOn(PrintWriter err) {
        StopSignal stopSignal = new StopSignal(err, System::nanoTime, Runtime.getRuntime()::halt);
        for (Signal signal : Signal.values()) {
            Signals.register(signal.name(), () -> stopSignal.heard(signal));
        }
        return stopSignal;
    }

    @Override
    public String await(Broker broker) {
        return await();
    }

    String await() {
        try {
            return first.take().spoken;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "an interrupt";
        }
    }

    /** On a thread of the Java runtime, a new one for every signal. */
    synchronized void heard(Signal signal) {
        long now = nanoTime.getAsLong();
        if (!stopping) {
            stopping = true;
            firstHeard = now;
            first.add(signal);
        } else if (now - firstHeard >= ECHO.toNanos()) {
            err.println("Ended at once by a second signal, " + signal.spoken + ".");
            halt.accept(signal.exitCode());
        }
    }
}
