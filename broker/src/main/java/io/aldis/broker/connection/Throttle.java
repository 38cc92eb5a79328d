package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.settings.ClientRate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much one client may send: who has sent more is not listened to until it would have been within its rate. Confined to the
 * connection's loop.
 */
final class Throttle {

    private final Loop loop;
    private final Metrics metrics;
    private final Runnable over;
    private final @Nullable Bucket messages;
    private final @Nullable Bucket bytes;
    private @Nullable Timer timer;

    /** From when it is not listened to for the first time until it is, and has said what it had to say by then. */
    private boolean slowed;

    private long since;

    /**
     * @param over runs when a client that had sent too much may be listened to again
     */
    Throttle(ClientRate rate, Loop loop, Metrics metrics, Runnable over) {
        this.loop = loop;
        this.metrics = metrics;
        this.over = over;
        long now = loop.nanoTime();
        messages = rate.messages() == 0 ? null : new Bucket(rate.messages(), rate.messageBurst(), now);
        bytes = rate.bytes() == 0 ? null : new Bucket(rate.bytes(), rate.byteBurst(), now);
    }

    /** A message has come. */
    void message() {
        take(messages, 1);
    }

    /** Bytes have come. */
    void bytes(int count) {
        take(bytes, count);
    }

    private void take(@Nullable Bucket bucket, int tokens) {
        if (bucket == null) {
            return;
        }
        long now = loop.nanoTime();
        bucket.take(tokens, now);
        long wait = bucket.until(now);
        if (wait > 0 && timer == null) {
            if (!slowed) {
                slowed = true;
                since = now;
                metrics.throttled.increment();
            }
            timer = loop.schedule(this::look, Duration.ofNanos(wait));
        }
    }

    /** Whether the client is not to be listened to now. */
    boolean holds() {
        return timer != null;
    }

    private void look() {
        long now = loop.nanoTime();
        long wait = Math.max(messages == null ? 0 : messages.until(now), bytes == null ? 0 : bytes.until(now));
        if (wait > 0) {
            timer = loop.schedule(this::look, Duration.ofNanos(wait));
        } else {
            timer = null;
            over.run();
            if (timer == null) {
                end();
            }
        }
    }

    private void end() {
        slowed = false;
        metrics.throttledNanos.add(loop.nanoTime() - since);
    }

    /** The connection ends. */
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            end();
        }
    }
}
