package io.aldis.broker.connection;

import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.chain.Asker;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.PublishRules.Refusal;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.Authorizer.Access;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.ConnectLimits;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.hook.OnBasicAuth.Login;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.hook.OnConnect.Connecting;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.session.Sessions.Opening;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.Testament;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.UserProperty;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK (MQTT 5.0 §3.1.4), a line a step. Each step may throw {@link ConnectRefused}.
 *
 * <p>Confined to the connection's loop, which changes once on the way: the channel moves to the loop of its session.
 */
final class Handshake {

    private final Connection connection;
    private final ConnectionParts parts;
    private final Hooks hooks;
    private final Connect connect;
    private final Peer peer;

    /** Under the full name of its topic. */
    private final @Nullable Will will;

    private final Asker asker;

    /** Whose authenticators are asked; everybody's if it is empty. */
    private final Set<String> owners;

    // Known when all have been asked who may have a say in it.
    private Settings settings;
    private String clientId;
    private ConnectLimits limits = ConnectLimits.NONE;

    /** The last word of the authenticator to the client. */
    private Binary authenticationData = Binary.EMPTY;

    private Handshake(Connection connection, ConnectionParts parts, Connect connect) {
        this.connection = connection;
        this.parts = parts;
        this.connect = connect;
        Mount mount = parts.door().mount();
        Will brought = connect.will();
        will = mount == null || brought == null ? brought : mount.full(brought);
        owners = parts.door().authenticators();
        hooks = parts.hooks();
        settings = parts.settings();
        // [MQTT3-3.1.3-5], [MQTT3-3.1.3-6]
        clientId = connect.clientId().isEmpty() ? parts.clientIds().get() : connect.clientId(); // [MQTT-3.1.3-6]
        peer = connection.heard(connect, clientId);
        asker = connection.paused();
    }

    /** Takes the steps for a connection that has read {@code connect}. */
    static void begin(Connection connection, ConnectionParts parts, Connect connect) {
        if (parts.load().state() == Load.State.OVERLOADED) { // Before anybody else has work with it.
            connection.refuseForLoad();
            return;
        }
        Handshake handshake = new Handshake(connection, parts, connect);
        handshake.validateVersion();
        handshake.validate();
        handshake.validateWill();
        handshake.ask();
    }

