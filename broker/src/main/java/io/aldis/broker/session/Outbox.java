package io.aldis.broker.session;

import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.session.Backlog.Outgoing;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is in flight to a client, and what follows: flow control and redelivery of QoS 1 and 2 (MQTT 5.0 §4.3, §4.4, §4.9).
 *
 * <p>Confined to the session's loop. Messages leave in the order they came; after a reconnect, what was in flight is sent again
 * first, in its first order [MQTT-4.6.0-1].
 */
final class Outbox {

    // Live as long as the session.
    private final Backlog backlog;
    private final Metrics metrics;
    private final LongSupplier wallClock;

    /** Everything sent and not settled, by packet id, in the order of first sending. */
    private final LinkedHashMap<Integer, Outgoing> inFlight = new LinkedHashMap<>();

    private long newestSequence;

    /** Messages read one by one from elsewhere when there is room, such as the retained ones of a new subscription. */
    private final ArrayDeque<Iterator<Delivery>> replays = new ArrayDeque<>();

    // Live as long as one connection.
    private @Nullable ClientLink link;
    private int window;
    private int onWire;
    private final ArrayDeque<Outgoing> resend = new ArrayDeque<>();

    private boolean pumping;

    /**
     * @param backlog where messages wait
     * @param wallClock milliseconds since 1970, for message expiry
     */
    Outbox(Backlog backlog, Metrics metrics, LongSupplier wallClock) {
        this.backlog = backlog;
        this.metrics = metrics;
        this.wallClock = wallClock;
    }

    /** The client is here: what it was owed goes first [MQTT-4.4.0-1]. */
    void attach(ClientLink newLink, int newWindow) {
        link = newLink;
        window = newWindow;
        onWire = 0;
        resend.clear();
        for (Outgoing outgoing : inFlight.values()) {
            outgoing.onWire = false;
            resend.add(outgoing);
        }
        pump();
    }

    /** The client is gone; what is in flight stays owed. */
    void detach() {
        backlog.flush(this);
        link = null;
        resend.clear();
        replays.clear();
    }

    /** Hands over the messages of {@code replay} as the client and its window allow. */
    void replay(Iterator<Delivery> replay) {
        replays.add(replay);
        pump();
    }

    /** Messages that were sent and are not yet settled. */
    int inFlight() {
        return inFlight.size();
    }

    /** Messages that wait in this loop's memory. */
    int waiting() {
        return backlog.waiting();
    }

    /** Whether the client still owes an acknowledgement or is owed a message that it could get now. */
    boolean idle() {
        return inFlight.isEmpty() && replays.isEmpty();
    }

    /** Sends what may be sent now. Called whenever something changed: a new message, a free place, a writable link. */
    void pump() {
        if (pumping) {
            return; // A message dropped on the way settles at once and would come back here.
        }
        pumping = true;
        try {
            ClientLink to = link;
            while (to != null && to == link && to.writable() && sendNext(to)) {
                // One message a round.
            }
        } finally {
            pumping = false;
        }
    }

    /** Sends one message; false if none may be sent now. */
    private boolean sendNext(ClientLink to) {
        if (onWire < window) { // [MQTT-3.3.4-9]
            Outgoing again = resend.poll();
            if (again != null) {
                if (!again.settled && !again.settling) {
                    send(to, again);
                }
                return true;
            }
            if (!spanExhausted()) {
                Outgoing next = backlog.next();
                if (next != null) {
                    track(next);
                    send(to, next);
                    return true;
                }
            }
        }
        return replayNext(to);
    }

