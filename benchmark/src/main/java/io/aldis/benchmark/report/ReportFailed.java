package io.aldis.benchmark.report;

/** A report could not be written; the message names the file and says why. */
public final class ReportFailed extends RuntimeException {

    ReportFailed(String message, Throwable cause) {
        super(message, cause);
    }

    ReportFailed(String message) {
        super(message);
    }
}
