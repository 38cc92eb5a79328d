package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Sessions.Opening;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.Testament;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK (MQTT 5.0 §3.1.4), a line a step. Each step may throw {@link ConnectRefused}.
 *
 * <p>Confined to the connection's loop, which changes once on the way: the channel moves to the loop of its session.
 */
final class Handshake {

    private static final int LARGEST_PACKET = 268_435_460;

    private final Connection connection;
    private final ConnectionParts parts;
    private final Settings settings;
    private final Connect connect;
    private final String clientId;

    private Handshake(Connection connection, ConnectionParts parts, Connect connect) {
        this.connection = connection;
        this.parts = parts;
        this.connect = connect;
        settings = parts.settings();
        clientId = connect.clientId().isEmpty() ? parts.clientIds().get() : connect.clientId(); // [MQTT-3.1.3-6]
    }

    /** Takes the steps for a connection that has read {@code connect}. */
    static void begin(Connection connection, ConnectionParts parts, Connect connect) {
        Handshake handshake = new Handshake(connection, parts, connect);
        handshake.validate();
        handshake.claim();
    }

    private void validate() {
        if (connect.clientId().isEmpty()
                && (connect.version() == MqttVersion.V3_1
                        || (connect.version() == MqttVersion.V3_1_1 && !connect.cleanStart()))) {
            throw new ConnectRefused( // MQTT 3.1.1 [MQTT-3.1.3-8]
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "An empty client id is allowed in MQTT 3.1.1 with clean session and in 5.0 only.");
        }
        if (connect.properties().authenticationMethod() != null) {
            throw new ConnectRefused( // MQTT 5.0 §4.12
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "No authentication method is supported, but "
                            + Printable.quoted(connect.properties().authenticationMethod()) + " was asked for.");
        }
    }

    private void claim() {
        Loop loop = connection.loop();
        Claim claim = new Claim(
                clientId,
                connection.number(),
                connect.cleanStart(),
                expirySeconds(),
                testament(loop.currentTimeMillis()),
                parts.sessions().bounds(),
                window(),
                loop.currentTimeMillis());
        parts.sessions().claimAsync(claim, loop, this::opened);
    }

    private long expirySeconds() {
        if (connect.version() != MqttVersion.V5) {
            return connect.cleanStart() ? 0 : settings.session().maximumExpiry(); // MQTT 3.1.1 §3.1.2.4
        }
        Long wanted = connect.properties().sessionExpiryInterval();
        return wanted == null ? 0 : Math.min(wanted, settings.session().maximumExpiry());
    }

    private @Nullable Testament testament(long now) {
        Will will = connect.will();
        if (will == null) {
            return null;
        }
        WillProperties properties = will.properties();
        Message message = Message.of(
                will.topic(),
                will.payload(),
                will.qos(),
                will.retain(), // [MQTT-3.1.2-15]
                new PublishProperties(
                        properties.payloadFormat(),
                        null,
                        null,
                        properties.responseTopic(),
                        properties.correlationData(),
                        properties.userProperties(),
                        List.of(),
                        properties.contentType()),
                clientId,
                now);
        Long delay = properties.delayInterval();
        return new Testament(message, delay == null ? 0 : delay, properties.messageExpiryInterval());
    }

    private void opened(Opening opening) {
        if (opening instanceof Opening.Granted granted) {
            Loop home = granted.session().loop();
            if (home == connection.loop()) {
                granted.session().executeAsync(() -> attach(granted));
            } else {
                connection.moveAsync(home, () -> granted.session().executeAsync(() -> attach(granted)));
            }
        } else {
            connection.close(ReasonCode.SESSION_TAKEN_OVER);
        }
    }

    /** On the session's loop: the client is greeted first, then gets what waited. */
    private void attach(Opening.Granted granted) {
        boolean owner = granted.session()
                .attach(
                        connection,
                        granted.epoch(),
                        window(),
                        retryInterval(),
                        () -> connection.open(granted.session(), keepAlive(), connack(granted)));
        if (owner) {
            connection.opened();
        } else {
            connection.close(ReasonCode.SESSION_TAKEN_OVER);
        }
    }

    private int window() {
        Integer receiveMaximum = connect.properties().receiveMaximum();
        return receiveMaximum == null
                ? settings.session().maximumInFlight()
                : Math.min(settings.session().maximumInFlight(), receiveMaximum); // [MQTT-3.3.4-9]
    }

    /** Only MQTT 3.x lets a server repeat what it sent while the client is there [MQTT-4.4.0-1]. */
    private Duration retryInterval() {
        return connect.version() == MqttVersion.V5
                ? Duration.ZERO
                : settings.session().retryInterval();
    }

    /** What the client chose, unless it can be told otherwise [MQTT-3.1.2-21]. */
    private int keepAlive() {
        int most = connect.version() == MqttVersion.V5 ? settings.connection().maximumKeepAlive() : 0;
        return most > 0 && (connect.keepAlive() == 0 || connect.keepAlive() > most) ? most : connect.keepAlive();
    }

    private Connack connack(Opening.Granted granted) {
        Connack connack = Connack.accepted(granted.present()); // [MQTT-3.2.2-2], [MQTT-3.2.2-3]
        return connect.version() == MqttVersion.V5
                ? connack.withProperties(connackProperties(granted.record()))
                : connack;
    }

    /** What the client could not know: all that differs from what it asked for or from the defaults of the standard. */
    private ConnackProperties connackProperties(SessionRecord record) {
        ConnackProperties properties = ConnackProperties.NONE.withTopicAliasMaximum(
                settings.connection().topicAliasMaximum());
        if (settings.session().receiveMaximum() < 65_535) {
            properties = properties.withReceiveMaximum(settings.session().receiveMaximum());
        }
        if (settings.connection().maximumPacketSize() < LARGEST_PACKET) {
            properties = properties.withMaximumPacketSize(settings.connection().maximumPacketSize());
        }
        Long wanted = connect.properties().sessionExpiryInterval();
        if (wanted != null && wanted != record.expirySeconds()) { // MQTT 5.0 §3.2.2.3.2
            properties = properties.withSessionExpiryInterval(record.expirySeconds());
        }
        if (connect.clientId().isEmpty()) { // [MQTT-3.2.2-16]
            properties = properties.withAssignedClientIdentifier(clientId);
        }
        if (keepAlive() != connect.keepAlive()) { // [MQTT-3.2.2-21]
            properties = properties.withServerKeepAlive(keepAlive());
        }
        return properties;
    }
}
