package io.aldis.broker.listener;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines about strangers, of whom there may be many: so many in a while and no more. Callable from any thread. */
public final class Notices {

    private static final Logger log = LoggerFactory.getLogger(Notices.class);

    private static final long WHILE = Duration.ofSeconds(10).toNanos();
    private static final int MOST = 10;

    private final AtomicLong since = new AtomicLong(System.nanoTime());
    private final AtomicInteger told = new AtomicInteger();

    /** Nothing has been told yet. */
    public Notices() {}

    /** Tells of somebody what happened and what to do. */
    public void tell(String who, String what) {
        long now = System.nanoTime();
        long began = since.get();
        if (now - began > WHILE && since.compareAndSet(began, now)) {
            int left = told.getAndSet(0) - MOST;
            if (left > 0) {
                log.info("{} more lines like the following were left out", left);
            }
        }
        if (told.incrementAndGet() <= MOST) {
            log.info("{}: {}", who, what);
        }
    }
}
