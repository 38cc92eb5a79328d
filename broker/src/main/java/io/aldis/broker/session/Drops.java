package io.aldis.broker.session;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Drop;
import io.aldis.broker.metric.DropListener;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every message ends that does not reach a receiver: counted under its reason, and reported to those who asked.
 *
 * <p>Callable from any thread. Without a listener a drop costs its count and nothing else.
 */
public final class Drops {

    private static final Logger log = LoggerFactory.getLogger(Drops.class);

    /** Of failing listeners is spoken so often. */
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Metrics metrics;
    private final List<DropListener> listeners;
    private final LongSupplier nanoTime;
    private final AtomicLong speaksNext;

    /**
     * Counts in {@code metrics} and tells {@code listeners}.
     *
     * @param nanoTime monotonic time
     */
    public Drops(Metrics metrics, List<DropListener> listeners, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.listeners = List.copyOf(listeners);
        this.nanoTime = nanoTime;
        speaksNext = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * A message did not reach one receiver.
     *
     * @param receiver client id, or "" if there is none to name
     */
    public void dropped(DropReason reason, Message message, String receiver) {
        metrics.dropped(reason);
        if (!listeners.isEmpty()) {
            report(new Drop(reason, message.topic(), message.qos(), message.publisher(), receiver));
        }
    }

    private void report(Drop drop) {
        for (DropListener listener : listeners) {
            try {
                listener.dropped(drop);
            } catch (RuntimeException failed) {
                complain(failed);
            }
        }
    }

    private void complain(RuntimeException failed) {
        long now = nanoTime.getAsLong();
        long due = speaksNext.get();
        if (now - due >= 0 && speaksNext.compareAndSet(due, now + SILENCE_NANOS)) {
            log.error("A listener for drops failed; further failures within a minute are not logged", failed);
        }
    }
}
