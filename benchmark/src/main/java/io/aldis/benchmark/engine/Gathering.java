package io.aldis.benchmark.engine;

import java.util.concurrent.TimeUnit;

/**
 * How long an event loop should sleep between reads, where nothing waits for what is read: as long as reads bring little, for a read costs
 * the processor, which the broker shares, as much for one message as for a hundred; and so short that the sockets of publishers never run
 * dry meanwhile. Confined to its loop.
 */
final class Gathering {

    /** Bytes. A read that brings less is hardly worth its while. */
    private static final long LITTLE = 2048;

    /** Much less than messages wait in the queues of a broker that is sent as much as it takes. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(8);

    /** Less is not worth sleeping for. */
    private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(50);

    /** Bytes that lie in a publisher's socket at least, when it is full. */
    private static final long SOCKET = 32 * 1024;

    /** The part of what can lie in sockets that may leave them from one sleep to the next. */
    private static final long PART = 8;

    private final long enough;
    private long nap = SHORTEST;
    private long reads;
    private long bytesRead;
    private long lastSent;

    /** @param publishers that share the loop */
    Gathering(long publishers) {
        enough = publishers * SOCKET / PART;
    }

    /** Bytes were read from a socket. */
    void read(int bytes) {
        reads++;
        bytesRead += bytes;
    }

    /**
     * The loop has read and sent what it could.
     *
     * @param sent bytes, since ever
     * @return nanoseconds to sleep, 0 for not at all
     */
    long nap(long sent) {
        boolean little = bytesRead < LITTLE * reads || reads == 0;
        long left = sent - lastSent;
        if (left > enough) {
            nap = Math.max(SHORTEST / 2, nap / 2);
        } else if (left < enough / 2) {
            nap = Math.min(LONGEST, nap * 2);
        }
        reads = 0;
        bytesRead = 0;
        lastSent = sent;
        return little && nap >= SHORTEST ? nap : 0;
    }
}
