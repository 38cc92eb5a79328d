package io.aldis.broker.hook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hooks of a broker. Immutable, shared by all threads. */
public final class Hooks {

    private final Map<String, EnhancedAuthenticator> authenticators;

    private Hooks(Map<String, EnhancedAuthenticator> authenticators) {
        this.authenticators = Map.copyOf(authenticators);
    }

    /** No hooks: everybody is let in. */
    public static Hooks none() {
        return new Hooks(Map.of());
    }

    /**
     * The hooks of a broker with these authenticators.
     *
     * @throws IllegalArgumentException if one names no method, or two name the same
     */
    public static Hooks of(List<EnhancedAuthenticator> authenticators) {
        Map<String, EnhancedAuthenticator> byMethod = new HashMap<>();
        for (EnhancedAuthenticator authenticator : authenticators) {
            String method = authenticator.method();
            if (method.isEmpty()) {
                throw new IllegalArgumentException(
                        authenticator.getClass().getName() + " names no authentication method.");
            }
            EnhancedAuthenticator other = byMethod.putIfAbsent(method, authenticator);
            if (other != null) {
                throw new IllegalArgumentException("The authentication method " + method + " has two authenticators, "
                        + other.getClass().getName() + " and "
                        + authenticator.getClass().getName() + "; one is allowed.");
            }
        }
        return new Hooks(byMethod);
    }

    /** Whether clients have to show who they are. */
    public boolean authenticating() {
        return !authenticators.isEmpty();
    }

    /** Who speaks an authentication method; null if nobody does. */
    public @Nullable EnhancedAuthenticator authenticator(String method) {
        return authenticators.get(method);
    }
}
