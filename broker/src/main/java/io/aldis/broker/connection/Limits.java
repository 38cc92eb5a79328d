package io.aldis.broker.connection;

import io.aldis.broker.hook.ConnectLimits;
import io.aldis.broker.settings.ConnectionSettings;
import io.aldis.broker.settings.SessionSettings;
import io.aldis.broker.settings.Settings;

/** The settings of one connection: the broker's, with the limits that hooks have set for it. */
final class Limits {

    private Limits() {}

    /** These settings with these limits in them. */
    static Settings in(Settings settings, ConnectLimits limits) {
        return settings.withConnection(connection -> connection(connection, limits))
                .withSession(session -> session(session, limits))
                .withPublish(
                        publish -> limits.maximumQos() == null ? publish : publish.withMaximumQos(limits.maximumQos()));
    }

    private static ConnectionSettings connection(ConnectionSettings all, ConnectLimits limits) {
        ConnectionSettings own = all;
        if (limits.maximumPacketSize() != null) {
            own = own.withMaximumPacketSize(limits.maximumPacketSize());
        }
        if (limits.topicAliasMaximum() != null) {
            own = own.withTopicAliasMaximum(limits.topicAliasMaximum());
        }
        if (limits.keepAlive() != null) {
            own = own.withMaximumKeepAlive(limits.keepAlive());
        }
        if (limits.responseInformation() != null) {
            own = own.withResponseInformation(limits.responseInformation());
        }
        return own;
    }

    private static SessionSettings session(SessionSettings all, ConnectLimits limits) {
        SessionSettings own = all;
        if (limits.sessionExpiry() != null) {
            own = own.withMaximumExpiry(limits.sessionExpiry());
        }
        if (limits.receiveMaximum() != null) {
            own = own.withReceiveMaximum(limits.receiveMaximum());
        }
        return own;
    }
}
