package io.aldis.acceptance.stress;

import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client with the memory that the standard asks of one (4.1 of both versions): it sends again, with DUP and the same
 * packet id, what was not acknowledged, and knows the QoS 2 ids it has received, across any number of connections. It
 * judges what a broker does by the rules of the protocol, and lets its {@link Story} judge what is delivered.
 *
 * <p>Confined to one event loop.
 */
final class ResilientClient implements Wire.Owner {
    /** Messages that it has under way to the broker. */
    private static final int WINDOW = 20;

    private static final long SESSION_EXPIRY_SECONDS = 3600;
    private static final int TRACE = 120;

    /** Who follows a client. */
    interface Story {
        /** The broker has accepted a connection. */
        void welcomed(ResilientClient client);

        /** The subscriptions are acknowledged. */
        void subscribed(ResilientClient client);

        /** A message was delivered; repetitions of QoS 2 have been sorted out. */
        void delivered(ResilientClient client, Publish message);

        /** All that was to be published is acknowledged. */
        void published(ResilientClient client);

        /** The broker answered a PINGREQ. */
        void pinged(ResilientClient client);

        /** A packet was handled: time for an accident, perhaps. */
        void turned(ResilientClient client);

        /** The broker broke a rule. */
        void failed(ResilientClient client, String rule);
    }

    /** How a connection ends. */
    enum Leaving {
        /** With DISCONNECT. */
        SAYING_SO,
        /** As a program that ends. */
        CLOSING,
        /** As a power cut. */
        RESETTING,
        /** Within a packet. */
        TEARING,
        /** Not at all: the broker has to end it when the id is taken over. */
        LEFT_OPEN
    }

    private static final class Outgoing {
        final Publish publish;
        boolean released;

        Outgoing(Publish publish) {
            this.publish = publish;
        }
    }

    // Lives as long as the client.
    private final EventLoop loop;
    private final String host;
    private final int port;
    private final int number;
    private final String id;
    private final MqttVersion version;
    private final int receiveMaximum;
    private final Story story;
    private final Queue<Publish> toPublish = new ArrayDeque<>();
    private final Deque<Event> trace = new ArrayDeque<>();
    private final Set<Wire> leftOpen = new HashSet<>();
    private final Set<Wire> awaitingTakenOver = new HashSet<>();
    private int connections;
    /** Connections given up before they were accepted, which may still come and take over. */
    private int hasty;

    // Lives as long as the session.
    private final Map<Integer, Outgoing> inFlight = new LinkedHashMap<>();
    private final Set<Integer> receivedIds = new HashSet<>();
    private final Deque<Publish> owedAgain = new ArrayDeque<>();
    /** The last message of each packet id. */
    private final Map<Integer, Publish> received = new HashMap<>();
    /** What the broker knows to be acknowledged. */
    private Map<Integer, Publish> knownAcknowledged = Map.of();

    private boolean sessionKnown;
    private int lastPacketId;

    // Lives as long as one connection.
    private @Nullable Wire wire;
    private boolean accepted;
    private int unacknowledged;
    /** Nothing that is acknowledged has come since the last PINGREQ. */
    private boolean quiet;

    private final Set<Integer> idsOfThisWire = new HashSet<>();
    /** Delivered, and the acknowledgement not flushed yet. */
    private final List<Publish> acknowledgedUnflushed = new ArrayList<>();

    ResilientClient(
            EventLoop loop,
            String host,
            int port,
            int number,
            String run,
            MqttVersion version,
            int receiveMaximum,
            Story story) {
        this.loop = loop;
        this.host = host;
        this.port = port;
        this.number = number;
        this.id = run + "c" + number;
        this.version = version;
        this.receiveMaximum = receiveMaximum;
        this.story = story;
    }

    /** Which of the clients of a test it is. */
    int number() {
        return number;
    }

    String id() {
        return id;
    }

    /** Whether the broker has accepted the present connection. */
    boolean accepted() {
        return accepted;
    }

    /** Connections that this client left open and the broker has not closed yet. */
    int leftOpen() {
        return leftOpen.size();
    }

    /** What happened lately, the last at the end. */
    String trace() {
        return trace.stream().map(Event::toString).collect(Collectors.joining("\n"));
    }

    void connect() {
        connections++;
        trace("-", "connects");
        accepted = false;
        unacknowledged = 0;
        idsOfThisWire.clear();
        var opened = Wire.open(loop, host, port, version, this);
        wire = opened;
        var connect = Connect.of(version, id).withCleanStart(false).withKeepAlive(0);
        if (version == MqttVersion.V5) {
            connect = connect.withProperties(ConnectProperties.NONE
                    .withSessionExpiryInterval(SESSION_EXPIRY_SECONDS)
                    .withReceiveMaximum(receiveMaximum));
        }
        opened.send(connect);
        opened.flush();
    }

    void subscribe(Subscription... subscriptions) {
        send(Subscribe.of(nextPacketId(), subscriptions));
        flush();
    }

    /** Publishes, now or as soon as the broker has acknowledged enough; packet ids are given here. */
    void publish(List<Publish> messages) {
        toPublish.addAll(messages);
        sendMore();
        flush();
    }

