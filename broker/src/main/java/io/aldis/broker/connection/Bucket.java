package io.aldis.broker.connection;

import java.time.Duration;

/**
 * A bucket of tokens that fills at a steady rate (token bucket), in nanoseconds. More may be taken than is in it: that is
 * waited for afterwards. Confined to one loop.
 */
public final class Bucket {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long rate;
    private final long burstNanos;

    /** When it is full, or will be. */
    private long fullAt;

    /**
     * A full bucket.
     *
     * @param rate tokens a second, 1 to 2,147,483,647
     * @param burst tokens in the full bucket, to 2,147,483,647; 0 for those of a second
     */
    public Bucket(int rate, int burst, long now) {
        this.rate = rate;
        burstNanos = burst == 0 ? SECOND : burst * SECOND / rate;
        fullAt = now;
    }

    /** Takes tokens, whether they are there or not. */
    public void take(long tokens, long now) {
        fullAt = (fullAt - now > 0 ? fullAt : now) + tokens * SECOND / rate;
    }

    /** How many nanoseconds it is until there is a token; 0 if there is one. */
    public long until(long now) {
        return Math.max(0, fullAt - now - burstNanos + SECOND / rate);
    }
}
