package io.aldis.broker.connection;

import io.aldis.broker.connection.PublishRules.Refusal;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Sessions.Opening;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.Testament;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK (MQTT 5.0 §3.1.4), a line a step. Each step may throw {@link ConnectRefused}.
 *
 * <p>Confined to the connection's loop, which changes once on the way: the channel moves to the loop of its session.
 */
final class Handshake {

    private final Connection connection;
    private final ConnectionParts parts;
    private final Settings settings;
    private final Connect connect;
    private final String clientId;
    private final PublishRules rules;
    private final Greeting greeting;

    private Handshake(Connection connection, ConnectionParts parts, Connect connect) {
        this.connection = connection;
        this.parts = parts;
        this.connect = connect;
        settings = parts.settings();
        clientId = connect.clientId().isEmpty() ? parts.clientIds().get() : connect.clientId(); // [MQTT-3.1.3-6]
        rules = new PublishRules(parts, connect.version());
        greeting = new Greeting(settings, connect, clientId);
    }

    /** Takes the steps for a connection that has read {@code connect}. */
    static void begin(Connection connection, ConnectionParts parts, Connect connect) {
        Handshake handshake = new Handshake(connection, parts, connect);
        handshake.validate();
        handshake.validateWill();
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

    private void validateWill() {
        Will will = connect.will();
        if (will != null) {
            Refusal refusal = rules.refusal(message(will));
            if (refusal != null) { // [MQTT-3.2.2-12], [MQTT-3.2.2-13]
                throw new ConnectRefused(refusal.reason(), "Will: " + refusal.why());
            }
        }
    }

    private void claim() {
        Loop loop = connection.loop();
        Claim claim = new Claim(
                clientId,
                connection.number(),
                connect.cleanStart(),
                expirySeconds(),
                testament(),
                new QueueBounds(
                        settings.queue().maximumMessages(), settings.queue().maximumBytes()),
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

    private @Nullable Testament testament() {
        Will will = connect.will();
        if (will == null) {
            return null;
        }
        Long delay = will.properties().delayInterval();
        return new Testament(
                message(will), delay == null ? 0 : delay, will.properties().messageExpiryInterval());
    }

    private Message message(Will will) {
        WillProperties properties = will.properties();
        return Message.of(
                will.topic(),
                will.payload(),
                will.qos(),
                rules.retains(will.retain()), // [MQTT-3.1.2-15]
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
                connection.loop().currentTimeMillis());
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
                        () -> connection.open(granted.session(), greeting.keepAlive(), greeting.connack(granted)));
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
}
