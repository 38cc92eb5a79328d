package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.Router.Kept;
import io.aldis.broker.routing.Router.Routed;
import io.aldis.broker.session.Inbox;
import io.aldis.broker.session.Session;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Receipt;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.util.ArrayDeque;

/**
 * Messages from a client: PUBLISH becomes a message, its acknowledgement leaves when the promise can be kept (MQTT 5.0 §4.3).
 *
 * <p>Confined to the connection's loop; lives as long as the connection is open.
 */
final class PublishFlow {

    private final Connection connection;
    private final Session session;
    private final Loop loop;
    private final Router router;
    private final TopicAliases aliases;
    private final int receiveMaximum;

    /** Messages of QoS 1 and 2 that came on this connection and for which PUBACK or PUBCOMP has not left. */
    private int unacknowledged;

    /** In the order of their PUBLISH, for so they must leave [MQTT-4.6.0-2], [MQTT-4.6.0-3]. */
    private final ArrayDeque<Acknowledgement> owed = new ArrayDeque<>();

    PublishFlow(Connection connection, Session session, ConnectionParts parts) {
        this.connection = connection;
        this.session = session;
        loop = session.loop();
        router = parts.router();
        aliases = new TopicAliases(parts.settings().connection().topicAliasMaximum());
        receiveMaximum = connection.version() == MqttVersion.V5
                ? parts.settings().session().receiveMaximum()
                : 65_535;
    }

    /** PUBLISH. */
    void publish(Publish publish) {
        Message message = Message.of(
                aliases.resolve(publish),
                publish.payload(),
                publish.qos(),
                publish.retain(),
                publish.properties(),
                session.clientId(),
                loop.currentTimeMillis());
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            router.route(loop, message);
            return;
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

    private void atLeastOnce(int packetId, Message message) {
        takePlace();
        Acknowledgement acknowledgement = new Acknowledgement(packetId, false);
        Routed routed = router.route(loop, message, null, acknowledgement);
        owe(acknowledgement, routed);
    }

    private void exactlyOnce(int packetId, Message message) {
        Inbox inbox = session.inbox();
        if (inbox.pending(packetId)) {
            return; // PUBREC follows when the first one is kept.
        }
        Acknowledgement acknowledgement = new Acknowledgement(packetId, true);
        if (inbox.received(packetId)) { // [MQTT-4.3.3-10]
            owe(acknowledgement, Routed.DELIVERED);
            return;
        }
        takePlace();
        inbox.arrive(packetId);
        Receipt receipt = session.durable() ? new Receipt(session.number(), session.attachedEpoch(), packetId) : null;
        Routed routed = router.route(loop, message, receipt, acknowledgement);
        owe(acknowledgement, routed);
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

    /** PUBREL: the packet id is free again [MQTT-4.3.3-11]. */
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

    /** PUBACK or PUBREC to come, in its place in the order. */
    private final class Acknowledgement implements Kept {
        private final int packetId;
        private final boolean exactlyOnce;
        private boolean done;
        private boolean send = true;
        private boolean wanted = true;

        Acknowledgement(int packetId, boolean exactlyOnce) {
            this.packetId = packetId;
            this.exactlyOnce = exactlyOnce;
        }

        @Override
        public void kept(Outcome outcome, boolean anybodyWants) {
            done = true;
            send = outcome == Outcome.APPLIED;
            wanted = anybodyWants;
            if (exactlyOnce && send) {
                session.inbox().keep(packetId);
            }
            if (!owed.isEmpty()) {
                payUp();
            }
        }

        void send() {
            if (!exactlyOnce) {
                givePlaceBack();
            }
            if (send) {
                connection.send(packet(wanted ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS));
            }
        }

        private Packet packet(ReasonCode reason) {
            return exactlyOnce ? new Pubrec(packetId, reason) : new Puback(packetId, reason);
        }
    }
}
