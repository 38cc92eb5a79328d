package io.aldis.broker.session;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.store.QueueBounds;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queue of a session that ends with its connection: in this loop's memory, bounded. */
final class TransientBacklog implements Backlog {

    private final String clientId;
    private final QueueBounds bounds;
    private final QueueTotals.Share share;
    private final Drops drops;
    private final Pressure pressure;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long nextNumber;

    // Waiting and in flight together.
    private long messages;
    private long bytes;

    /** Counts as long as the session lives. */
    private long dropped;

    TransientBacklog(String clientId, QueueTotals.Share share, QueueBounds bounds, Drops drops, Pressure pressure) {
        this.clientId = clientId;
        this.bounds = bounds;
        this.share = share;
        this.drops = drops;
        this.pressure = pressure;
    }

    /** Lets a message wait; for want of room, it is dropped or those that wait longest are. */
    void add(Delivery delivery) {
        int size = delivery.message().bytes();
        DropReason full = take(size);
        if (full != null && bounds.whenFull() == FullQueuePolicy.DROP_OLDEST && ofUse(full, size)) {
            full = takeFromOldest(full, size);
        }
        if (full == null) {
            waiting.add(delivery);
            waitingBytes += size;
        } else {
            drop(full, delivery.message());
        }
        pressure.grown(messages);
    }

    private void drop(DropReason reason, Message message) {
        dropped++;
        drops.dropped(reason, message, clientId);
    }

    /** Messages dropped for want of room so far. */
    long dropped() {
        return dropped;
    }

    /** Messages that wait. */
    int waiting() {
        return waiting.size();
    }

    /** Bytes of these. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Takes room for a message, or answers what stands in the way. */
    private @Nullable DropReason take(int size) {
        DropReason full = bounds.full(messages, bytes, size);
        if (full == null) {
            full = share.take(size);
        }
        if (full == null) {
            messages++;
            bytes += size;
        }
        return full;
    }

    /** Whether there would be room if nothing waited. */
    private boolean ofUse(DropReason full, int size) {
        return bounds.full(messages - waiting.size(), bytes - waitingBytes, size) == null
                && (full != DropReason.QUEUES_FULL_BYTES || size <= waitingBytes);
    }

    private @Nullable DropReason takeFromOldest(DropReason first, int size) {
        DropReason full = first;
        while (full != null && !waiting.isEmpty()) {
            Delivery oldest = waiting.remove();
            waitingBytes -= oldest.message().bytes();
            leave(oldest);
            drop(full, oldest.message());
            full = take(size);
        }
        return full;
    }

    private void leave(Delivery delivery) {
        int size = delivery.message().bytes();
        messages--;
        bytes -= size;
        share.give(size);
    }

    @Override
    public @Nullable Outgoing next(boolean room) {
        Delivery delivery = room ? waiting.poll() : null;
        if (delivery == null) {
            return null;
        }
        waitingBytes -= delivery.message().bytes();
        return new Outgoing(nextNumber, nextNumber++, delivery);
    }

    /** One message, which does not wait: so no bound is needed. */
    @Override
    public boolean admit(Replay replay, Outbox outbox) {
        Delivery delivery = replay.peek();
        if (delivery == null) {
            return false;
        }
        replay.remove();
        int size = delivery.message().bytes();
        messages++;
        bytes += size;
        share.takeAnyway(size);
        outbox.sendAdmitted(new Outgoing(nextNumber, nextNumber++, delivery));
        return true;
    }

    @Override
    public void resume(Outbox outbox) {
        // There is one connection only.
    }

    @Override
    public void settle(Outgoing sent, Outbox outbox) {
        leave(sent.delivery);
        pressure.shrunk(messages);
        outbox.settled(sent);
    }

    @Override
    public void forget(Outgoing unsent, Outbox outbox) {
        nextNumber = unsent.number;
        settle(unsent, outbox);
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
            left.add(new Outgoing(nextNumber, nextNumber++, delivery));
        }
        waitingBytes = 0;
        left.forEach(outgoing -> leave(outgoing.delivery));
    }
}
