package io.aldis.broker.admin;

/** What became of a published message. */
public enum Published {
    /** Somebody gets it, unless it is dropped on the way as messages may be; who has to keep it has kept it. */
    ACCEPTED,
    /** Nobody subscribes to it; or, if it was for one client, that has no session. It may have been retained for all that. */
    NOBODY
}
