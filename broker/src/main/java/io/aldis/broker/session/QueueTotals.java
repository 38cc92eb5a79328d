package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.store.Held;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.StateMachine;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all queues hold together, those of the ledger and the transient ones, and the bounds of that.
 *
 * <p>A counter shared by all loops would cost each message of QoS 1 a fight for its cache line. So loops take room from the whole by
 * the chunk and keep books of their own: a message costs them a few additions, and the shared counters are touched once a chunk.
 * What loops have taken and do not use is at most a 32nd of the bound, and so much too early a queue may be found full. The ledger
 * counts for itself; it is told of the transient queues by {@link Held} in its commands, and they look at what it counts.
 */
public final class QueueTotals {

    private static final int CHUNKS = 64;
    private static final long LARGEST_CHUNK_MESSAGES = 256;
    private static final long LARGEST_CHUNK_BYTES = 256 * 1024;

    private final QueueBounds bounds;
    private final StateMachine ledger;
    private final List<Share> shares;
    private final long chunkMessages;
    private final long chunkBytes;

    // Room that loops have taken.
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    private volatile Held held = Held.NOTHING;

    /** The totals of queues on {@code loops} and in {@code ledger}, within {@code bounds}. */
    public QueueTotals(QueueBounds bounds, List<Loop> loops, StateMachine ledger) {
        this.bounds = bounds;
        this.ledger = ledger;
        shares = loops.stream().map(Share::new).toList();
        chunkMessages = chunk(bounds.totalMessages(), LARGEST_CHUNK_MESSAGES);
        chunkBytes = chunk(bounds.totalBytes(), LARGEST_CHUNK_BYTES);
    }

    private long chunk(long bound, long largest) {
        return Math.max(1, Math.min(largest, bound / CHUNKS / shares.size()));
    }

    /** What transient queues hold, about now. Callable from any thread. */
    public Held held() {
        Held last = held;
        if (last.messages() != messages.get() || last.bytes() != bytes.get()) {
            last = new Held(messages.get(), bytes.get());
            held = last;
        }
        return last;
    }

    /** The books of one loop. */
    Share shareOf(Loop loop) {
        return shares.get(loop.index());
    }

    private boolean reserve(AtomicLong counter, long more, long others, long bound) {
        if (counter.addAndGet(more) > bound - others) {
            counter.addAndGet(-more);
            return false;
        }
        return true;
    }

    /** One loop's part of the room; confined to it. */
    final class Share {
        private final Loop loop;

        // Taken from the whole and not used.
        private long freeMessages;
        private long freeBytes;

        Share(Loop loop) {
            this.loop = loop;
        }

        /** Takes room for a message of {@code size} bytes; if there is none, answers what stands in the way. */
        @Nullable
        DropReason take(int size) {
            assert loop.inEventLoop();
            if (freeMessages < 1 && !moreMessages()) {
                return DropReason.QUEUES_FULL_MESSAGES;
            }
            if (freeBytes < size && !moreBytes(size - freeBytes)) {
                return DropReason.QUEUES_FULL_BYTES;
            }
            freeMessages--;
            freeBytes -= size;
            return null;
        }

        private boolean moreMessages() {
            long others = ledger.queuedMessages();
            long more = chunkMessages;
            if (!reserve(messages, more, others, bounds.totalMessages())) {
                more = 1;
                if (more == chunkMessages || !reserve(messages, more, others, bounds.totalMessages())) {
                    return false;
                }
            }
            freeMessages += more;
            return true;
        }

        private boolean moreBytes(long least) {
            long others = ledger.queuedBytes();
            long more = Math.max(least, chunkBytes);
            if (!reserve(bytes, more, others, bounds.totalBytes())) {
                more = least;
                if (!reserve(bytes, more, others, bounds.totalBytes())) {
                    return false;
                }
            }
            freeBytes += more;
            return true;
        }

        /** Takes room whether there is any or not. */
        void takeAnyway(int size) {
            assert loop.inEventLoop();
            if (freeMessages < 1) {
                messages.incrementAndGet();
                freeMessages++;
            }
            if (freeBytes < size) {
                long more = size - freeBytes;
                bytes.addAndGet(more);
                freeBytes += more;
            }
            freeMessages--;
            freeBytes -= size;
        }

        /** Gives room back. Up to two chunks stay here, so that a queue that comes and goes fights for nothing. */
        void give(int size) {
            assert loop.inEventLoop();
            freeMessages++;
            freeBytes += size;
            if (freeMessages >= 2 * chunkMessages - 1) {
                long back = freeMessages - (chunkMessages - 1);
                freeMessages -= back;
                messages.addAndGet(-back);
            }
            if (freeBytes >= 2 * chunkBytes - 1) {
                long back = freeBytes - (chunkBytes - 1);
                freeBytes -= back;
                bytes.addAndGet(-back);
            }
        }
    }
}
