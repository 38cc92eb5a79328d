package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.session.Backlog.Outgoing;
import io.aldis.broker.session.ClientLink.Sent;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in flight to a client, and what follows: flow control and redelivery of QoS 1 and 2 (MQTT 5.0 §4.3, §4.4, §4.9).
 *
 * <p>Confined to the session's loop. Messages leave in the order they came; after a reconnect, what was in flight is sent again
 * first, in its first order [MQTT-4.6.0-1], [MQTT3-4.6.0-1], [MQTT3-4.6.0-5], [MQTT3-4.6.0-6].
 */
final class Outbox {

    // Live as long as the session.
    private final Backlog backlog;
    private final String clientId;
    private final Drops drops;
    private final Loop loop;

    /**
     * Everything sent and not settled, by packet id, in the order of first sending [MQTT-4.3.2-3], [MQTT-4.3.3-3],
     * [MQTT-4.3.3-5], [MQTT-3.10.4-3], [MQTT3-2.3.1-4], [MQTT3-3.10.4-3].
     */
    private final LinkedHashMap<Integer, Outgoing> inFlight = new LinkedHashMap<>();

    private long newestNumber;

    /**
     * Messages fetched from elsewhere when there is room: all that is to be replayed. They wait for a client that is away, as what
     * is in flight does.
     */
    private @Nullable Replay replay;

    // Live as long as one connection.
    private @Nullable ClientLink link;
    private int window;
    private int onWire;
    private final ArrayDeque<Outgoing> resend = new ArrayDeque<>();
    private @Nullable Retry retry;

    private boolean pumping;

    // Count as long as the session lives.
    private long delivered;
    private long dropped;

    /**
     * @param clientId of the receiver
     * @param backlog where messages wait
     */
    Outbox(String clientId, Backlog backlog, Drops drops, Loop loop) {
        this.clientId = clientId;
        this.backlog = backlog;
        this.drops = drops;
        this.loop = loop;
    }

    /**
     * The client is here: what it was owed goes first [MQTT-4.4.0-1], [MQTT3-4.4.0-1], [MQTT-4.8.2-4].
     *
     * @param retryInterval after how long without an answer a message is sent again; zero for never
     */
    void attach(ClientLink newLink, int newWindow, Duration retryInterval) {
        link = newLink;
        retry = retryInterval.isZero() ? null : new Retry(loop, retryInterval, inFlight.values(), this::repeat);
        window = newWindow;
        onWire = 0;
        resend.clear();
        for (Outgoing outgoing : inFlight.values()) {
            outgoing.onWire = false;
            resend.add(outgoing);
        }
        backlog.resume(this);
        pump();
        releaseAgain(newLink);
    }

    /** Sends those owed PUBRELs that are behind messages for which the window has no room: it is not theirs [MQTT-3.3.4-10]. */
    private void releaseAgain(ClientLink to) {
        for (Outgoing outgoing : resend) {
            if (outgoing.released && !outgoing.settled && !outgoing.settling) {
                send(to, outgoing);
            }
        }
        resend.removeIf(outgoing -> outgoing.released);
    }

    /** The client is gone; what is in flight stays owed. */
    void detach() {
        link = null; // First of all: what an answer makes room for is not for the connection that ends.
        backlog.flush(this);
        resend.clear();
        if (retry != null) {
            retry.stop();
            retry = null;
        }
    }

    /** Hands over the messages of {@code more}, after those of earlier replays, as the client and its window allow. */
    void replay(Replay more) {
        if (replay == null) {
            replay = more;
        } else {
            replay.join(more);
        }
        pump();
    }

    /** Replays no more for subscriptions with these filters. */
    void forget(Collection<String> filters) {
        if (replay != null) {
            replay.forget(Set.copyOf(filters));
            if (replay.ended()) {
                replay = null;
            }
        }
    }

    /** Messages that were sent and are not yet settled. */
    int inFlight() {
        return inFlight.size();
    }

