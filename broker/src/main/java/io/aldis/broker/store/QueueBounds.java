package io.aldis.broker.store;

import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.FullQueuePolicy;
import org.jspecify.annotations.Nullable;

/**
 * What queues may hold, in flight and waiting together, and which message gives way when one is full. Bytes are as
 * {@link io.aldis.broker.message.Message#bytes} counts them.
 *
 * @param messages most messages in one session's queue
 * @param bytes most bytes in one session's queue
 * @param totalMessages most messages in all queues of the broker together
 * @param totalBytes most bytes in all queues of the broker together
 * @param whenFull which message gives way
 */
public record QueueBounds(long messages, long bytes, long totalMessages, long totalBytes, FullQueuePolicy whenFull) {

    /** What stands in the way of one more message of {@code size} bytes in a queue that holds so much; null if nothing. */
    public @Nullable DropReason full(long heldMessages, long heldBytes, int size) {
        if (heldMessages >= messages) {
            return DropReason.QUEUE_FULL_MESSAGES;
        }
        return size > bytes - heldBytes ? DropReason.QUEUE_FULL_BYTES : null;
    }

    /** The same for all queues, when they hold so much together. */
    public @Nullable DropReason allFull(long heldMessages, long heldBytes, int size) {
        if (heldMessages >= totalMessages) {
            return DropReason.QUEUES_FULL_MESSAGES;
        }
        return size > totalBytes - heldBytes ? DropReason.QUEUES_FULL_BYTES : null;
    }
}
