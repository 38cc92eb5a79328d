package io.aldis.broker.settings;

/**
 * Who is let in.
 *
 * @param anonymous whether clients that bring neither user name nor password nor authentication method are let in where clients are
 *     authenticated. Without authenticators everybody is
 */
public record AuthenticationSettings(boolean anonymous) {

    /** The defaults. */
    public static AuthenticationSettings defaults() {
        return new AuthenticationSettings(false);
    }

    /** These with another {@code anonymous}. */
    public AuthenticationSettings withAnonymous(boolean value) {
        return new AuthenticationSettings(value);
    }
}
