package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What one client may ask of the broker. All defaults are in {@link #defaults()}.
 *
 * @param maximumPacketSize largest packet a client may send, in bytes, fixed header included; announced to 5.0 clients
 * @param receiveMaximum most QoS 1 and 2 messages a 5.0 client may have unacknowledged towards the broker, 1 to 65,535;
 *     announced
 * @param maximumInFlight most QoS 1 and 2 messages in flight to a client, 1 to 65,535; a client may ask for fewer
 * @param maximumQueuedMessages most messages in a session's queue, in flight and waiting together
 * @param maximumQueuedBytes most bytes in a session's queue
 * @param outboundHighWater bytes written to a connection and not yet taken by its socket from which on it counts as slow
 * @param topicAliasMaximum topic aliases a 5.0 client may use, 0 to 65,535; announced
 * @param maximumSessionExpiry longest session expiry interval in seconds; 4,294,967,295 means that sessions may stay for ever
 * @param maximumKeepAlive longest keep alive of a 5.0 client in seconds, 0 for no limit; announced. Others cannot be told and
 *     keep what they chose
 * @param connectTimeout how long a new connection may take to send its CONNECT
 * @param lingerTimeout how long a connection that was told to go may take to close
 */
public record Limits(
        int maximumPacketSize,
        int receiveMaximum,
        int maximumInFlight,
        long maximumQueuedMessages,
        long maximumQueuedBytes,
        int outboundHighWater,
        int topicAliasMaximum,
        long maximumSessionExpiry,
        int maximumKeepAlive,
        Duration connectTimeout,
        Duration lingerTimeout) {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int LARGEST_PACKET = 268_435_460;

    public Limits {
        inRange("maximumPacketSize", maximumPacketSize, 1024, LARGEST_PACKET);
        inRange("receiveMaximum", receiveMaximum, 1, 65_535);
        inRange("maximumInFlight", maximumInFlight, 1, 65_535);
        inRange("maximumQueuedMessages", maximumQueuedMessages, 1, Long.MAX_VALUE);
        inRange("maximumQueuedBytes", maximumQueuedBytes, 1, Long.MAX_VALUE);
        inRange("outboundHighWater", outboundHighWater, 1024, Integer.MAX_VALUE);
        inRange("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        inRange("maximumSessionExpiry", maximumSessionExpiry, 0, 0xFFFF_FFFFL);
        inRange("maximumKeepAlive", maximumKeepAlive, 0, 65_535);
        inRange("connectTimeout (milliseconds)", connectTimeout.toMillis(), 1, Integer.MAX_VALUE);
        inRange("lingerTimeout (milliseconds)", lingerTimeout.toMillis(), 1, Integer.MAX_VALUE);
    }

    /** The defaults. */
    public static Limits defaults() {
        return new Limits(
                16 * MEBIBYTE,
                1000,
                32,
                1000,
                64L * MEBIBYTE,
                MEBIBYTE,
                32,
                0xFFFF_FFFFL,
                0,
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    private static void inRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", but it must be from " + least + " to " + most + ".");
        }
    }

    /** These limits with another maximumPacketSize. */
    public Limits withMaximumPacketSize(int value) {
        return new Limits(
                value,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another receiveMaximum. */
    public Limits withReceiveMaximum(int value) {
        return new Limits(
                maximumPacketSize,
                value,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another maximumInFlight. */
    public Limits withMaximumInFlight(int value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                value,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another maximumQueuedMessages. */
    public Limits withMaximumQueuedMessages(long value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                value,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another maximumQueuedBytes. */
    public Limits withMaximumQueuedBytes(long value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                value,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another outboundHighWater. */
    public Limits withOutboundHighWater(int value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                value,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another topicAliasMaximum. */
    public Limits withTopicAliasMaximum(int value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                value,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another maximumSessionExpiry. */
    public Limits withMaximumSessionExpiry(long value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                value,
                maximumKeepAlive,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another maximumKeepAlive. */
    public Limits withMaximumKeepAlive(int value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                value,
                connectTimeout,
                lingerTimeout);
    }

    /** These limits with another connectTimeout. */
    public Limits withConnectTimeout(Duration value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                value,
                lingerTimeout);
    }

    /** These limits with another lingerTimeout. */
    public Limits withLingerTimeout(Duration value) {
        return new Limits(
                maximumPacketSize,
                receiveMaximum,
                maximumInFlight,
                maximumQueuedMessages,
                maximumQueuedBytes,
                outboundHighWater,
                topicAliasMaximum,
                maximumSessionExpiry,
                maximumKeepAlive,
                connectTimeout,
                value);
    }
}
