package io.aldis.broker.session;

import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.store.QueueBounds;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queue of a session that ends with its connection: in this loop's memory, bounded, the newest gives way. */
final class TransientBacklog implements Backlog {

    private final QueueBounds bounds;
    private final Metrics metrics;
    private final Pressure pressure;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private long nextSequence;

    // Waiting and in flight together.
    private long messages;
    private long bytes;

    TransientBacklog(QueueBounds bounds, Metrics metrics, Pressure pressure) {
        this.bounds = bounds;
        this.metrics = metrics;
        this.pressure = pressure;
    }

    /** Lets a message wait, or drops it for want of room. */
    void add(Delivery delivery) {
        int size = delivery.message().bytes();
        if (messages >= bounds.messages()) {
            metrics.dropped(DropReason.QUEUE_FULL_MESSAGES);
        } else if (bytes + size > bounds.bytes()) {
            metrics.dropped(DropReason.QUEUE_FULL_BYTES);
        } else {
            messages++;
            bytes += size;
            waiting.add(delivery);
        }
        pressure.grown(messages);
    }

    @Override
    public @Nullable Outgoing next() {
        Delivery delivery = waiting.poll();
        return delivery == null ? null : new Outgoing(nextSequence++, delivery);
    }

    /** One message, which does not wait: so no bound is needed. */
    @Override
    public boolean admit(Replay replay, Outbox outbox) {
        Delivery delivery = replay.peek();
        if (delivery == null) {
            return false;
        }
        replay.remove();
        messages++;
        bytes += delivery.message().bytes();
        outbox.sendAdmitted(new Outgoing(nextSequence++, delivery));
        return true;
    }

    @Override
    public void resume(Outbox outbox) {
        // There is one connection only.
    }

    @Override
    public void settle(Outgoing sent, Outbox outbox) {
        messages--;
        bytes -= sent.delivery.message().bytes();
        pressure.shrunk(messages);
        outbox.settled(sent);
    }

    @Override
    public void received(Outgoing sent, Outbox outbox) {
        outbox.released(sent);
    }

    @Override
    public void flush(Outbox outbox) {
        // Everything is remembered at once.
    }

    @Override
    public void abandon(List<Outgoing> left) {
        for (Delivery delivery = waiting.poll(); delivery != null; delivery = waiting.poll()) {
            left.add(new Outgoing(nextSequence++, delivery));
        }
    }
}
