package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that has fallen silent: nothing heard for one and a half times the keep alive [MQTT-3.1.2-22],
 * [MQTT3-3.1.2-24].
 *
 * <p>Confined to the connection's loop. Hearing costs one clock reading; the timer looks again only when it is due.
 */
final class KeepAlive {

    private final Loop loop;
    private final long limitNanos;
    private final BooleanSupplier deaf;
    private final Runnable silent;
    private long lastHeard;
    private @Nullable Timer timer;

    /**
     * Begins to listen.
     *
     * @param seconds keep alive, 0 to 65,535; 0 means that the client may be silent for ever
     * @param deaf whether the broker does not listen, so that silence is not the client's
     * @param silent runs once when the client has been silent too long
     */
    KeepAlive(Loop loop, int seconds, BooleanSupplier deaf, Runnable silent) {
        this.loop = loop;
        this.deaf = deaf;
        this.silent = silent;
        limitNanos = Duration.ofMillis(seconds * 1500L).toNanos();
        lastHeard = loop.nanoTime();
        if (seconds > 0) {
            lookIn(limitNanos);
        }
    }

    /** Something came from the client. */
    void heard() {
        lastHeard = loop.nanoTime();
    }

    private void lookIn(long nanos) {
        timer = loop.schedule(this::look, Duration.ofNanos(nanos));
    }

    private void look() {
        timer = null;
        long left = limitNanos - (loop.nanoTime() - lastHeard);
        if (left > 0) {
            lookIn(left);
        } else if (deaf.getAsBoolean()) {
            heard();
            lookIn(limitNanos);
        } else {
            silent.run();
        }
    }

    /** Stops listening. */
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
