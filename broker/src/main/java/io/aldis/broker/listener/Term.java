package io.aldis.broker.listener;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From when until when something may be used that others made and nobody here can make longer.
 *
 * @param what it is and where, to begin a sentence with
 * @param until null if it does not expire
 * @param then what happens when it has expired, and what to do
 */
record Term(String what, Instant from, @Nullable Instant until, String then) {

    /** Its end is near when this is left, or a fifth of its whole time if that is less. */
    private static final Duration NEAR = Duration.ofDays(14);

    private static final int PART = 5;

    static Term of(X509Certificate certificate, String what, String then) {
        return new Term(
                what,
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                then);
    }

    boolean hasExpired(Instant now) {
        return until != null && until.isBefore(now);
    }

    /** What to think of before it is too late, in the same words until something else is true; empty if nothing. */
    String worry(Instant now) {
        if (from.isAfter(now)) {
            return what + " is not valid before " + from + ": " + then;
        } else if (until == null) {
            return "";
        } else if (hasExpired(now)) {
            return what + " has expired at " + until + ": " + then;
        }
        Duration part = Duration.between(from, until).dividedBy(PART);
        Duration near = part.compareTo(NEAR) < 0 ? part : NEAR;
        return until.minus(near).isAfter(now)
                ? ""
                : what + " expires at " + until + ", which is soon: after that, " + then;
    }
}
