package io.aldis.server;

import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.StopProgress;
import io.aldis.broker.StopReport;
import io.aldis.broker.settings.Settings;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;

/** {@code aldis start}: one broker from its start to its stop. */
final class Start {

    /** How long connections may take to end by themselves when the broker is stopped. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private final int loops;
    private final Settings settings;
    private final PrintWriter out;
    private final PrintWriter err;

    Start(String host, int port, int loops, Settings settings, PrintWriter out, PrintWriter err) {
        this.host = host;
        this.port = port;
        this.loops = loops;
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /** Runs until {@code stopCause} comes; returns the exit code. */
    int run(StopCause stopCause) {
        long began = System.nanoTime();
        try (Broker broker = Broker.builder()
                .listener(Listener.tcp(host, port))
                .loops(loops)
                .settings(settings)
                .start()) {
            out.println(Banner.of(host, broker.port(), Duration.ofNanos(System.nanoTime() - began)));
            stop(broker, stopCause.await(broker));
            return Commands.DONE;
        } catch (ListenFailed failed) {
            err.println("aldis: " + explained(failed));
            return Commands.FAILED;
        }
    }

    private String explained(ListenFailed failed) {
        if (new InetSocketAddress(host, port).isUnresolved()) {
            return "the host '" + host + "' is unknown; choose an address of this machine with --host";
        }
        return "cannot listen on " + host + ", port " + port + ": " + failed.reason() + "; choose another with --port "
                + (port + 1) % 65_536 + ", or --port 0 for any that is free";
    }

    private void stop(Broker broker, String cause) {
        out.println("Stopping after " + cause + ", within " + STOP_DEADLINE.toSeconds()
                + " s; press Ctrl-C again to end at once.");
        StopReport report = broker.stop(STOP_DEADLINE, new StopProgress() {
            @Override
            public void listenersClosed() {
                out.println("1. Listeners closed: nobody new comes in.");
            }

            @Override
            public void idleClosed(int connections) {
                out.println("2. Idle connections closed: " + connections + ".");
            }

            @Override
            public void othersEnded(int inOrder, int byForce) {
                out.println("3. All other connections ended: " + inOrder + " in good order, " + byForce + " by force.");
            }
        });
        out.println("4. Stopped, after " + report.took().toMillis() + " ms.");
    }
}
