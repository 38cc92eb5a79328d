package io.aldis.microbench.load;

/** A run that cannot give figures; the message tells the person at the keyboard why. */
final class LoadFailed extends RuntimeException {
    LoadFailed(String message) {
        super(message);
    }
}