    void ping() {
        quiet = true;
        send(new Pingreq());
        flush();
    }

    /**
     * Begins a connection and another one before the first is accepted. The broker may see them in either order, and then
     * the first takes over the second.
     */
    void connectTwice(Leaving first) {
        connect();
        leave(first, false);
        hasty++;
        connect();
    }

    /** Ends the present connection for its own part. */
    void leave(Leaving how, boolean losingOutput) {
        var left = wire;
        if (left == null) {
            return;
        }
        trace("-", "leaves " + how + (losingOutput ? ", losing output" : ""));
        if (losingOutput && accepted) {
            left.dropUnsent();
            Collections.reverse(acknowledgedUnflushed);
            acknowledgedUnflushed.forEach(owedAgain::push);
        }
        acknowledgedUnflushed.clear();
        switch (how) {
            case SAYING_SO -> {
                if (accepted) {
                    left.send(new Disconnect());
                }
                left.flush();
                left.close();
            }
            case CLOSING -> {
                left.flush();
                left.close();
            }
            case RESETTING -> {
                left.flush();
                left.reset();
            }
            case TEARING -> {
                left.flushHalf();
                left.close();
            }
            case LEFT_OPEN -> {
                left.flush();
                leftOpen.add(left);
                if (accepted && version == MqttVersion.V5) {
                    awaitingTakenOver.add(left);
                }
            }
        }
        wire = null;
        accepted = false;
    }

    @Override
    public void received(Wire from, Packet packet) {
        if (from != wire) {
            // A program that has died does not read; only the end is of interest.
            if (packet instanceof Disconnect disconnect && disconnect.reason() == ReasonCode.SESSION_TAKEN_OVER) {
                awaitingTakenOver.remove(from);
            }
            return;
        }
        trace("<", packet);
        handle(packet);
        story.turned(this);
    }

    private void handle(Packet packet) {
        if (!accepted && !(packet instanceof Connack)) {
            fail("[MQTT-3.2.0-1] CONNACK comes first, but " + packet + " came");
        }
        switch (packet.type()) {
            case CONNACK -> welcomed((Connack) packet);
            case SUBACK -> subscribed((Suback) packet);
            case PUBLISH -> receivedMessage((Publish) packet);
            case PUBREL -> releasedByBroker((Pubrel) packet);
            case PUBACK -> acknowledged(((Puback) packet).packetId(), ((Puback) packet).reason(), packet);
            case PUBREC -> receivedByBroker((Pubrec) packet);
            case PUBCOMP -> completed((Pubcomp) packet);
            case PINGRESP -> story.pinged(this);
            case DISCONNECT -> disconnected((Disconnect) packet);
            default -> fail("nobody asked for " + packet);
        }
    }

    private void welcomed(Connack connack) {
        if (connack.reason().isError()) {
            fail("refused: " + connack);
        }
        if (connack.sessionPresent() != sessionKnown && version != MqttVersion.V3_1) {
            fail("[MQTT-3.2.2-2] a session " + (sessionKnown ? "is lost" : "comes from nowhere"));
        }
        accepted = true;
        // MQTT-4.4.0-1: what was not acknowledged, in the order in which it was sent (MQTT-4.6.0-1).
        for (var entry : inFlight.entrySet()) {
            var outgoing = entry.getValue();
            send(outgoing.released ? new Pubrel(entry.getKey()) : outgoing.publish.withDup(true));
        }
        sendMore();
        sessionKnown = true;
        story.welcomed(this);
    }

    private void subscribed(Suback suback) {
        for (var reason : suback.reasons()) {
            if (reason.isError()) {
                fail("subscription refused: " + suback);
            }
        }
        story.subscribed(this);
    }

    // ---- What it receives

    private void receivedMessage(Publish message) {
        if (message.qos() == AT_MOST_ONCE) {
            story.delivered(this, message);
            return;
        }
        quiet = false;
        received.put(message.packetId(), message);
        var known = knownAcknowledged.get(message.packetId());
        if (known != null && known.payload().equals(message.payload())) {
            fail("was acknowledged before, and comes again: " + message);
        }
        judgeRepetition(message);
        unacknowledged++;
        if (version == MqttVersion.V5 && unacknowledged > receiveMaximum) {
            fail("[MQTT-3.3.4-9] more than the receive maximum of " + receiveMaximum + " under way with " + message);
        }
        acknowledgedUnflushed.add(message);
        if (message.qos() == AT_LEAST_ONCE) {
            story.delivered(this, message);
            send(new Puback(message.packetId()));
            lessUnacknowledged(message.packetId());
        } else {
            // MQTT-4.3.3-10: an id whose PUBREL has not come is the same message again.
            if (receivedIds.add(message.packetId())) {
                story.delivered(this, message);
            } else if (!message.dup()) {
                fail("[MQTT-3.3.1-1] sent again without DUP, or its packet id is used while in use: " + message);
            }
            send(new Pubrec(message.packetId()));
        }
    }

