package io.aldis.benchmark.engine;

import io.aldis.benchmark.result.ExitCode;

/** Why a run cannot go on. What was seen until then is kept. */
final class RunFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exit;
    private final String why;

    RunFailed(ExitCode exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
        why = message;
    }

    ExitCode exit() {
        return exit;
    }

    String why() {
        return why;
    }
}
