package io.aldis.broker.model;

import io.aldis.codec.Connack;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Holds what a broker sends against what a {@link ReferenceBroker} owes, packet by packet, and then, when that has
 * nothing more to send, for what is missing. Both throw a {@link Disagreement}.
 *
 * <p>Where there is a choice, it is taken from what was sent.
 */
final class Referee {

    private final ReferenceBroker reference;

    Referee(ReferenceBroker reference) {
        this.reference = reference;
    }

    /** The broker sent this to a client. */
    void sent(Link link, Packet packet) {
        if (link.closed && link.v5() && link.answers.isEmpty()) {
            throw new Disagreement("after the end came " + Words.of(packet));
        }
        boolean greeted = link.answers.isEmpty() || !(link.answers.get(0).get(0) instanceof Connack);
        if (packet instanceof Publish publish) {
            if (!greeted) {
                throw new Disagreement("before CONNACK came " + Words.of(packet)); // [MQTT-3.2.0-1]
            }
            if (publish.qos() == Qos.AT_MOST_ONCE) {
                takeNow(link, publish);
            } else {
                takeInOrder(link, publish);
            }
        } else {
            Packet bare = Words.bare(packet);
            if (link.answers.isEmpty() || !link.answers.get(0).contains(bare)) {
                throw new Disagreement("came " + Words.of(packet)
                        + (link.answers.isEmpty()
                                ? ""
                                : " instead of " + Words.of(link.answers.get(0).get(0))));
            }
            link.answers.remove(0);
        }
    }

    private void takeNow(Link link, Publish publish) {
        for (List<Owed> from : List.of(link.now, link.session.loose)) {
            for (Owed owed : List.copyOf(from)) {
                if (!isGone(link, owed) && matches(link, owed, publish)) {
                    from.remove(owed);
                    decide(owed);
                    return;
                }
            }
        }
        throw new Disagreement("came " + Words.of(publish));
    }

    private void takeInOrder(Link link, Publish publish) {
        Session session = link.session;
        if (inUse(link, owed -> owed.takesPlace) >= link.window) {
            throw new Disagreement("beyond what the client can take came " + Words.of(publish)); // [MQTT-3.3.4-9]
        }
        List<Owed> before = new ArrayList<>();
        int event = 0;
        for (Owed owed : List.copyOf(session.queue)) {
            if (owed.onWire || (event != 0 && owed.event != event)) {
                continue; // Sent, or others must come before.
            }
            boolean gone = isGone(link, owed);
            if (!gone && matches(link, owed, publish)) {
                if (!link.closed) {
                    before.stream().filter(other -> other.event != owed.event).forEach(other -> leftOut(link, other));
                }
                begin(link, owed, publish);
                return;
            }
            if (gone || (owed.share != null && owed.share.couldBeAnother())) {
                before.add(owed);
            } else if (!link.closed) { // One taken over did not get what waits for the next.
                event = owed.event;
            }
        }
        for (Owed owed : List.copyOf(session.loose)) {
            if (!isGone(link, owed) && matches(link, owed, publish)) {
                session.loose.remove(owed);
                session.queue.add(inFlight(session), owed);
                begin(link, owed, publish);
                session.givenUp = Math.max(0, session.givenUp - 1);
                return;
            }
        }
        throw new Disagreement("came " + Words.of(publish));
    }

    private static int inFlight(Session session) {
        return (int) session.queue.stream().filter(owed -> owed.packetId != 0).count();
    }

    private static void begin(Link link, Owed owed, Publish publish) {
        takePacketId(link.session, owed, publish);
        owed.onWire = !link.closed;
        owed.takesPlace = owed.onWire;
        decide(owed);
    }

    /** House: a message of an earlier connection of which only PUBREL was sent again takes a place, too. */
    private static boolean isFull(Link link) {
        return inUse(link, owed -> owed.onWire) >= link.window;
    }

    private static long inUse(Link link, Predicate<Owed> how) {
        return link.closed ? 0 : link.session.queue.stream().filter(how).count();
    }

    /** It need not and must not be sent on this connection, now or later. */
    private boolean isGone(Link link, Owed owed) {
        boolean expired = owed.packetId == 0 && reference.now() >= owed.message.expiresAt(); // [MQTT-3.3.2-5]
        return expired
                || PacketEncoder.size(publish(link, owed, 1), link.version)
                        > link.maximumPacketSize; // [MQTT-3.1.2-24], [MQTT-3.1.2-25]
    }

