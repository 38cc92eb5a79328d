package io.aldis.broker.store;

/** What a timer of the ledger is for. Stored by its place here: new ones come last. */
enum TimerKind {
    /** The will or the end of a client's session, by its client id. */
    SESSION,
    /** The end of a retained message, by its topic. */
    RETAINED
}