    /** The bytes of these. */
    long bytesInFlight() {
        long bytes = 0;
        for (Outgoing outgoing : inFlight.values()) {
            bytes += outgoing.delivery.message().bytes();
        }
        return bytes;
    }

    /** The most messages in flight, as the last client wanted; 0 before the first. */
    int window() {
        return window;
    }

    /** Messages sent so far, repetitions not counted. */
    long delivered() {
        return delivered;
    }

    /** Messages dropped here so far. */
    long dropped() {
        return dropped;
    }

    private void drop(DropReason reason, Message message) {
        dropped++;
        drops.dropped(reason, message, clientId);
    }

    /** Whether the client owes no acknowledgement and is owed no replay. */
    boolean idle() {
        return inFlight.isEmpty() && replay == null;
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
        boolean room = onWire < window; // [MQTT-3.3.4-9], [MQTT-3.3.4-10], [MQTT-4.9.0-3]
        if (resend.isEmpty()) {
            Outgoing next = backlog.next(room && !spanExhausted());
            if (next != null) {
                sendNew(to, next);
                return true;
            }
        } else if (room) {
            Outgoing again = resend.remove();
            if (!again.settled && !again.settling) {
                send(to, again);
            }
            return true;
        }
        return replayNext(to);
    }

    private void sendNew(ClientLink to, Outgoing next) {
        if (next.atMostOnce()) {
            sendAtMostOnce(to, next.delivery);
            backlog.settle(next, this);
        } else {
            track(next);
            send(to, next);
        }
    }