    private static void giveUp(Owed owed) {
        if (owed.qos != Qos.AT_MOST_ONCE && owed.packetId == 0) {
            owed.session.givenUp++;
        }
        if (owed.share != null) {
            owed.share.mayBeLost = true;
        }
        owed.drop();
    }

    /** It is known now that this one was sent: the other candidates do not have it. */
    private static void decide(Owed sent) {
        Share share = sent.share;
        if (share != null) {
            sent.share = null;
            for (Owed other : share.candidates) {
                if (other != sent) {
                    other.session.queue.remove(other);
                    other.session.loose.remove(other);
                    Link link = other.session.link;
                    if (link != null) {
                        link.now.remove(other);
                    }
                }
            }
            share.candidates.clear();
        }
    }

    /** Sent again with its first id [MQTT-4.4.0-1]; House: else ids go up from 1, leaving out those of what was given up. */
    private static void takePacketId(Session session, Owed owed, Publish publish) {
        if (owed.packetId == 0) {
            owed.packetId = publish.packetId();
            session.givenUp -= owed.packetId - session.lastPacketId - 1;
            session.lastPacketId = owed.packetId;
        }
    }

    private boolean matches(Link link, Owed owed, Publish publish) {
        Session session = owed.session;
        int id = publish.packetId();
        boolean idFits = owed.qos == Qos.AT_MOST_ONCE
                || (owed.packetId != 0
                        ? id == owed.packetId
                        : id > session.lastPacketId
                                && id <= session.lastPacketId + 1 + session.givenUp + goneUntil(link, owed.event));
        return idFits && publish(link, owed, id).equals(Words.sorted(publish));
    }

    /** How many messages of an event and of those before it will be given up, and have an id that is not used. */
    private long goneUntil(Link link, int event) {
        return link.session.queue.stream()
                .filter(owed -> owed.packetId == 0 && owed.event <= event && isGone(link, owed))
                .count();
    }

    /** As this client must get it. */
    private Publish publish(Link link, Owed owed, int packetId) {
        Message message = owed.message;
        PublishProperties properties = PublishProperties.NONE;
        if (link.v5()) {
            properties = message.properties().withSubscriptionIdentifiers(owed.identifiers);
            if (message.expiresAt()
                    != ReferenceBroker.NEVER) { // [MQTT-3.3.2-6] House: begun seconds count; at least one.
                properties = properties.withMessageExpiryInterval(
                        Math.max(1, (message.expiresAt() - reference.now() + 999) / 1000));
            }
        }
        return new Publish(
                message.topic(),
                message.payload(),
                owed.qos,
                owed.retain,
                owed.packetId != 0, // [MQTT-3.3.1-1], [MQTT-3.3.1-3]
                owed.qos == Qos.AT_MOST_ONCE ? 0 : packetId,
                properties);
    }

    /** The broker has nothing more to send. */
    void settled() {
        for (Link link : List.copyOf(reference.links())) {
            if (!link.answers.isEmpty()) {
                throw new Disagreement("missing at " + link.session.clientId + ": "
                        + Words.of(link.answers.get(0).get(0)));
            }
            if (link.closed) {
                reference.links().remove(link);
            } else {
                nothingMissing(link);
            }
        }
    }

    private void nothingMissing(Link link) {
        List<Owed> left = new ArrayList<>(link.now);
        link.session.queue.stream().filter(owed -> !owed.onWire).forEach(left::add);
        link.now.clear();
        for (Owed owed : left) {
            if (!isFull(link)) {
                leftOut(link, owed);
            } else if (owed.replayed && owed.packetId == 0) { // Nobody says when retained messages come that must wait.
                owed.drop();
                owed.loosen();
            } else if (owed.qos == Qos.AT_MOST_ONCE) {
                leftOut(link, owed);
            }
        }
    }

    private void leftOut(Link link, Owed owed) {
        if (isGone(link, owed)) {
            giveUp(owed);
        } else if (owed.share != null && owed.share.couldBeAnother()) {
            owed.drop();
        } else {
            throw new Disagreement("missing at " + link.session.clientId + ": "
                    + Words.of(
                            publish(link, owed, owed.packetId == 0 ? link.session.lastPacketId + 1 : owed.packetId)));
        }
    }
}