    private boolean replayNext(ClientLink to) {
        Iterator<Delivery> replay = replays.peek();
        if (replay == null) {
            return false;
        }
        if (!replay.hasNext()) {
            replays.poll();
            return true;
        }
        if (onWire >= window || spanExhausted()) {
            return false;
        }
        Delivery delivery = replay.next();
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            sendAtMostOnce(to, delivery);
        } else if (backlog instanceof TransientBacklog own) {
            Outgoing next = own.immediate(delivery);
            track(next);
            send(to, next);
        }
        return true;
    }

    /** QoS 0: now or never; the window does not hold it back [MQTT-3.3.4-7]. */
    void sendAtMostOnce(ClientLink to, Delivery delivery) {
        if (delivery.message().expired(wallClock.getAsLong())) {
            metrics.dropped(DropReason.EXPIRED);
        } else if (!to.publish(delivery, 0, false)) {
            metrics.dropped(DropReason.PACKET_TOO_LARGE);
        }
    }

    private void send(ClientLink to, Outgoing outgoing) {
        if (outgoing.released) {
            occupy(outgoing);
            to.pubrel(outgoing.packetId(), ReasonCode.SUCCESS);
        } else if (!outgoing.sent && outgoing.delivery.message().expired(wallClock.getAsLong())) { // [MQTT-3.3.2-5]
            metrics.dropped(DropReason.EXPIRED);
            backlog.settle(outgoing, this);
        } else if (to.publish(outgoing.delivery, outgoing.packetId(), outgoing.sent)) { // [MQTT-3.3.1-1]
            outgoing.sent = true;
            occupy(outgoing);
        } else {
            metrics.dropped(DropReason.PACKET_TOO_LARGE); // [MQTT-3.1.2-25]
            backlog.settle(outgoing, this);
        }
    }

    private void occupy(Outgoing outgoing) {
        outgoing.onWire = true;
        onWire++;
    }

    private void track(Outgoing outgoing) {
        inFlight.put(outgoing.packetId(), outgoing);
        newestSequence = outgoing.sequence;
    }

    /** Whether the next sequence would use a packet id that is still in use. */
    private boolean spanExhausted() {
        if (inFlight.isEmpty()) {
            return false;
        }
        Outgoing oldest = inFlight.values().iterator().next();
        return newestSequence + 1 - oldest.sequence >= Outgoing.PACKET_IDS;
    }

    // What the client answers.

    /** PUBACK. */
    void acknowledged(int packetId, ReasonCode reason) {
        Outgoing outgoing = inFlight.get(packetId);
        if (outgoing == null || outgoing.exactlyOnce() || !outgoing.onWire) {
            return; // Late, or never sent: nothing is owed for it.
        }
        countRefusal(reason);
        backlog.settle(outgoing, this);
    }

    /** PUBREC. */
    void received(int packetId, ReasonCode reason) {
        Outgoing outgoing = inFlight.get(packetId);
        if (outgoing == null || !outgoing.exactlyOnce()) {
            ClientLink to = link;
            if (to != null && !reason.isError()) { // [MQTT-4.3.3-4]; who refuses waits for no answer.
                to.pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            }
        } else if (reason.isError()) { // The client will not take it: the id is free (MQTT 5.0 §4.3.3).
            countRefusal(reason);
            backlog.settle(outgoing, this);
        } else if (outgoing.released) {
            released(outgoing);
        } else {
            backlog.received(outgoing, this);
        }
    }

    /** PUBCOMP. */
    void completed(int packetId) {
        Outgoing outgoing = inFlight.get(packetId);
        if (outgoing != null && outgoing.exactlyOnce() && outgoing.released) {
            backlog.settle(outgoing, this);
        }
    }

    private void countRefusal(ReasonCode reason) {
        if (reason.isError()) {
            metrics.dropped(DropReason.REFUSED_BY_CLIENT);
        }
    }

    // What the backlog answers.

    /** PUBREC is remembered: PUBREL may leave [MQTT-4.3.3-4]. */
    void released(Outgoing outgoing) {
        outgoing.released = true;
        ClientLink to = link;
        if (to != null && outgoing.onWire && !outgoing.settled) {
            to.pubrel(outgoing.packetId(), ReasonCode.SUCCESS);
        }
    }

    /** Nothing is owed any more: the place in the window is free. */
    void settled(Outgoing outgoing) {
        if (outgoing.settled) {
            return;
        }
        outgoing.settled = true;
        inFlight.remove(outgoing.packetId());
        if (outgoing.onWire) {
            outgoing.onWire = false;
            onWire--;
        }
        pump();
    }

    /** What was in flight and will never be sent again: the session has ended. */
    List<Outgoing> abandon() {
        List<Outgoing> left = new ArrayList<>(inFlight.values());
        inFlight.clear();
        return left;
    }
}
