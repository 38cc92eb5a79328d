package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What one session may hold and have under way.
 *
 * @param maximumExpiry longest session expiry interval in seconds, and that of persistent sessions of MQTT 3.x;
 *     4,294,967,295 means that sessions may stay for ever
 * @param receiveMaximum most QoS 1 and 2 messages a 5.0 client may have unacknowledged towards the broker, 1 to
 *     65,535; announced (MQTT 5.0 §3.2.2.3.3)
 * @param receiveMaximumPolicy what happens to a client that exceeds it
 * @param maximumInFlight most QoS 1 and 2 messages in flight to a client, 1 to 65,535; a client may ask for fewer
 * @param retryInterval after how long an unacknowledged message is sent again to a client of MQTT 3.x that is
 *     still connected; zero for never. In 5.0 this is not allowed [MQTT-4.4.0-1]
 */
public record SessionSettings(
        long maximumExpiry,
        int receiveMaximum,
        ReceiveMaximumPolicy receiveMaximumPolicy,
        int maximumInFlight,
        Duration retryInterval) {

    public SessionSettings {
        Check.inRange("maximumExpiry", maximumExpiry, 0, 0xFFFF_FFFFL);
        Check.inRange("receiveMaximum", receiveMaximum, 1, 65_535);
        Check.inRange("maximumInFlight", maximumInFlight, 1, 65_535);
        Check.inRange("retryInterval (milliseconds)", retryInterval.toMillis(), 0, Integer.MAX_VALUE);
    }

    /** The defaults. */
    public static SessionSettings defaults() {
        return new SessionSettings(0xFFFF_FFFFL, 1000, ReceiveMaximumPolicy.DISCONNECT, 32, Duration.ZERO);
    }

    /** These with another {@code maximumExpiry}. */
    public SessionSettings withMaximumExpiry(long value) {
        return new SessionSettings(value, receiveMaximum, receiveMaximumPolicy, maximumInFlight, retryInterval);
    }

    /** These with another {@code receiveMaximum}. */
    public SessionSettings withReceiveMaximum(int value) {
        return new SessionSettings(maximumExpiry, value, receiveMaximumPolicy, maximumInFlight, retryInterval);
    }

    /** These with another {@code receiveMaximumPolicy}. */
    public SessionSettings withReceiveMaximumPolicy(ReceiveMaximumPolicy value) {
        return new SessionSettings(maximumExpiry, receiveMaximum, value, maximumInFlight, retryInterval);
    }

    /** These with another {@code maximumInFlight}. */
    public SessionSettings withMaximumInFlight(int value) {
        return new SessionSettings(maximumExpiry, receiveMaximum, receiveMaximumPolicy, value, retryInterval);
    }

    /** These with another {@code retryInterval}. */
    public SessionSettings withRetryInterval(Duration value) {
        return new SessionSettings(maximumExpiry, receiveMaximum, receiveMaximumPolicy, maximumInFlight, value);
    }
}
