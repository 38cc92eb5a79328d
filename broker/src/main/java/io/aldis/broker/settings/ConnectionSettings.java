package io.aldis.broker.settings;

import java.time.Duration;

/**
 * What one connection may ask of the broker, and what the broker says on it.
 *
 * @param maximumPacketSize largest packet a client may send, in bytes, fixed header included, 1,024 to
 *     268,435,460; announced to 5.0 clients (MQTT 5.0 §3.2.2.3.6)
 * @param maximumKeepAlive longest keep alive of a 5.0 client in seconds, 0 for no limit; announced (MQTT 5.0
 *     §3.2.2.3.14). Others cannot be told and keep what they chose
 * @param topicAliasMaximum topic aliases a 5.0 client may use, 0 to 65,535; announced (MQTT 5.0 §3.2.2.3.8)
 * @param outboundTopicAliases most topic aliases the broker uses towards a 5.0 client that allows them, 0 to
 *     65,535 (MQTT 5.0 §3.3.2.3.4)
 * @param outboundHighWater bytes written to a connection and not yet taken by its socket from which on it counts
 *     as slow
 * @param connectTimeout how long a new connection may take to send its CONNECT, and how long each answer of an
 *     authentication exchange may take
 * @param lingerTimeout how long a connection that was told to go may take to close
 * @param reasonStrings whether 5.0 clients that wish it are told in words what was wrong (MQTT 5.0 §4.13)
 * @param responseInformation what a 5.0 client that asks for it gets as the basis of its response topics; empty
 *     for nothing (MQTT 5.0 §3.2.2.3.15)
 * @param serverReference another server that 5.0 clients are told to use when this one stops; empty for none (MQTT
 *     5.0 §4.11)
 */
public record ConnectionSettings(
        int maximumPacketSize,
        int maximumKeepAlive,
        int topicAliasMaximum,
        int outboundTopicAliases,
        int outboundHighWater,
        Duration connectTimeout,
        Duration lingerTimeout,
        boolean reasonStrings,
        String responseInformation,
        String serverReference) {

    public ConnectionSettings {
        Check.inRange("maximumPacketSize", maximumPacketSize, 1024, 268_435_460);
        Check.inRange("maximumKeepAlive", maximumKeepAlive, 0, 65_535);
        Check.inRange("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        Check.inRange("outboundTopicAliases", outboundTopicAliases, 0, 65_535);
        Check.inRange("outboundHighWater", outboundHighWater, 1024, Integer.MAX_VALUE);
        Check.inRange("connectTimeout (milliseconds)", connectTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("lingerTimeout (milliseconds)", lingerTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.sayable("responseInformation", responseInformation);
        Check.sayable("serverReference", serverReference);
    }

    /** The defaults. */
    public static ConnectionSettings defaults() {
        return new ConnectionSettings(
                16 * 1024 * 1024, 0, 32, 32, 1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(2), true, "", "");
    }

    /** These with another {@code maximumPacketSize}. */
    public ConnectionSettings withMaximumPacketSize(int value) {
        return new ConnectionSettings(
                value,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code maximumKeepAlive}. */
    public ConnectionSettings withMaximumKeepAlive(int value) {
        return new ConnectionSettings(
                maximumPacketSize,
                value,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code topicAliasMaximum}. */
    public ConnectionSettings withTopicAliasMaximum(int value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                value,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code outboundTopicAliases}. */
    public ConnectionSettings withOutboundTopicAliases(int value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                value,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code outboundHighWater}. */
    public ConnectionSettings withOutboundHighWater(int value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                value,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code connectTimeout}. */
    public ConnectionSettings withConnectTimeout(Duration value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                value,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code lingerTimeout}. */
    public ConnectionSettings withLingerTimeout(Duration value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                value,
                reasonStrings,
                responseInformation,
                serverReference);
    }

    /** These with another {@code reasonStrings}. */
    public ConnectionSettings withReasonStrings(boolean value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                value,
                responseInformation,
                serverReference);
    }

    /** These with another {@code responseInformation}. */
    public ConnectionSettings withResponseInformation(String value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                value,
                serverReference);
    }

    /** These with another {@code serverReference}. */
    public ConnectionSettings withServerReference(String value) {
        return new ConnectionSettings(
                maximumPacketSize,
                maximumKeepAlive,
                topicAliasMaximum,
                outboundTopicAliases,
                outboundHighWater,
                connectTimeout,
                lingerTimeout,
                reasonStrings,
                responseInformation,
                value);
    }
}
