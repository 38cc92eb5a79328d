package io.aldis.broker.settings;

import java.util.List;

/**
 * Who is let in by one listener.
 *
 * @param anonymous whether clients that bring neither user name nor password nor authentication method are let in without being asked
 *     who they are
 * @param authenticators whose {@code OnBasicAuth} and enhanced authenticators are asked: names of plugins, and "embedder" for the program
 *     around the broker; all are if it is empty. If none of them can be asked, nobody is let in
 */
public record ListenerAuthentication(Anonymous anonymous, List<String> authenticators) {

    /** What becomes of clients that do not say who they are. */
    public enum Anonymous {
        /** As {@link AuthenticationSettings#anonymous} says. */
        INHERIT,
        /** They are let in. */
        YES,
        /** They are not let in unless an authenticator accepts them, and nobody else is, also if there is no authenticator. */
        NO
    }

    public ListenerAuthentication {
        authenticators = List.copyOf(authenticators);
        if (authenticators.contains("")) {
            throw new IllegalArgumentException(
                    "authenticators has an empty name; name plugins, or embedder, with commas between them.");
        }
    }

    /** Whether everybody has to be authenticated, also where there is nobody who can. */
    public boolean required() {
        return anonymous == Anonymous.NO || !authenticators.isEmpty();
    }

    /** The defaults. */
    public static ListenerAuthentication defaults() {
        return new ListenerAuthentication(Anonymous.INHERIT, List.of());
    }

    /** These with another {@code anonymous}. */
    public ListenerAuthentication withAnonymous(Anonymous value) {
        return new ListenerAuthentication(value, authenticators);
    }

    /** These with another {@code authenticators}. */
    public ListenerAuthentication withAuthenticators(List<String> value) {
        return new ListenerAuthentication(anonymous, value);
    }
}
