package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.session.Backlog.Outgoing;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has sent again, to a client that is still connected, what it has not answered for a while. For MQTT 3.x alone: 5.0 allows it after
 * a reconnect only [MQTT-4.4.0-1].
 *
 * <p>Confined to the session's loop; lives as long as one connection. One timer for all messages in flight.
 */
final class Retry {

    private final Loop loop;
    private final long intervalNanos;
    private final Collection<Outgoing> inFlight;
    private final Consumer<Outgoing> again;
    private @Nullable Timer timer;

    /**
     * @param interval how long a client may take to answer
     * @param inFlight what has been sent and not been answered for good
     * @param again sends PUBLISH or PUBREL once more
     */
    Retry(Loop loop, Duration interval, Collection<Outgoing> inFlight, Consumer<Outgoing> again) {
        this.loop = loop;
        intervalNanos = interval.toNanos();
        this.inFlight = inFlight;
        this.again = again;
    }

    /** An answer is owed from now on. */
    void sent(Outgoing outgoing) {
        outgoing.sentAt = loop.nanoTime();
        if (timer == null) {
            lookIn(intervalNanos);
        }
    }

    private void lookIn(long nanos) {
        timer = loop.schedule(this::look, Duration.ofNanos(nanos));
    }

    private void look() {
        long now = loop.nanoTime();
        long next = intervalNanos;
        for (Outgoing outgoing : List.copyOf(inFlight)) { // Sending may make room for more to be sent.
            if (outgoing.onWire && !outgoing.settling) {
                if (now - outgoing.sentAt >= intervalNanos) {
                    again.accept(outgoing);
                    outgoing.sentAt = now;
                }
                next = Math.min(next, outgoing.sentAt + intervalNanos - now);
            }
        }
        timer = null;
        if (!inFlight.isEmpty()) {
            lookIn(next);
        }
    }

    /** The connection ends. */
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
