package io.aldis.benchmark.result;

/** How a run ended, for scripts. */
public enum ExitCode {
    /** All went as it should. */
    OK(0),
    /** A bug of this tool. */
    BUG(1),
    /** What was typed or written in a file makes no sense. */
    USAGE(2),
    /** The broker cannot be reached, or refuses clients or subscriptions. */
    UNREACHABLE(3),
    /** The broker ended connections in the middle of the run. */
    BROKEN_OFF(4),
    /** Messages were lost, came twice, late, or changed, where their quality of service forbids it. */
    GUARANTEE(5),
    /** Not all was there in time: messages were still under way, or answers owed, when patience ended. */
    UNFINISHED(6),
    /** The user ended it. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** What the process answers. */
    public int code() {
        return code;
    }
}
