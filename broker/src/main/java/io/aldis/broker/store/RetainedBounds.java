package io.aldis.broker.store;

/**
 * What may be retained. A message that takes the place of another or removes it always may; one with too large a payload removes it.
 *
 * @param messages most topics with a retained message
 * @param payloadBytes largest payload of a retained message
 */
public record RetainedBounds(long messages, int payloadBytes) {}
