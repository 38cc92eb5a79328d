package io.aldis.broker.settings;

/** Which message gives way when a queue is full. */
public enum FullQueuePolicy {
    /** The one that comes. */
    DROP_NEWEST,
    /** The oldest that has not been sent. */
    DROP_OLDEST
}