    /** Takes one message from elsewhere; false if none may be taken now. */
    private boolean replayNext(ClientLink to) {
        Replay from = replay;
        if (from == null) {
            return false;
        }
        Delivery delivery = from.peek();
        if (delivery == null) {
            if (from.ended()) {
                replay = null;
            }
            return false;
        }
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            from.remove();
            sendAtMostOnce(to, delivery);
            return true;
        }
        return onWire < window && !spanExhausted() && backlog.admit(from, this);
    }

    /** A message that was not in the queue has its place in it, and is sent now. */
    void sendAdmitted(Outgoing admitted) {
        track(admitted);
        ClientLink to = link;
        if (to != null) {
            send(to, admitted);
        }
    }

    /** QoS 0: now or never; the window does not hold it back (MQTT 5.0 §4.9) [MQTT-4.3.1-1], [MQTT3-4.3.1-1]. */
    void sendAtMostOnce(ClientLink to, Delivery delivery) {
        if (expired(delivery.message())) {
            drop(DropReason.EXPIRED, delivery.message());
        } else {
            Sent sent = to.publish(delivery, 0, false);
            if (sent == Sent.SENT) {
                delivered++;
            } else {
                drop(reason(sent), delivery.message());
            }
        }
    }

    /** Whether a message must not be sent any more [MQTT-3.3.2-5]. */
    private boolean expired(Message message) {
        return message.expiresAt() != Message.NEVER && message.expired(loop.currentTimeMillis());
    }

    // [MQTT3-3.3.1-1]
    private void send(ClientLink to, Outgoing outgoing) { // [MQTT-4.3.2-2], [MQTT-4.3.3-2], [MQTT-3.3.1-3]
        if (outgoing.released) { // [MQTT-4.3.3-6]
            occupy(outgoing);
            to.pubrel(outgoing.packetId(), ReasonCode.SUCCESS);
        } else if (!outgoing.sent && expired(outgoing.delivery.message())) {
            forget(outgoing, DropReason.EXPIRED);
        } else {
            sendNow(to, outgoing);
        }
    }

    private void sendNow(ClientLink to, Outgoing outgoing) {
        // [MQTT-3.3.1-1], [MQTT3-3.3.1-1]
        Sent sent = to.publish(outgoing.delivery, outgoing.packetId(), outgoing.sent);
        if (sent == Sent.SENT) {
            delivered += outgoing.sent ? 0 : 1;
            outgoing.sent = true; // It does not expire any more [MQTT-4.3.3-7]; its own DUP comes next [MQTT3-3.3.1-3].
            occupy(outgoing);
        } else {
            forget(outgoing, reason(sent)); // [MQTT-3.1.2-25]
        }
    }

    private static DropReason reason(Sent notSent) {
        return switch (notSent) {
            case REFUSED -> DropReason.REFUSED_BY_HOOK;
            case OUT_OF_SIGHT -> DropReason.OUTSIDE_MOUNT_POINT;
            default -> DropReason.PACKET_TOO_LARGE;
        };
    }

    /** A message will not be sent: if it never was, its packet id is free for the next one. */
    private void forget(Outgoing outgoing, DropReason reason) {
        drop(reason, outgoing.delivery.message());
        if (outgoing.sent) {
            backlog.settle(outgoing, this);
        } else {
            backlog.forget(outgoing, this);
        }
    }

    /** The client has not answered for long (MQTT 3.1.1 §4.4). */
    private void repeat(Outgoing outgoing) {
        ClientLink to = link;
        if (to != null && to.writable()) {
            if (outgoing.released) {
                to.pubrel(outgoing.packetId(), ReasonCode.SUCCESS);
            } else {
                Sent sent = to.publish(outgoing.delivery, outgoing.packetId(), true); // [MQTT-3.3.1-1]
                if (sent != Sent.SENT) {
                    forget(outgoing, reason(sent));
                }
            }
        }
    }

    private void occupy(Outgoing outgoing) { // [MQTT-4.9.0-2]
        outgoing.onWire = true;
        onWire++;
        if (retry != null) {
            retry.sent(outgoing);
        }
    }

    private void track(Outgoing outgoing) {
        inFlight.put(outgoing.packetId(), outgoing);
        newestNumber = outgoing.number;
    }

    /** Whether the next number would give a packet id that is still in use [MQTT3-4.3.2-1], [MQTT3-4.3.3-1]. */
    private boolean spanExhausted() {
        if (inFlight.isEmpty()) {
            return false;
        }
        Outgoing oldest = inFlight.values().iterator().next();
        return newestNumber + 1 - oldest.number >= Outgoing.PACKET_IDS;
    }

    // What the client answers.

    /** PUBACK. */
    void acknowledged(int packetId, ReasonCode reason) {
        Outgoing outgoing = inFlight.get(packetId);
        if (outgoing == null || outgoing.exactlyOnce() || !outgoing.onWire) {
            return; // Late, or never sent: nothing is owed for it.
        }
        if (!reason.isError()) {
            tellTaken(outgoing);
        }
        countRefusal(outgoing, reason);
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
            countRefusal(outgoing, reason);
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
            tellTaken(outgoing);
            backlog.settle(outgoing, this);
        }
    }

    private void tellTaken(Outgoing outgoing) {
        ClientLink from = link;
        if (from != null && !outgoing.settling) {
            from.taken(outgoing.delivery);
        }
    }

    private void countRefusal(Outgoing outgoing, ReasonCode reason) { // [MQTT-4.4.0-2], [MQTT-4.8.2-6]
        if (reason.isError() && !outgoing.settling) {
            drop(DropReason.REFUSED_BY_CLIENT, outgoing.delivery.message());
        }
    }

    // What the backlog answers.

    /** PUBREC is remembered: PUBREL may leave [MQTT-4.3.3-4], [MQTT3-4.3.3-1], [MQTT3-4.6.0-4]. */
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
        if (!outgoing.atMostOnce()) {
            inFlight.remove(outgoing.packetId());
        }
        if (outgoing.onWire) {
            outgoing.onWire = false;
            onWire--;
        }
        pump();
    }

    /** What is in flight or waits in this loop's memory, and will never be sent again: the session has ended. */
    List<Outgoing> abandon() {
        replay = null;
        List<Outgoing> left = new ArrayList<>(inFlight.values());
        inFlight.clear();
        backlog.abandon(left);
        return left;
    }
}
