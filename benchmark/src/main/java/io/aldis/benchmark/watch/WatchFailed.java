package io.aldis.benchmark.watch;

/** A process cannot be watched. The message is meant for the user. */
public final class WatchFailed extends RuntimeException {
    WatchFailed(String message) {
        super(message);
    }
}
