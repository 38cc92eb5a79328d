package io.aldis.broker.store;

/** STUB. */
enum TimerKind {
    /** The will or the end of a client's session, by its client id. */
    SESSION,
    /** The end of a retained message, by its topic. */
    RETAINED
}