    private void validateVersion() { // [MQTT-3.1.2-2], [MQTT3-3.1.2-2]
        Set<MqttVersion> allowed = parts.door().own().limits().versions();
        if (!allowed.contains(connect.version())) {
            parts.metrics().turnedAway(TurnedAway.PROTOCOL_VERSION);
            throw new ConnectRefused(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    connect.version() + " is not spoken at this listener, but "
                            + allowed.stream()
                                    .sorted()
                                    .map(MqttVersion::toString)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
    }

    private void validate() { // [MQTT-3.1.3-5]
        if (connect.clientId().isEmpty()
                && (connect.version() == MqttVersion.V3_1
                        || (connect.version() == MqttVersion.V3_1_1 && !connect.cleanStart()))) {
            throw new ConnectRefused( // [MQTT3-3.1.3-7], [MQTT3-3.1.3-8], [MQTT3-3.1.3-9]
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "An empty client id is allowed in MQTT 3.1.1 with clean session and in 5.0 only.");
        }
    }

    private void validateWill() {
        if (will != null) {
            Refusal refusal = rules().refusal(message(will));
            if (refusal != null) { // [MQTT-3.2.2-12], [MQTT-3.2.2-13]
                throw new ConnectRefused(refusal.reason(), "Will: " + refusal.why());
            }
        }
    }

    private PublishRules rules() {
        return new PublishRules(
                settings, parts.retained(), connect.version(), parts.door().mount());
    }

    /** Asks hooks what they think of the CONNECT, then goes on with {@link #authenticate}. */
    private void ask() {
        if (!hooks.onConnect.any()) {
            authenticate();
            return;
        }
        Connecting event = new Connecting(
                hooks.broker(),
                peer,
                connect.password(),
                connect.cleanStart(),
                connect.keepAlive(),
                will,
                connect.properties().userProperties());
        hooks.onConnect.decide(event, asker, answer -> connection.decide(() -> asked(answer)));
    }

    private void asked(OnConnect.Answer answer) {
        if (answer instanceof OnConnect.Proceed proceed) {
            limit(proceed.limits());
            authenticate();
        } else if (answer instanceof OnConnect.Refuse refuse) {
            throw new ConnectRefused(refuse.reason(), Printable.line(refuse.message()));
        }
    }

    private void limit(ConnectLimits more) {
        limits = limits.and(more);
        String assigned = limits.assignedClientId();
        if (assigned != null && connect.clientId().isEmpty()) {
            clientId = assigned;
            peer.called(assigned);
        }
        settings = Limits.in(parts.settings(), limits);
        connection.limit(settings);
        validateWill();
    }

    /** Finds out who the client is if it can be asked, then goes on with {@link #authorize}. */
    private void authenticate() {
        String method = connect.properties().authenticationMethod();
        if (method != null) {
            authenticate(method);
        } else if (!authenticating()
                || (anonymous() && settings.authentication().anonymous())) {
            authorize();
        } else if (hooks.onBasicAuth.any(owners)) {
            Login event = new Login(hooks.broker(), peer, connect.password());
            hooks.onBasicAuth.decide(owners, event, asker, answer -> connection.decide(() -> answered(answer)));
        } else {
            throw new ConnectRefused(
                    ReasonCode.NOT_AUTHORIZED,
                    "Clients have to be authenticated, but nobody knows how to without an authentication method.");
        }
    }

    /** Whether clients have to show who they are. */
    private boolean authenticating() {
        return hooks.authenticating() || parts.door().own().authentication().required();
    }

    private boolean anonymous() {
        return connect.username() == null && connect.password() == null;
    }

    private void answered(OnBasicAuth.Answer answer) {
        if (answer instanceof OnBasicAuth.Accept accept) {
            accepted(accept.principal(), accept.limits());
        } else if (answer instanceof OnBasicAuth.Refuse refuse) {
            throw new ConnectRefused(refuse.reason(), Printable.line(refuse.message()));
        }
    }

    private void authenticate(String method) {
        if (hooks.authenticator(owners, method) == null) {
            throw new ConnectRefused( // [MQTT-4.12.0-1]
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "The authentication method " + Printable.quoted(method) + " is not supported.");
        }
        AuthenticationFlow flow = new AuthenticationFlow(
                connection,
                method,
                () -> hooks.authenticator(owners, method),
                new AuthenticationRequest(peer),
                settings.connection().connectTimeout(),
                this::authenticated);
        connection.authenticateBy(flow);
        flow.begin(connect.properties().authenticationData());
    }

    private void authenticated(AuthenticationAnswer.Accept accept) {
        authenticationData = accept.data();
        connection.decide(() -> accepted(accept.principal(), accept.limits()));
    }

    private void accepted(String principal, ConnectLimits more) {
        peer.is(principal);
        limit(more);
        authorize();
    }

    /** Finds out whether the client may have the will it brings, then goes on with {@link #claim}. */
    private void authorize() {
        if (will == null || !hooks.authorizers.any()) {
            claim();
            return;
        }
        Access event = new Access(hooks.broker(), peer, Action.WILL, will.topic(), will.qos(), will.retain());
        hooks.authorizers.decide(event, asker, answer -> connection.decide(() -> authorized(answer)));
    }

    private void authorized(Authorizer.Answer answer) {
        if (answer != Authorizer.Answer.ALLOW) {
            throw new ConnectRefused(ReasonCode.NOT_AUTHORIZED, "Will: this client may not publish to its topic.");
        }
        claim();
    }

    private void claim() {
        connection.claims();
        Loop loop = connection.loop();
        Claim claim = new Claim(
                clientId,
                peer.principal(),
                connection.number(),
                connect.cleanStart(), // [MQTT3-3.1.4-3]
                expirySeconds(),
                testament(),
                parts.sessions().bounds(),
                window(),
                loop.currentTimeMillis());
        parts.sessions().claimAsync(claim, settings.durability().acknowledgements(), loop, this::opened);
    }

    private long expirySeconds() {
        if (connect.version() != MqttVersion.V5) {
            return connect.cleanStart() ? 0 : settings.session().maximumExpiry(); // [MQTT3-3.1.2-4], [MQTT3-3.1.2-6]
        }
        Long wanted = connect.properties().sessionExpiryInterval();
        return wanted == null ? 0 : Math.min(wanted, settings.session().maximumExpiry());
    }

    private @Nullable Testament testament() {
        if (will == null) {
            return null; // [MQTT3-3.1.2-12]
        }
        Long delay = will.properties().delayInterval();
        return new Testament(
                message(will), delay == null ? 0 : delay, will.properties().messageExpiryInterval());
    }

    private Message message(Will due) {
        WillProperties properties = due.properties();
        return Message.of(
                due.topic(),
                due.payload(),
                due.qos(),
                rules().retains(due.retain()), // [MQTT-3.1.2-15], [MQTT3-3.1.2-16], [MQTT3-3.1.2-17], [MQTT-3.1.2-14]
                new PublishProperties(
                        properties.payloadFormat(),
                        null,
                        null,
                        properties.responseTopic(),
                        properties.correlationData(),
                        properties.userProperties(), // [MQTT-3.1.3-10]
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
        } else if (opening instanceof Opening.Overtaken overtaken) {
            connection.overtaken(connack(overtaken));
        } else {
            connection.decide(this::refuse);
        }
    }

    private void refuse() {
        throw new ConnectRefused(
                ReasonCode.NOT_AUTHORIZED,
                "The session of the client id " + Printable.quoted(clientId)
                        + " belongs to somebody else. Connect with a client id of your own.");
    }

    /** On the session's loop: the client is greeted first, then gets what waited. */
    private void attach(Opening.Granted granted) {
        boolean owner = granted.session()
                .attach(
                        connection,
                        granted.epoch(),
                        window(),
                        retryInterval(),
                        settings.durability().acknowledgements(),
                        () -> connection.open(granted.session(), client(granted), connack(granted)));
        if (owner) {
            connection.opened();
        } else {
            connection.overtaken(connack(granted));
        }
    }

    private Greeting greeting(List<UserProperty> userProperties) {
        return new Greeting(
                settings, parts.door().own().limits().maximumKeepAlive(), connect, clientId, userProperties);
    }

    private ClientInfo client(Opening.Granted granted) {
        return new ClientInfo(
                clientId,
                connect.username(),
                peer.principal(),
                connect.version(),
                connection.remoteAddress(),
                Instant.ofEpochMilli(connection.loop().currentTimeMillis()),
                connect.cleanStart(),
                greeting(List.of()).keepAlive(),
                granted.record().expirySeconds(),
                window());
    }

    private Connack connack(Opening.Admitted opening) {
        Connack full = connack(opening, limits.userProperties());
        return limits.userProperties().isEmpty() || connection.takes(full)
                ? full
                : connack(opening, List.of()); // [MQTT-3.2.2-20]
    }

    private Connack connack(Opening.Admitted opening, List<UserProperty> userProperties) {
        Connack connack = greeting(userProperties).connack(opening);
        String method = connect.properties().authenticationMethod();
        if (method == null) { // [MQTT-4.12.0-6]
            return connack;
        }
        ConnackProperties named = connack.properties().withAuthenticationMethod(method); // [MQTT-4.12.0-5]
        return connack.withProperties(
                authenticationData.isEmpty() ? named : named.withAuthenticationData(authenticationData));
    }

    private int window() { // [MQTT-4.9.0-1]
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
}
