package io.aldis.broker.store;

/**
 * A message at its place in a session's queue, which may be sent.
 *
 * @param sequence the place: later messages have higher ones
 * @param number where its packet id comes from: messages of QoS 1 and 2 are numbered in the order of their places; QoS 0 has no use for
 *     it
 * @param received whether the client has answered PUBREC, so that only PUBREL is owed
 * @param again whether the client may have it from before the broker's start
 */
public record QueueRow(long sequence, long number, QueuedMessage message, boolean received, boolean again) {}
