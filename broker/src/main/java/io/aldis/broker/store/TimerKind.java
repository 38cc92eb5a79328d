package io.aldis.broker.store;

/** What a timer of the ledger is for. */
public enum TimerKind {
    /** The will or the end of a client's session, by its client id. */
    SESSION(0),
    /** The end of a retained message, by its topic. */
    RETAINED(1);

    private static final TimerKind[] CODES = values();

    private final int code;

    TimerKind(int code) {
        this.code = code;
    }

    /** How it is stored: its place here, so that rows are in the order of the kinds. */
    int code() {
        return code;
    }

    /**
     * The kind with this code.
     *
     * @throws IllegalArgumentException if there is none
     */
    static TimerKind of(int code) {
        if (code < 0 || code >= CODES.length) {
            throw new IllegalArgumentException(
                    "it has a timer of kind " + code + "; 0 to " + (CODES.length - 1) + " expected");
        }
        return CODES[code];
    }
}
