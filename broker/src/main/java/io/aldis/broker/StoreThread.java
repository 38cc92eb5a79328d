package io.aldis.broker;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that writes to a storage. Callable from any thread. */
final class StoreThread {

    private static final Logger log = LoggerFactory.getLogger(StoreThread.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "aldis-store");
        made.setDaemon(true);
        return made;
    });

    /** One that runs nothing yet. */
    StoreThread() {}

    /** Runs a task after those it was given before. */
    void runAsync(Runnable task) {
        thread.execute(task);
    }

    /** Takes no more; waits for what it was given, but not longer than that. */
    void close(Duration patience) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                log.error("The storage has not taken all in {}; what it has not taken was not acknowledged.", patience);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
