package io.aldis.broker.store;

/**
 * A message at its place in a session's queue.
 *
 * @param sequence the place: later messages have higher ones
 */
public record QueueRow(long sequence, QueuedMessage message) {}
