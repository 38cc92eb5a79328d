package io.aldis.broker.model;

import io.aldis.codec.AckProperties;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What MQTT asks of a broker that settles after each thing that happens to it, in lists and loops. It is told what clients do and keeps
 * what each must be sent; a {@link Referee} compares. Where the standard leaves a choice, so does this:
 *
 * <ul>
 *   <li>messages of one PUBLISH or of one SUBSCRIBE that reach a client at once (retained ones, or one through several subscriptions)
 *       come in any order;
 *   <li>any connected member of a shared subscription may get a message, and if none is connected, any that keeps it; who did may show
 *       much later;
 *   <li>what a session leaves behind that it had through a shared subscription may go to another member;
 *   <li>retained messages for a client whose receive maximum is reached may come later, in any order, or be left out;
 *   <li>a message of QoS 0 in the moment of a takeover reaches one of both connections, or neither;
 *   <li>packet ids may leave out those of messages that were given up in the queue.
 * </ul>
 *
 * <p>Where the standard says <em>may</em> and this house has decided, the comment begins with "House".
 */
final class ReferenceBroker {

    static final long NEVER = Long.MAX_VALUE;
    private static final long FOREVER = 0xFFFF_FFFFL;

    private final int maximumInFlight;
    private final Map<String, Session> sessions = new TreeMap<>();
    private final Map<String, Message> retained = new TreeMap<>();

    /** Open ones, and those whose last packets have not been looked at; in the order of their CONNECT. */
    private final List<Link> links = new ArrayList<>();

    private int events;
    private long now;

    /** Nothing has happened yet; at most {@code maximumInFlight} messages are in flight to a client. */
    ReferenceBroker(int maximumInFlight) {
        this.maximumInFlight = maximumInFlight;
    }

    // What clients do.

    /** CONNECT on a new connection. */
    Link connect(Connect connect) {
        Session former = sessions.get(connect.clientId());
        Link replaced = former == null ? null : former.link;
        boolean present = former != null
                && !connect.cleanStart() // [MQTT-3.1.2-4], [MQTT-3.1.2-5]
                && !(replaced != null && former.expirySeconds == 0); // It ends with its connection (§3.1.2.11.2).
        if (replaced != null) {
            close(replaced, ReasonCode.SESSION_TAKEN_OVER); // [MQTT-3.1.4-3]
        }
        if (former != null && former.will != null) {
            boolean immediate = replaced != null && delay(former.will) == 0;
            if (!present || immediate) { // The session ends or the will has no delay (§3.1.3.2.2); else [MQTT-3.1.3-9].
                publishWill(former);
            }
        }
        if (former != null && !present) {
            end(former);
        }
        Session session = present && former != null ? former : new Session(connect.clientId()); // [MQTT-3.1.2-6]
        Integer receiveMaximum = connect.properties().receiveMaximum();
        int window = receiveMaximum == null ? maximumInFlight : Math.min(receiveMaximum, maximumInFlight);
        Link link = new Link(connect, session, window, now);
        sessions.put(session.clientId, session);
        session.link = link;
        session.endsAt = NEVER;
        session.will = connect.will();
        session.willDueAt = NEVER;
        session.expirySeconds = expiry(connect);
        links.add(link);
        link.answer(Connack.accepted( // [MQTT-3.2.2-2], [MQTT-3.2.2-3]
                present && link.version != MqttVersion.V3_1)); // MQTT 3.1 does not say it.
        for (Owed owed : session.queue) {
            owed.onWire = owed.released;
            owed.takesPlace = false;
            if (owed.released) {
                link.answer(new Pubrel(owed.packetId)); // [MQTT-4.4.0-1]; the window is for PUBLISH [MQTT-3.3.4-10].
            }
        }
        if (replaced != null) {
            inTheMomentOfATakeover(replaced, present ? link : null);
        }
        return link;
    }

