package io.aldis.broker.hook;

import org.jspecify.annotations.Nullable;

/**
 * A client that wants to show who it is. What it says of itself nothing has proved.
 *
 * @param client who it says it is, and where it comes from
 */
public record AuthenticationRequest(Client client) {

    /** Its client id, or the one it was given. */
    public String clientId() {
        return client.clientId();
    }

    /** The user name of its CONNECT; null if it has none. */
    public @Nullable String username() {
        return client.username();
    }
}
