package io.aldis.security;

/**
 * A client does not speak SCRAM as it should. The message tells what is wrong, and repeats nothing that came.
 *
 * <p>Without a stack trace, because a stranger decides how often it is thrown.
 */
final class ScramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    ScramException(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    /** What is wrong. */
    String what() {
        return what;
    }
}
