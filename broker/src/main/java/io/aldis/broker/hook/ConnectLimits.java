package io.aldis.broker.hook;

import io.aldis.codec.Qos;
import io.aldis.codec.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may do, and is told in CONNACK, where that differs from the broker's settings. Immutable. A limit that is not
 * set leaves the setting; one that is set replaces it for this connection, be it narrower or wider.
 *
 * <p>If several hooks set the same limit, the one that is asked last has its way, so the embedder's own beats those of plugins. User
 * properties add up. What CONNACK says goes to MQTT 5.0 clients; others are held to the limits without being told, except where it is
 * said that a limit is for 5.0 clients alone.
 *
 * @param sessionExpiry longest session expiry interval in seconds, 0 to 4,294,967,295; null for the setting (MQTT 5.0 §3.2.2.3.2)
 * @param receiveMaximum messages of QoS 1 and 2 a 5.0 client may send without acknowledgement, 1 to 65,535; null for the setting
 *     (§3.2.2.3.3)
 * @param maximumQos highest QoS of what it publishes and gets; null for the setting (§3.2.2.3.4)
 * @param maximumPacketSize largest packet it may send, in bytes, 1,024 to 268,435,460; null for the setting (§3.2.2.3.6)
 * @param topicAliasMaximum topic aliases a 5.0 client may use, 0 to 65,535; null for the setting (§3.2.2.3.8)
 * @param keepAlive longest keep alive of a 5.0 client in seconds, 1 to 65,535; null for the setting (§3.2.2.3.14)
 * @param assignedClientId the client id for a client that brings none; null for one the broker makes. Of no effect on others, which
 *     keep the id they brought (§3.2.2.3.7)
 * @param responseInformation for a client that asks for it; null for the setting (§3.2.2.3.15)
 * @param userProperties to be sent in CONNACK (§3.2.2.3.10)
 */
public record ConnectLimits(
        @Nullable Long sessionExpiry,
        @Nullable Integer receiveMaximum,
        @Nullable Qos maximumQos,
        @Nullable Integer maximumPacketSize,
        @Nullable Integer topicAliasMaximum,
        @Nullable Integer keepAlive,
        @Nullable String assignedClientId,
        @Nullable String responseInformation,
        List<UserProperty> userProperties) {

    /** No limits of its own: the settings hold. */
    public static final ConnectLimits NONE =
            new ConnectLimits(null, null, null, null, null, null, null, null, List.of());

    public ConnectLimits {
        check("session expiry", sessionExpiry, 0, 0xFFFF_FFFFL);
        check("receive maximum", receiveMaximum, 1, 65_535);
        check("maximum packet size", maximumPacketSize, 1024, 268_435_460);
        check("topic alias maximum", topicAliasMaximum, 0, 65_535);
        check("keep alive", keepAlive, 1, 65_535);
        if (assignedClientId != null && assignedClientId.isEmpty()) {
            throw new IllegalArgumentException("An assigned client id is not empty.");
        }
        Sizes.check("An assigned client id", assignedClientId);
        Sizes.check("The response information", responseInformation);
        userProperties = List.copyOf(userProperties);
        for (UserProperty property : userProperties) {
            Sizes.check("The name of a user property", property.name());
            Sizes.check("The value of a user property", property.value());
        }
    }

    private static void check(String what, @Nullable Number value, long least, long most) {
        if (value != null && (value.longValue() < least || value.longValue() > most)) {
            throw new IllegalArgumentException(
                    "The " + what + " of a connection is from " + least + " to " + most + ", but it is " + value + ".");
        }
    }

    /** These with another {@code sessionExpiry}. */
    public ConnectLimits withSessionExpiry(long seconds) {
        return new ConnectLimits(
                seconds,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code receiveMaximum}. */
    public ConnectLimits withReceiveMaximum(int messages) {
        return new ConnectLimits(
                sessionExpiry,
                messages,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code maximumQos}. */
    public ConnectLimits withMaximumQos(Qos qos) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                qos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code maximumPacketSize}. */
    public ConnectLimits withMaximumPacketSize(int bytes) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                bytes,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code topicAliasMaximum}. */
    public ConnectLimits withTopicAliasMaximum(int aliases) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                aliases,
                keepAlive,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code keepAlive}. */
    public ConnectLimits withKeepAlive(int seconds) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                seconds,
                assignedClientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code assignedClientId}. */
    public ConnectLimits withAssignedClientId(String clientId) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                clientId,
                responseInformation,
                userProperties);
    }

    /** These with another {@code responseInformation}. */
    public ConnectLimits withResponseInformation(String basis) {
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                basis,
                userProperties);
    }

    /** These with one more user property. */
    public ConnectLimits withUserProperty(String name, String value) {
        List<UserProperty> more = new ArrayList<>(userProperties);
        more.add(new UserProperty(name, value));
        return new ConnectLimits(
                sessionExpiry,
                receiveMaximum,
                maximumQos,
                maximumPacketSize,
                topicAliasMaximum,
                keepAlive,
                assignedClientId,
                responseInformation,
                more);
    }

    /** These, and over them those that {@code later} sets. */
    public ConnectLimits and(ConnectLimits later) {
        if (later.equals(NONE)) {
            return this;
        }
        if (equals(NONE)) {
            return later;
        }
        List<UserProperty> both = new ArrayList<>(userProperties);
        both.addAll(later.userProperties);
        return new ConnectLimits(
                last(sessionExpiry, later.sessionExpiry),
                last(receiveMaximum, later.receiveMaximum),
                last(maximumQos, later.maximumQos),
                last(maximumPacketSize, later.maximumPacketSize),
                last(topicAliasMaximum, later.topicAliasMaximum),
                last(keepAlive, later.keepAlive),
                last(assignedClientId, later.assignedClientId),
                last(responseInformation, later.responseInformation),
                both);
    }

    private static <T> @Nullable T last(@Nullable T earlier, @Nullable T later) {
        return later == null ? earlier : later;
    }
}
