package io.aldis.broker.store;

/**
 * A durable session's queue without its rows. Those from {@code head} to {@code boundary} may be in flight; those of QoS 1 and 2 among
 * them have numbers from {@code firstNumber} on, in their order, from which their packet ids come. The others wait.
 *
 * @param next place of the next row
 * @param head place of the first row, or what comes before it
 * @param boundary place from which on rows wait
 * @param firstNumber number of the first row of QoS 1 or 2 from {@code head} on
 * @param messages in the queue, those done with not counted
 * @param bytes of these
 * @param waiting rows from {@code boundary} on
 * @param waitingBytes of these
 */
public record QueueState(
        long next,
        long head,
        long boundary,
        long firstNumber,
        long messages,
        long bytes,
        long waiting,
        long waitingBytes) {}
