package io.aldis.broker.connection;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.PublishRules.Refusal;
import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.Authorizer.Access;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.hook.OnMsgArrived.Arrival;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.Router.Kept;
import io.aldis.broker.routing.Router.Routed;
import io.aldis.broker.session.Drops;
import io.aldis.broker.session.Inbox;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.ReceiveMaximumPolicy;
import io.aldis.broker.settings.SessionSettings;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Receipt;
import io.aldis.codec.AckProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketType;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Messages from a client: PUBLISH becomes a message, its acknowledgement leaves when the promise can be kept (MQTT 5.0 §4.3).
 *
 * <p>Confined to the connection's loop; lives as long as the connection is open.
 */
final class PublishFlow {

    /** More messages than there are packet ids cannot be under way. */
    private static final int PACKET_IDS = 65_535;

    private static final Refusal NOT_ALLOWED =
            new Refusal(ReasonCode.NOT_AUTHORIZED, "This client may not publish to this topic.");

    private final Connection connection;
    private final Session session;
    private final Loop loop;
    private final Router router;
    private final Hooks hooks;
    private final TopicAliases aliases;
    private final PublishRules rules;
    private final @Nullable Mount mount;
    private final Drops drops;
    private final Durability promise;
    private final int receiveMaximum;

    /** Messages of QoS 1 and 2 that came on this connection and for which PUBACK or PUBCOMP has not left. */
    private int unacknowledged;

    /** In the order of their PUBLISH, for so they must leave [MQTT3-4.6.0-2], [MQTT3-4.6.0-3]. */
    private final ArrayDeque<Acknowledgement> owed = new ArrayDeque<>();

    PublishFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        loop = session.loop();
        router = parts.router();
        hooks = parts.hooks();
        aliases = new TopicAliases(connection.settings().connection().topicAliasMaximum());
        rules = new PublishRules(
                connection.settings(),
                parts.retained(),
                connection.version(),
                parts.door().mount());
        mount = parts.door().mount();
        drops = parts.drops();
        promise = connection.settings().durability().acknowledgements();
        SessionSettings settings = connection.settings().session();
        receiveMaximum = connection.version() == MqttVersion.V5
                        && settings.receiveMaximumPolicy() == ReceiveMaximumPolicy.DISCONNECT
                ? settings.receiveMaximum()
                : PACKET_IDS;
    }

    /** PUBLISH [MQTT-3.3.4-1]. */
    void publish(Publish publish) {
        String topic = aliases.resolve(publish);
        Message message = Message.of(
                mount == null ? topic : mount.full(topic),
                publish.payload(),
                publish.qos(),
                rules.retains(publish.retain()),
                publish.properties(),
                session.clientId(),
                loop.currentTimeMillis());
        Refusal refusal = rules.refusal(message);
        if (refusal != null) {
            refuse(publish, message, refusal);
        } else if (hooks.authorizers.any()) {
            authorize(publish, message);
        } else if (hooks.onMsgArrived.any()) {
            ask(publish, message);
        } else {
            route(publish, message);
        }
    }

    // Hooks decide. While they do, nothing more is read from the client, so that its messages stay in order.

    private void authorize(Publish publish, Message message) {
        if (publish.qos() == Qos.EXACTLY_ONCE && repeats(publish.packetId())) {
            return; // Decided when it came first.
        }
        Access event = new Access(
                hooks.broker(), connection.peer(), Action.PUBLISH, message.topic(), message.qos(), message.retain());
        Authorizer.Answer atOnce = hooks.authorizers.decideAtOnce(event);
        if (atOnce != null) {
            authorized(publish, message, atOnce);
        } else {
            hooks.authorizers.decide(
                    event, connection, answer -> connection.goOnWith(() -> authorized(publish, message, answer)));
        }
    }

    private void authorized(Publish publish, Message message, Authorizer.Answer answer) {
        if (answer != Authorizer.Answer.ALLOW) {
            refuse(publish, message, NOT_ALLOWED);
        } else if (hooks.onMsgArrived.any()) {
            ask(publish, message);
        } else {
            route(publish, message);
        }
    }

    private void ask(Publish publish, Message message) {
        if (publish.qos() == Qos.EXACTLY_ONCE && repeats(publish.packetId())) {
            return;
        }
        Arrival event = new Arrival(hooks.broker(), connection.peer(), message);
        OnMsgArrived.Answer atOnce = hooks.onMsgArrived.decideAtOnce(event);
        if (atOnce != null) {
            decided(publish, message, atOnce);
        } else {
            hooks.onMsgArrived.decide(
                    event, connection, answer -> connection.goOnWith(() -> decided(publish, message, answer)));
        }
    }

    private void decided(Publish publish, Message message, OnMsgArrived.Answer answer) {
        if (answer instanceof OnMsgArrived.Route on) {
            Message changed = on.message().publishedBy(session.clientId());
            Refusal refusal = changed == message ? null : rules.refusal(changed);
            if (refusal == null) {
                route(publish, changed);
            } else {
                refuse(publish, message, notOfTheClient(refusal));
            }
        } else if (answer instanceof OnMsgArrived.Refuse refuse) {
            refuse(publish, message, new Refusal(refuse.reason(), Printable.line(refuse.message())));
        } else {
            refuse(publish, message, null);
        }
    }

    /** The client has not broken a rule if a hook made such a message: it stays, and is told what a PUBACK may say. */
    private static Refusal notOfTheClient(Refusal refusal) {
        boolean sayable = refusal.reason().isAllowedIn(PacketType.PUBACK);
        return new Refusal(
                sayable ? refusal.reason() : ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                "A hook changed it: " + refusal.why());
    }

    private void route(Publish publish, Message message) {
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            router.route(loop, message);
            return;
        }
        if (connection.over()) {
            return; // It went while a hook decided: nothing was acknowledged, and the client knows.
        }
        boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
        if (connection.version() == MqttVersion.V5) { // Others have no words for it, and wait.
            if (!router.trouble(loop, message, exactlyOnce && session.durable()).isEmpty()) {
                Refusal refusal = new Refusal(
                        ReasonCode.QUOTA_EXCEEDED,
                        "The storage of the broker takes no messages at the moment; try again later.");
                refuse(publish, message, refusal, DropReason.STORAGE_FAILED);
                return;
            }
        }
        if (publish.qos() == Qos.AT_LEAST_ONCE) {
            atLeastOnce(publish.packetId(), message);
        } else {
            exactlyOnce(publish.packetId(), message);
        }
        if (router.congested(loop)) {
            connection.waitForOtherLoops();
        }
        Session behind = router.pressed(loop, message.topic());
        if (behind != null) {
            connection.waitFor(behind);
        }
    }

    /**
     * Nobody gets this message. The client is told if its version has words for it and the QoS an answer; else the message is
     * acknowledged like any other [MQTT3-3.3.5-2].
     *
     * @param refusal null if the client is not to know
     */
    private void refuse(Publish publish, Message message, @Nullable Refusal refusal) {
        refuse(publish, message, refusal, DropReason.REFUSED);
    }

    private void refuse(Publish publish, Message message, @Nullable Refusal refusal, DropReason counted) {
        if (refusal != null && refusal.ends()) {
            throw new Violation(refusal.reason(), refusal.why());
        }
        boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
        if (exactlyOnce && repeats(publish.packetId())) {
            return;
        }
        drops.dropped(counted, message, "");
        if (publish.qos() == Qos.AT_MOST_ONCE || connection.over()) {
            return;
        }
        takePlace();
        Acknowledgement acknowledgement = new Acknowledgement(publish.packetId(), exactlyOnce);
        if (connection.version() == MqttVersion.V5) {
            acknowledgement.refusal = refusal;
        }
        owe(acknowledgement, Routed.DELIVERED);
    }

    private void atLeastOnce(int packetId, Message message) { // [MQTT-4.3.2-4], [MQTT-4.3.2-5]
        takePlace();
        Acknowledgement acknowledgement = new Acknowledgement(packetId, false);
        Routed routed = router.route(loop, message, null, promise, acknowledgement);
        acknowledgement.promises(routed, message);
        owe(acknowledgement, routed);
    }

    private void exactlyOnce(int packetId, Message message) { // [MQTT-4.3.3-8]
        if (repeats(packetId)) {
            return;
        }
        takePlace();
        session.inbox().arrive(packetId);
        Acknowledgement acknowledgement = new Acknowledgement(packetId, true);
        Receipt receipt = session.durable() ? new Receipt(session.number(), session.attachedEpoch(), packetId) : null;
        Routed routed = router.route(loop, message, receipt, promise, acknowledgement);
        acknowledgement.promises(routed, message);
        owe(acknowledgement, routed);
    }

    /** Whether a message with this id came before and was not released: then it is answered again and goes to nobody. */
    private boolean repeats(int packetId) { // [MQTT-4.3.3-10], [MQTT3-4.3.3-2]
        Inbox inbox = session.inbox();
        if (inbox.pending(packetId)) {
            return true; // PUBREC follows when the first one is kept.
        }
        if (inbox.received(packetId)) {
            owe(new Acknowledgement(packetId, true), Routed.DELIVERED);
            return true;
        }
        return false;
    }

    /** One more message of QoS 1 or 2 is being received [MQTT-3.3.4-7]. */
    private void takePlace() {
        if (unacknowledged >= receiveMaximum) {
            throw new Violation(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "More than " + receiveMaximum
                            + " QoS 1 and 2 messages were sent without waiting for their acknowledgement.");
        }
        unacknowledged++;
    }

    /** PUBACK or PUBCOMP leaves; it may belong to a message of an earlier connection, which has no place (MQTT 5.0 §4.9). */
    private void givePlaceBack() {
        unacknowledged = Math.max(0, unacknowledged - 1);
    }

    private void owe(Acknowledgement acknowledgement, Routed routed) {
        if (routed != Routed.PENDING) {
            acknowledgement.kept(Outcome.APPLIED, routed == Routed.DELIVERED);
        }
        if (!acknowledgement.done || !owed.isEmpty()) {
            owed.add(acknowledgement);
            payUp();
        } else {
            acknowledgement.send();
        }
    }

    private void payUp() {
        while (!owed.isEmpty() && owed.peekFirst().done) {
            owed.removeFirst().send();
        }
    }

    /** PUBREL: the packet id is free again [MQTT-4.3.3-11], [MQTT3-4.3.3-2], [MQTT-4.3.3-13]. */
    void release(Pubrel pubrel) {
        int packetId = pubrel.packetId();
        if (!session.inbox().received(packetId)) {
            connection.send(new Pubcomp(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
            return;
        }
        session.releaseAsync(packetId, () -> {
            givePlaceBack();
            connection.send(new Pubcomp(packetId));
        });
    }

    /** Whether everything that came is acknowledged. */
    boolean idle() {
        return owed.isEmpty();
    }

    /** PUBACK or PUBREC to come, in its place in the order [MQTT-2.2.1-5]. */
    private final class Acknowledgement implements Kept {
        private final int packetId;
        private final boolean exactlyOnce;
        private boolean done;
        private boolean send = true;
        private boolean wanted = true;
        private AckProperties said = AckProperties.NONE;

        private @Nullable Refusal refusal;

        Acknowledgement(int packetId, boolean exactlyOnce) {
            this.packetId = packetId;
            this.exactlyOnce = exactlyOnce;
        }

        @Override
        public void kept(Outcome outcome, boolean anybodyWants) {
            done = true;
            send = outcome == Outcome.APPLIED;
            wanted = anybodyWants;
            if (exactlyOnce && send && refusal == null) { // [MQTT-4.3.3-9]
                session.inbox().keep(packetId);
            }
            if (!owed.isEmpty()) {
                payUp();
            }
        }

        /** Says what it promises, if the client has asked for that: nothing if nobody keeps the message. */
        void promises(Routed routed, Message message) {
            if (connection.wantsDurability()) {
                Durability promised =
                        routed == Routed.PENDING ? router.durability(loop, message, promise) : Durability.MEMORY;
                said = AckProperties.NONE.withUserProperty(
                        Wishes.DURABILITY, promised.name().toLowerCase(Locale.ROOT));
            }
        }

        void send() {
            if (!exactlyOnce || refusal != null) {
                givePlaceBack();
            }
            if (refusal != null) {
                ReasonCode reason = refusal.reason();
                connection.send(
                        refusal.why(),
                        properties -> exactlyOnce
                                ? new Pubrec(packetId, reason, properties)
                                : new Puback(packetId, reason, properties));
            } else if (send) {
                // [MQTT3-2.3.1-6], [MQTT3-3.3.4-1], [MQTT3-4.3.2-2]
                ReasonCode reason = wanted ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
                Packet told = packet(reason, said);
                connection.send(
                        !connection.wantsDurability() || connection.takes(told)
                                ? told
                                : packet(reason, AckProperties.NONE));
            }
        }

        private Packet packet(ReasonCode reason, AckProperties properties) {
            return exactlyOnce ? new Pubrec(packetId, reason, properties) : new Puback(packetId, reason, properties);
        }
    }
}
