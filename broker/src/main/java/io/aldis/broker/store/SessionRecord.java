package io.aldis.broker.store;

import org.jspecify.annotations.Nullable;

/**
 * The ledger's row for a client id: who owns it, and the session kept under it.
 *
 * @param principal who it belongs to, "" if nobody asked; only the same principal may claim the client id while it lasts
 * @param session number of the session, never used twice
 * @param epoch counts the claims of the client id; commands of an older epoch are void
 * @param link the owning connection, or {@link #NOBODY}
 * @param durable whether session state lives in the ledger; false for a session that ends with its connection
 * @param expirySeconds session expiry interval, {@link #FOREVER} for never (MQTT 5.0 §3.1.2.11.2)
 * @param expiresAt when it ends if nobody claims it before, in milliseconds since 1970; {@link Long#MAX_VALUE} while owned
 * @param will what is to be published when the connection is lost, or is waiting for its delay
 * @param willDueAt when the will is published, in milliseconds since 1970; {@link Long#MAX_VALUE} while owned
 * @param bounds of its queue and of all
 * @param window most QoS 1 and 2 messages in flight to the owning connection
 */
public record SessionRecord(
        String clientId,
        String principal,
        long session,
        long epoch,
        long link,
        boolean durable,
        long expirySeconds,
        long expiresAt,
        @Nullable Testament will,
        long willDueAt,
        QueueBounds bounds,
        int window) {

    /** The session expiry interval that means: never. */
    public static final long FOREVER = 0xFFFF_FFFFL;

    /** No connection owns the client id. */
    public static final long NOBODY = 0;

    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The same session without a connection. */
    SessionRecord waiting(long expiry, long endsAt, @Nullable Testament leftWill, long leftWillDueAt) {
        return new SessionRecord(
                clientId,
                principal,
                session,
                epoch,
                NOBODY,
                true,
                expiry,
                endsAt,
                leftWill,
                leftWillDueAt,
                bounds,
                window);
    }

    /** Whether a connection owns the client id. */
    public boolean owned() {
        return link != NOBODY;
    }
}
