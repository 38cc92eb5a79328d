package io.aldis.broker.hook;

import org.jspecify.annotations.Nullable;

/**
 * A client that wants to show who it is. What stands here it says of itself, and nothing has proved it.
 *
 * @param clientId its client id, or the one it was given
 * @param username the user name of its CONNECT; null if it has none
 */
public record AuthenticationRequest(
        String clientId, @Nullable String username) {}
