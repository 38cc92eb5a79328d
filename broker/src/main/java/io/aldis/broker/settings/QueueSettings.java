package io.aldis.broker.settings;

/**
 * How many messages may wait for clients: those in flight count too.
 *
 * @param maximumMessages most messages in one session's queue
 * @param maximumBytes most bytes in one session's queue
 * @param totalMessages most messages in all queues together
 * @param totalBytes most bytes in all queues together
 * @param whenFull which message gives way
 * @param keepQos0 whether messages of QoS 0 wait for a persistent session whose client is away; they wait with those of
 *     QoS 1 and 2, in one order, also for a connected client that is slow
 */
public record QueueSettings(
        long maximumMessages,
        long maximumBytes,
        long totalMessages,
        long totalBytes,
        FullQueuePolicy whenFull,
        boolean keepQos0) {

    public QueueSettings {
        Check.inRange("maximumMessages", maximumMessages, 1, Long.MAX_VALUE);
        Check.inRange("maximumBytes", maximumBytes, 1, Long.MAX_VALUE);
        Check.inRange("totalMessages", totalMessages, 1, Long.MAX_VALUE);
        Check.inRange("totalBytes", totalBytes, 1, Long.MAX_VALUE);
    }

    /** The defaults. */
    public static QueueSettings defaults() {
        return new QueueSettings(
                1000, 64L * 1024 * 1024, 10_000_000, 1024L * 1024 * 1024, FullQueuePolicy.DROP_NEWEST, false);
    }

    /** These with another {@code maximumMessages}. */
    public QueueSettings withMaximumMessages(long value) {
        return new QueueSettings(value, maximumBytes, totalMessages, totalBytes, whenFull, keepQos0);
    }

    /** These with another {@code maximumBytes}. */
    public QueueSettings withMaximumBytes(long value) {
        return new QueueSettings(maximumMessages, value, totalMessages, totalBytes, whenFull, keepQos0);
    }

    /** These with another {@code totalMessages}. */
    public QueueSettings withTotalMessages(long value) {
        return new QueueSettings(maximumMessages, maximumBytes, value, totalBytes, whenFull, keepQos0);
    }

    /** These with another {@code totalBytes}. */
    public QueueSettings withTotalBytes(long value) {
        return new QueueSettings(maximumMessages, maximumBytes, totalMessages, value, whenFull, keepQos0);
    }

    /** These with another {@code whenFull}. */
    public QueueSettings withWhenFull(FullQueuePolicy value) {
        return new QueueSettings(maximumMessages, maximumBytes, totalMessages, totalBytes, value, keepQos0);
    }

    /** These with another {@code keepQos0}. */
    public QueueSettings withKeepQos0(boolean value) {
        return new QueueSettings(maximumMessages, maximumBytes, totalMessages, totalBytes, whenFull, value);
    }
}
