package io.aldis.benchmark.compare;

import io.aldis.benchmark.result.ExitCode;

/** A comparison cannot be made; the message tells the person at the keyboard why, and how to mend it. */
public final class CompareFailed extends RuntimeException {

    private final ExitCode exit;

    CompareFailed(ExitCode exit, String message) {
        super(message);
        this.exit = exit;
    }

    /** What was typed makes no sense. */
    static CompareFailed usage(String message) {
        return new CompareFailed(ExitCode.USAGE, message);
    }

    /** A broker cannot be had. */
    public static CompareFailed unreachable(String message) {
        return new CompareFailed(ExitCode.UNREACHABLE, message);
    }

    /** The person at the keyboard has ended it. */
    public static CompareFailed interrupted(String message) {
        return new CompareFailed(ExitCode.INTERRUPTED, message);
    }

    /** What the process should answer. */
    public ExitCode exit() {
        return exit;
    }
}
