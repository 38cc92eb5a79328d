package io.aldis.broker.settings;

import io.aldis.codec.MqttVersion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How many clients come in at one listener, how fast, and which.
 *
 * @param maximumConnections most connections that are open at the same time, with or without a CONNECT; more are closed at once; 0 for
 *     any number
 * @param maximumHandshakes most connections that have been accepted and have not yet got their CONNACK, 1 to 1,000,000; more wait in the
 *     backlog
 * @param connectionRate most connections that are accepted in a second, 1 to 1,000,000; more wait in the backlog; 0 for no limit
 * @param connectionBurst most that are accepted at once after a quiet time, 1 to 1,000,000; 0 for those of one second
 * @param connectTimeout how long a connection may take from being accepted to the end of its CONNECT, with the handshakes of TLS and
 *     WebSocket, up to 24 days; zero for {@link ConnectionSettings#connectTimeout}
 * @param maximumPacketSize largest packet a client may send, in bytes, fixed header included, 1,024 to 268,435,460, and no more than
 *     {@link ConnectionSettings#maximumPacketSize}, which counts if it is less or this is 0; announced to 5.0 clients (MQTT 5.0
 *     §3.2.2.3.6)
 * @param maximumKeepAlive longest keep alive in seconds, up to 65,535, and no more than {@link ConnectionSettings#maximumKeepAlive}; 0 for
 *     no limit of this listener. Announced to 5.0 clients (MQTT 5.0 §3.2.2.3.14). Others cannot be told: one that asked for more, or
 *     for none, is closed if it is silent for one and a half times this (a server may close a client that it finds inactive at
 *     any time, MQTT 3.1.1 §3.1.2.10), so it should not be less than what they use
 * @param versions protocol versions that clients may speak, at least one
 */
public record ListenerLimits(
        int maximumConnections,
        int maximumHandshakes,
        int connectionRate,
        int connectionBurst,
        Duration connectTimeout,
        int maximumPacketSize,
        int maximumKeepAlive,
        Set<MqttVersion> versions) {

    public ListenerLimits {
        Check.inRange("maximumConnections", maximumConnections, 0, Integer.MAX_VALUE);
        Check.inRange("maximumHandshakes", maximumHandshakes, 1, 1_000_000);
        Check.inRange("connectionRate", connectionRate, 0, 1_000_000);
        Check.inRange("connectionBurst", connectionBurst, 0, 1_000_000);
        Check.inRange("connectTimeout (milliseconds)", connectTimeout.toMillis(), 0, Integer.MAX_VALUE);
        if (maximumPacketSize != 0) {
            Check.inRange("maximumPacketSize", maximumPacketSize, 1024, 268_435_460);
        }
        Check.inRange("maximumKeepAlive", maximumKeepAlive, 0, 65_535);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("versions is empty, but clients must be allowed to speak some version.");
        }
        versions = Set.copyOf(versions);
    }

    /** The defaults. */
    public static ListenerLimits defaults() {
        return new ListenerLimits(0, 4096, 0, 0, Duration.ZERO, 0, 0, EnumSet.allOf(MqttVersion.class));
    }

    /** These with another {@code maximumConnections}. */
    public ListenerLimits withMaximumConnections(int value) {
        return new ListenerLimits(
                value,
                maximumHandshakes,
                connectionRate,
                connectionBurst,
                connectTimeout,
                maximumPacketSize,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code maximumHandshakes}. */
    public ListenerLimits withMaximumHandshakes(int value) {
        return new ListenerLimits(
                maximumConnections,
                value,
                connectionRate,
                connectionBurst,
                connectTimeout,
                maximumPacketSize,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code connectionRate}. */
    public ListenerLimits withConnectionRate(int value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                value,
                connectionBurst,
                connectTimeout,
                maximumPacketSize,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code connectionBurst}. */
    public ListenerLimits withConnectionBurst(int value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                connectionRate,
                value,
                connectTimeout,
                maximumPacketSize,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code connectTimeout}. */
    public ListenerLimits withConnectTimeout(Duration value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                connectionRate,
                connectionBurst,
                value,
                maximumPacketSize,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code maximumPacketSize}. */
    public ListenerLimits withMaximumPacketSize(int value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                connectionRate,
                connectionBurst,
                connectTimeout,
                value,
                maximumKeepAlive,
                versions);
    }

    /** These with another {@code maximumKeepAlive}. */
    public ListenerLimits withMaximumKeepAlive(int value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                connectionRate,
                connectionBurst,
                connectTimeout,
                maximumPacketSize,
                value,
                versions);
    }

    /** These with another {@code versions}. */
    public ListenerLimits withVersions(Set<MqttVersion> value) {
        return new ListenerLimits(
                maximumConnections,
                maximumHandshakes,
                connectionRate,
                connectionBurst,
                connectTimeout,
                maximumPacketSize,
                maximumKeepAlive,
                value);
    }
}
