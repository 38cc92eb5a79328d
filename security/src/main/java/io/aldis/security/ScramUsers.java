package io.aldis.security;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where {@link ScramSha256} finds its users. Called by the broker's loops, several at once; must not wait. */
@FunctionalInterface
public interface ScramUsers {

    /**
     * The credentials of a user; empty if there is no such user. The answer may come later and from any thread. Let it take as long
     * for users that are not there, so that nobody finds out who is.
     *
     * @param username prepared by SASLprep (RFC 4013), never empty
     */
    CompletionStage<Optional<ScramCredentials>> credentials(String username);

    /**
     * These users, as they are now.
     *
     * @throws IllegalArgumentException if SASLprep forbids a name, or makes two of them the same
     */
    static ScramUsers of(Map<String, ScramCredentials> users) {
        Map<String, ScramCredentials> prepared = new HashMap<>();
        users.forEach((username, credentials) -> {
            if (prepared.put(Prepared.username(username), credentials) != null) {
                throw new IllegalArgumentException("Two user names become the same by SASLprep: " + username);
            }
        });
        return username -> CompletableFuture.completedFuture(Optional.ofNullable(prepared.get(username)));
    }
}
