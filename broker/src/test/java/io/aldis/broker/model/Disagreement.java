package io.aldis.broker.model;

/** The broker sent what it must not, or did not send what it must. */
final class Disagreement extends RuntimeException {
    private static final long serialVersionUID = 1;

    Disagreement(String message) {
        super(message);
    }
}
