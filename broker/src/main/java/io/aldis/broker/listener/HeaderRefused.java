package io.aldis.broker.listener;

/** Bytes that are no header of the PROXY protocol. The message says why, and what to do, without a full stop. */
final class HeaderRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HeaderRefused(String why) {
        super(why, null, false, false); // A stranger may cause as many as he likes.
    }
}
