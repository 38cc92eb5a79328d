package io.aldis.broker.connection;

import io.aldis.broker.session.Sessions.Opening.Admitted;
import io.aldis.broker.settings.ConnectionSettings;
import io.aldis.broker.settings.SessionSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.SubscriptionSettings;
import io.aldis.broker.store.SessionRecord;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.UserProperty;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What an accepted client is told in CONNACK (MQTT 5.0 §3.2.2.3): all that differs from what it asked for, or from what the
 * standard lets it assume.
 */
final class Greeting {

    /** What the standard lets a client assume if CONNACK says nothing. */
    private static final int LARGEST_PACKET = 268_435_460;

    private static final int LARGEST_RECEIVE_MAXIMUM = 65_535;

    private final Settings settings;
    private final int untold;
    private final Connect connect;
    private final String clientId;
    private final List<UserProperty> userProperties;

    /**
     * For a client that is known as {@code clientId} from now on.
     *
     * @param untold longest keep alive, in seconds, of a client that cannot be told; 0 for what it chose
     * @param userProperties that hooks want it to be told
     */
    Greeting(Settings settings, int untold, Connect connect, String clientId, List<UserProperty> userProperties) {
        this.untold = untold;
        this.userProperties = userProperties;
        this.settings = settings;
        this.connect = connect;
        this.clientId = clientId;
    }

    /**
     * What the client chose [MQTT-3.2.2-22], unless it can be told otherwise [MQTT-3.1.2-21], or the listener lets none be silent for so
     * long (MQTT 3.1.1 §3.1.2.10). In seconds, 0 for none.
     */
    int keepAlive() {
        int most = connect.version() == MqttVersion.V5 ? settings.connection().maximumKeepAlive() : untold;
        return most > 0 && (connect.keepAlive() == 0 || connect.keepAlive() > most) ? most : connect.keepAlive();
    }

    /** The packet. */
    Connack connack(Admitted opening) {
        // [MQTT3-3.1.4-4], [MQTT3-3.2.2-1], [MQTT3-3.2.2-2], [MQTT3-3.2.2-3]
        Connack connack = Connack.accepted(opening.present()); // [MQTT-3.2.2-2], [MQTT-3.2.2-3]
        if (connect.version() != MqttVersion.V5) {
            return connack;
        }
        ConnackProperties properties = client(ConnackProperties.NONE, opening.record());
        properties = connection(properties, settings.connection(), settings.session());
        for (UserProperty property : userProperties) { // MQTT 5.0 §3.2.2.3.10
            properties = properties.withUserProperty(property.name(), property.value());
        }
        return connack.withProperties(messages(subscriptions(properties, settings.subscription())));
    }

    /** What differs from the client's wishes. */
    private ConnackProperties client(ConnackProperties none, SessionRecord record) {
        ConnackProperties properties = none;
        Long wanted = connect.properties().sessionExpiryInterval();
        if (wanted != null && wanted != record.expirySeconds()) { // MQTT 5.0 §3.2.2.3.2
            properties = properties.withSessionExpiryInterval(record.expirySeconds());
        }
        if (connect.clientId().isEmpty()) { // [MQTT-3.2.2-16], [MQTT-3.1.3-7]
            properties = properties.withAssignedClientIdentifier(clientId);
        }
        if (keepAlive() != connect.keepAlive()) { // [MQTT-3.2.2-21]
            properties = properties.withServerKeepAlive(keepAlive());
        }
        return properties;
    }

    private ConnackProperties connection(
            ConnackProperties before, ConnectionSettings connection, SessionSettings session) {
        ConnackProperties properties = before.withTopicAliasMaximum(connection.topicAliasMaximum());
        if (session.receiveMaximum() < LARGEST_RECEIVE_MAXIMUM) {
            properties = properties.withReceiveMaximum(session.receiveMaximum());
        }
        if (connection.maximumPacketSize() < LARGEST_PACKET) {
            properties = properties.withMaximumPacketSize(connection.maximumPacketSize());
        }
        boolean asked = connect.properties().requestResponseInformation();
        if (asked && !connection.responseInformation().isEmpty()) { // [MQTT-3.1.2-28]
            properties = properties.withResponseInformation(connection.responseInformation());
        }
        return properties;
    }

    private static ConnackProperties subscriptions(ConnackProperties before, SubscriptionSettings subscription) {
        ConnackProperties properties =
                unless(subscription.wildcards(), before, ConnackProperties::withWildcardSubscriptionAvailable);
        properties =
                unless(subscription.identifiers(), properties, ConnackProperties::withSubscriptionIdentifierAvailable);
        return unless(subscription.shared(), properties, ConnackProperties::withSharedSubscriptionAvailable);
    }

    private ConnackProperties messages(ConnackProperties before) {
        Qos most = settings.publish().maximumQos();
        ConnackProperties properties =
                most == Qos.EXACTLY_ONCE ? before : before.withMaximumQos(most); // [MQTT-3.2.2-9]
        return unless(settings.retained().available(), properties, ConnackProperties::withRetainAvailable);
    }

    private static ConnackProperties unless(
            boolean available,
            ConnackProperties before,
            BiFunction<ConnackProperties, Boolean, ConnackProperties> say) {
        return available ? before : say.apply(before, false);
    }
}
