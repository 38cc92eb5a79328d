package io.aldis.broker.store;

/** Why a session ended. */
public enum SessionEnd {
    /** Its connection ended, and it was not to outlive it. */
    DISCONNECTED,
    /** Its client stayed away for longer than the session expiry interval. */
    EXPIRED,
    /** Its client id was claimed for a new session, by a clean start. */
    REPLACED,
    /** The broker was asked to delete it. */
    DELETED
}