    private void judgeRepetition(Publish message) {
        if (!idsOfThisWire.add(message.packetId())) {
            fail("[MQTT-2.2.1-4] packet id " + message.packetId() + " is in use, but came again with " + message);
        }
        var first = owedAgain.peek();
        if (first == null) {
            return;
        }
        if (first.packetId() == message.packetId() && first.payload().equals(message.payload())) {
            owedAgain.remove();
            if (!message.dup()) {
                fail("[MQTT-3.3.1-1] sent again without DUP: " + message);
            }
        } else if (!message.dup()) {
            fail("[MQTT-4.6.0-1] " + message + " overtakes what must be sent again, first " + first);
        }
    }

    private void releasedByBroker(Pubrel pubrel) {
        quiet = false;
        receivedIds.remove(pubrel.packetId());
        send(new Pubcomp(pubrel.packetId()));
        lessUnacknowledged(pubrel.packetId());
    }

    private void lessUnacknowledged(int packetId) {
        idsOfThisWire.remove(packetId);
        // A PUBREL sent again completes a message that does not count here.
        unacknowledged = Math.max(0, unacknowledged - 1);
    }

    // ---- What it publishes

    private void sendMore() {
        while (accepted && inFlight.size() < WINDOW && !toPublish.isEmpty()) {
            var message = toPublish.remove();
            if (message.qos() != AT_MOST_ONCE) {
                message = message.withPacketId(nextPacketId());
                inFlight.put(message.packetId(), new Outgoing(message));
            }
            send(message);
        }
    }

    private void acknowledged(int packetId, ReasonCode reason, Packet packet) {
        var outgoing = inFlight.get(packetId);
        if (outgoing == null || outgoing.publish.qos() != AT_LEAST_ONCE || reason.isError()) {
            fail("not what was asked for: " + packet);
        }
        settled(packetId);
    }

    private void receivedByBroker(Pubrec pubrec) {
        var outgoing = inFlight.get(pubrec.packetId());
        if (outgoing == null
                || outgoing.publish.qos() == AT_LEAST_ONCE
                || pubrec.reason().isError()) {
            fail("not what was asked for: " + pubrec);
            return;
        }
        outgoing.released = true;
        send(new Pubrel(pubrec.packetId()));
    }

    private void completed(Pubcomp pubcomp) {
        var outgoing = inFlight.get(pubcomp.packetId());
        var known = !pubcomp.reason().isError() || pubcomp.reason() == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        if (outgoing == null || !outgoing.released || !known) {
            fail("not what was asked for: " + pubcomp);
        }
        settled(pubcomp.packetId());
    }

    private void settled(int packetId) {
        inFlight.remove(packetId);
        sendMore();
        if (inFlight.isEmpty() && toPublish.isEmpty()) {
            story.published(this);
        }
    }

    /** Judges from now on that nothing comes again that was received so far: the broker {@linkplain #settled() knows}. */
    void owedNothingKnown() {
        knownAcknowledged = Map.copyOf(received);
    }

    /** Whether the broker knows that neither side owes the other anything, if it has just answered a PINGREQ. */
    boolean settled() {
        return quiet && inFlight.isEmpty() && toPublish.isEmpty() && receivedIds.isEmpty() && owedAgain.isEmpty();
    }

    // ---- Its wire

    @Override
    public void paused(Wire paused) {
        if (paused == wire) {
            flush();
        }
    }

    private void disconnected(Disconnect disconnect) {
        if (hasty == 0 || disconnect.reason() != ReasonCode.SESSION_TAKEN_OVER) {
            fail("the broker ends the connection: " + disconnect);
        }
        accepted = false;
    }

    @Override
    public void closed(Wire closed) {
        if (closed == wire) {
            closedByBroker();
        }
        leftOpen.remove(closed);
        if (awaitingTakenOver.remove(closed)) {
            fail("[MQTT-3.1.4-3] a connection taken over was closed without DISCONNECT 0x8E");
        }
    }

    private void closedByBroker() {
        trace("-", "is closed by the broker");
        if (hasty == 0) {
            fail("the broker closed the connection");
            return;
        }
        hasty--;
        acknowledgedUnflushed.clear();
        connect();
    }

    @Override
    public void broken(Wire broken, Throwable cause) {
        fail("connection broken: " + cause);
    }

    private void send(Packet packet) {
        if (wire != null) {
            trace(">", packet);
            wire.send(packet);
        }
    }

    private void flush() {
        if (wire != null) {
            wire.flush();
            acknowledgedUnflushed.clear();
        }
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (inFlight.containsKey(lastPacketId));
        return lastPacketId;
    }

    private void fail(String rule) {
        story.failed(this, rule);
    }

    private void trace(String direction, Object what) {
        if (trace.size() == TRACE) {
            trace.remove();
        }
        trace.add(new Event(connections, direction, what));
    }

    /** Something that happened on the client's n-th connection. */
    private record Event(int connection, String direction, Object what) {
        @Override
        public String toString() {
            return "#" + connection + " " + direction + " " + (what instanceof Publish message ? brief(message) : what);
        }

        private static String brief(Publish message) {
            return "PUBLISH " + message.topic() + " QoS " + message.qos().level() + (message.dup() ? " DUP" : "")
                    + " id " + message.packetId() + " " + message.payload();
        }
    }
}