    /** QoS 0 at the moment of a takeover: one of both connections gets it, or none. */
    private static void inTheMomentOfATakeover(Link replaced, @Nullable Link next) {
        for (Owed owed : replaced.now) {
            Share share = owed.share == null ? new Share() : owed.share;
            if (owed.share == null) {
                owed.share = share;
                share.candidates.add(owed);
            }
            share.mayBeLost = true;
            if (next != null) {
                next.now.add(share.another(owed, next.session));
            }
        }
    }

    private static long expiry(Connect connect) {
        if (connect.version() != MqttVersion.V5) {
            return connect.cleanStart() ? 0 : FOREVER; // MQTT 3.1.1 §3.1.2.4; House: as long as the settings allow.
        }
        Long interval = connect.properties().sessionExpiryInterval();
        return interval == null ? 0 : interval;
    }

    private static long delay(Will will) {
        Long delay = will.properties().delayInterval();
        return delay == null ? 0 : delay;
    }

    /** Any packet but the first on a connection. */
    void received(Link link, Packet packet) {
        link.heardAt = now;
        Session session = link.session;
        if (packet instanceof Publish publish) {
            published(link, publish);
        } else if (packet instanceof Puback puback) {
            session.queue.removeIf(
                    owed -> owed.onWire && owed.qos == Qos.AT_LEAST_ONCE && owed.packetId == puback.packetId());
        } else if (packet instanceof Pubrec pubrec) {
            receivedBy(link, pubrec);
        } else if (packet instanceof Pubcomp pubcomp) {
            session.queue.removeIf(owed -> owed.released && owed.packetId == pubcomp.packetId());
        } else if (packet instanceof Pubrel pubrel) {
            boolean known = session.inbox.remove(pubrel.packetId()); // [MQTT-4.3.3-12]
            link.answer(new Pubcomp(pubrel.packetId(), reason(link, known, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND)));
        } else if (packet instanceof Subscribe subscribe) {
            subscribed(link, subscribe);
        } else if (packet instanceof Unsubscribe unsubscribe) {
            unsubscribed(link, unsubscribe);
        } else if (packet instanceof Pingreq) {
            link.answer(new Pingresp()); // [MQTT-3.12.4-1]
        } else if (packet instanceof Disconnect disconnect) {
            disconnected(link, disconnect);
        } else { // A second CONNECT [MQTT-3.1.0-2].
            close(link, ReasonCode.PROTOCOL_ERROR);
            left(session);
        }
    }

    /** MQTT 3.x has no words for what went wrong. */
    private static ReasonCode reason(Link link, boolean success, ReasonCode otherwise) {
        return success || !link.v5() ? ReasonCode.SUCCESS : otherwise;
    }

    private void published(Link link, Publish publish) {
        int packetId = publish.packetId();
        boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
        if (exactlyOnce && !link.session.inbox.add(packetId)) { // [MQTT-4.3.3-10]
            link.answer(
                    new Pubrec(packetId),
                    new Pubrec(packetId, reason(link, false, ReasonCode.NO_MATCHING_SUBSCRIBERS)));
            return;
        }
        PublishProperties properties = link.v5() ? publish.properties() : PublishProperties.NONE;
        boolean wanted = publish(new Message(
                publish.topic(),
                publish.payload(),
                publish.qos(),
                publish.retain(),
                properties,
                expiresAt(properties.messageExpiryInterval()),
                link.session.clientId));
        ReasonCode reason = reason(link, wanted, ReasonCode.NO_MATCHING_SUBSCRIBERS); // House: it is always said.
        if (exactlyOnce) {
            link.answer(new Pubrec(packetId, reason)); // [MQTT-4.3.3-8]
        } else if (publish.qos() == Qos.AT_LEAST_ONCE) {
            link.answer(new Puback(packetId, reason)); // [MQTT-4.3.2-4]
        }
    }

    private long expiresAt(@Nullable Long interval) {
        return interval == null ? NEVER : now + interval * 1000;
    }

