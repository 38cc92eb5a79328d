package io.aldis.broker.store;

/**
 * What one session's queue may hold, in flight and waiting together. The newest message gives way.
 *
 * @param messages most messages
 * @param bytes most bytes, as {@link io.aldis.broker.message.Message#bytes} counts them
 */
public record QueueBounds(long messages, long bytes) {}
