package io.aldis.broker.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session, as it was a moment ago.
 *
 * @param clientId whose it is
 * @param principal who it belongs to, "" if nobody asked
 * @param connected whether its client is connected
 * @param persistent whether it may outlive its connection
 * @param subscriptions how many it has
 * @param expiry session expiry interval in seconds; 4,294,967,295 for never
 * @param createdAt when it began
 * @param connectedAt when its client was let in last; null if that has not happened yet
 * @param disconnectedAt when its client went; null if it is connected, or never was
 */
public record SessionInfo(
        String clientId,
        String principal,
        boolean connected,
        boolean persistent,
        int subscriptions,
        long expiry,
        Instant createdAt,
        @Nullable Instant connectedAt,
        @Nullable Instant disconnectedAt) {}