    private static void receivedBy(Link link, Pubrec pubrec) {
        List<Owed> queue = link.session.queue;
        int packetId = pubrec.packetId();
        Optional<Owed> inFlight = queue.stream()
                .filter(owed -> owed.onWire && owed.exactlyOnce() && owed.packetId == packetId)
                .findFirst();
        if (inFlight.isPresent() && pubrec.reason().isError()) {
            queue.remove(inFlight.get()); // [MQTT-4.4.0-2]
            return;
        }
        inFlight.ifPresent(owed -> owed.released = true);
        link.answer(
                new Pubrel( // [MQTT-4.3.3-4]
                        packetId, reason(link, inFlight.isPresent(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND)));
    }

    private void subscribed(Link link, Subscribe subscribe) {
        events++;
        Integer identifier = subscribe.properties().subscriptionIdentifier();
        List<ReasonCode> reasons = new ArrayList<>();
        for (Subscription asked : subscribe.subscriptions()) { // [MQTT-3.8.4-5]
            if (!Topics.isValidFilter(asked.filter())) {
                reasons.add(link.v5() ? ReasonCode.TOPIC_FILTER_INVALID : ReasonCode.UNSPECIFIED_ERROR);
                continue;
            }
            Subscribed subscribed = link.v5()
                    ? new Subscribed(asked, identifier == null ? 0 : identifier)
                    : new Subscribed(Subscription.of(asked.filter(), asked.qos()), 0);
            boolean existed = link.session.subscriptions.put(asked.filter(), subscribed) != null; // [MQTT-3.8.4-3]
            reasons.add(ReasonCode.granted(asked.qos())); // [MQTT-3.8.4-6], [MQTT-3.8.4-7]
            RetainHandling handling = subscribed.subscription().retainHandling();
            boolean wantsRetained = handling == RetainHandling.SEND // [MQTT-3.3.1-9]
                    || (handling == RetainHandling.SEND_IF_NEW && !existed); // [MQTT-3.3.1-10], [MQTT-3.3.1-11]
            if (wantsRetained && !Topics.isShared(asked.filter())) { // MQTT 5.0 §4.8.2
                oweRetained(link.session, subscribed);
            }
        }
        link.answer(new Suback(subscribe.packetId(), reasons, AckProperties.NONE)); // [MQTT-3.8.4-1]
    }

    private void oweRetained(Session session, Subscribed subscribed) {
        for (Message message : retained.values()) {
            boolean matches = Topics.matches(subscribed.subscription().filter(), message.topic());
            boolean expired = now >= message.expiresAt(); // [MQTT-3.3.2-5]
            if (matches && !expired && !isOwn(session, subscribed, message)) {
                Owed owed = new Owed(
                        message,
                        session,
                        subscribed.subscription().qos().min(message.qos()), // [MQTT-3.8.4-8]
                        true, // MQTT 5.0 §3.3.1.3, [MQTT3-3.3.1-8]
                        identifiers(List.of(subscribed)),
                        events,
                        true,
                        "");
                owe(owed);
            }
        }
    }

    /** [MQTT-3.8.3-3] House: the publisher of a will is the client whose will it was. */
    private static boolean isOwn(Session session, Subscribed subscribed, Message message) {
        return subscribed.subscription().noLocal() && session.clientId.equals(message.publisher());
    }

    private static List<Integer> identifiers(List<Subscribed> matching) {
        return matching.stream()
                .map(Subscribed::identifier)
                .filter(identifier -> identifier != 0)
                .sorted()
                .toList();
    }

    private static void unsubscribed(Link link, Unsubscribe unsubscribe) {
        List<ReasonCode> reasons = new ArrayList<>();
        for (String filter : unsubscribe.filters()) { // [MQTT-3.10.4-1], [MQTT-3.10.4-2], [MQTT-3.10.4-6]
            boolean existed = link.session.subscriptions.remove(filter) != null;
            if (link.v5()) {
                reasons.add(existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
            }
        }
        link.answer(new Unsuback(unsubscribe.packetId(), reasons, AckProperties.NONE)); // [MQTT-3.10.4-4]
    }

    private void disconnected(Link link, Disconnect disconnect) {
        Session session = link.session;
        Long expiry = disconnect.properties().sessionExpiryInterval();
        if (expiry != null && expiry > 0 && session.expirySeconds == 0) { // §3.14.2.2.2
            close(link, ReasonCode.PROTOCOL_ERROR);
            left(session);
            return;
        }
        if (expiry != null) {
            session.expirySeconds = expiry;
        }
        if (disconnect.reason() == ReasonCode.NORMAL_DISCONNECTION) {
            session.will = null; // [MQTT-3.14.4-3]
        }
        link.closed = true;
        left(session);
    }

    /** The network broke. */
    void lost(Link link) {
        link.closed = true;
        left(link.session);
    }

    /** The broker closes the connection; an MQTT 5.0 client is told why (§4.13). */
    private static void close(Link link, ReasonCode reason) {
        if (link.v5()) {
            link.answer(new Disconnect(reason));
        }
        link.closed = true;
    }

    /** The session is without its connection. */
    private void left(Session session) {
        session.link = null;
        session.queue.forEach(owed -> owed.onWire = false);
        boolean ends = session.expirySeconds == 0;
        Will will = session.will;
        if (will != null && (ends || delay(will) == 0)) {
            publishWill(session); // [MQTT-3.1.2-8]
        } else if (will != null) {
            session.willDueAt = now + delay(will) * 1000;
        }
        if (ends) {
            end(session);
        } else if (session.expirySeconds != FOREVER) {
            session.endsAt = now + session.expirySeconds * 1000;
        }
    }

    private void publishWill(Session session) {
        Will will = session.will;
        if (will != null) {
            session.will = null; // [MQTT-3.1.2-10]
            session.willDueAt = NEVER;
            publish(new Message(
                    will.topic(),
                    will.payload(),
                    will.qos(),
                    will.retain(), // [MQTT-3.1.2-14], [MQTT-3.1.2-15]
                    PublishProperties.NONE,
                    expiresAt(will.properties().messageExpiryInterval()),
                    session.clientId));
        }
    }

    private void end(Session session) {
        sessions.remove(session.clientId);
        for (Owed owed : session.queue) {
            boolean begun = owed.packetId != 0 && owed.exactlyOnce(); // [MQTT-4.8.2-5]
            if (!owed.sharedBy.isEmpty() && !begun) {
                passOn(owed);
            }
        }
    }

    /** Another member of a shared subscription may get what a session left behind (MQTT 5.0 §4.8.2). */
    private void passOn(Owed left) {
        Share share = left.share == null ? new Share() : left.share;
        share.mayBeLost = true;
        share.candidates.remove(left);
        for (Session member : sessions.values()) {
            Subscribed subscribed = member.subscriptions.get(left.sharedBy);
            if (subscribed != null) {
                share.another(owed(left.message, member, List.of(subscribed), left.sharedBy), member)
                        .loosen();
            }
        }
    }

    // Time.

    /** When something happens next because time passes. */
    long nextEvent() {
        long next = NEVER;
        for (Session session : sessions.values()) {
            next = Math.min(next, Math.min(session.endsAt, session.willDueAt));
        }
        for (Link link : links) {
            next = Math.min(next, silentAt(link));
        }
        return next;
    }

    /** [MQTT-3.1.2-22] */
    private static long silentAt(Link link) {
        return link.closed || link.keepAliveMillis == 0 ? NEVER : link.heardAt + link.keepAliveMillis * 3 / 2;
    }

    long now() {
        return now;
    }

    /** The connections that are open, or were before what happened last. */
    List<Link> links() {
        return links;
    }

    /** It is {@code time} now, in milliseconds from the beginning; at most {@link #nextEvent()}. */
    void passTo(long time) {
        now = time;
        for (Link link : List.copyOf(links)) {
            if (silentAt(link) <= now) {
                close(link, ReasonCode.KEEP_ALIVE_TIMEOUT);
                left(link.session);
            }
        }
        for (Session session : List.copyOf(sessions.values())) {
            boolean ends = session.endsAt <= now;
            if (ends || session.willDueAt <= now) {
                publishWill(session); // [MQTT-3.1.2-8]
            }
            if (ends) {
                end(session); // [MQTT-3.1.2-23]
            }
        }
    }

    // Messages.

    /** Brings a message to all who want it; whether anybody has subscribed to it. */
    private boolean publish(Message message) {
        events++;
        if (message.retain() && message.payload().isEmpty()) {
            retained.remove(message.topic()); // [MQTT-3.3.1-6], [MQTT-3.3.1-7]
        } else if (message.retain()) {
            retained.put(message.topic(), message); // [MQTT-3.3.1-5]
        }
        boolean wanted = false;
        Map<String, List<Session>> groups = new LinkedHashMap<>();
        for (Session session : sessions.values()) {
            List<Subscribed> matching = new ArrayList<>();
            for (Subscribed subscribed : session.subscriptions.values()) {
                String filter = subscribed.subscription().filter();
                if (!Topics.matches(filter, message.topic())) {
                    continue;
                }
                wanted = true;
                if (Topics.isShared(filter)) {
                    groups.computeIfAbsent(filter, members -> new ArrayList<>()).add(session);
                } else if (!isOwn(session, subscribed, message)) {
                    matching.add(subscribed);
                }
            }
            if (!matching.isEmpty()) {
                owe(owed(message, session, matching, ""));
            }
        }
        groups.forEach((filter, members) -> share(message, filter, members));
        return wanted;
    }

    /** House: once by all matching subscriptions together, at the highest of their QoS [MQTT-3.3.4-2]. */
    private Owed owed(Message message, Session session, List<Subscribed> matching, String sharedBy) {
        Qos highest = Qos.AT_MOST_ONCE;
        boolean asPublished = false;
        for (Subscribed subscribed : matching) {
            Qos qos = subscribed.subscription().qos();
            highest = qos.level() > highest.level() ? qos : highest;
            asPublished |= subscribed.subscription().retainAsPublished();
        }
        return new Owed(
                message,
                session,
                highest.min(message.qos()), // [MQTT-3.8.4-8]
                message.retain() && asPublished, // [MQTT-3.3.1-12], [MQTT-3.3.1-13]
                identifiers(matching), // [MQTT-3.3.4-3], [MQTT-3.3.4-4]
                events,
                false,
                sharedBy);
    }

    /** One member of a shared subscription gets it (§4.8.2). House: one that is connected, if there is one. */
    private void share(Message message, String filter, List<Session> members) {
        boolean anyHere = members.stream().anyMatch(member -> member.link != null);
        Share share = new Share();
        for (Session member : members) {
            Subscribed subscribed = member.subscriptions.get(filter);
            if (subscribed == null) {
                continue;
            }
            Owed owed = owed(message, member, List.of(subscribed), filter); // [MQTT-4.8.2-3]
            if (anyHere ? member.link != null : owed.qos != Qos.AT_MOST_ONCE) {
                owed.share = share;
                share.candidates.add(owed);
            }
        }
        share.candidates.forEach(ReferenceBroker::owe);
    }

    private static void owe(Owed owed) {
        Link link = owed.session.link;
        if (owed.qos != Qos.AT_MOST_ONCE) {
            owed.session.queue.add(owed);
        } else if (link != null) { // House: QoS 0 is not kept for a client that is away.
            link.now.add(owed);
        }
    }

    /** What each session looks like from outside. */
    List<String> overview() {
        List<String> lines = new ArrayList<>();
        for (Session session : sessions.values()) {
            lines.add(session.clientId + (session.link == null ? " away" : " here") + " with "
                    + session.subscriptions.size() + " subscriptions");
        }
        return lines;
    }
}
