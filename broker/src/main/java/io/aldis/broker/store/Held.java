package io.aldis.broker.store;

/**
 * What is held in queues that the ledger does not know, those of transient sessions: it counts towards the bounds of all queues
 * together, so it travels in the commands that fill a queue.
 */
public record Held(long messages, long bytes) {

    /** Nothing. */
    public static final Held NOTHING = new Held(0, 0);
}
