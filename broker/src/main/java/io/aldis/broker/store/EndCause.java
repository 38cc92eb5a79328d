package io.aldis.broker.store;

/** Why a session ends. */
public enum EndCause {
    /** Its connection ended, and it was not to outlive it. */
    DISCONNECTED,
    /** Its session expiry interval passed without a connection. */
    EXPIRED,
    /** Its client id was claimed for a new session, by a clean start. */
    REPLACED,
    /** It was deleted by the program around the broker. */
    DELETED
}
