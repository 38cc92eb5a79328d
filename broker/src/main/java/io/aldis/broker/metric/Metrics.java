package io.aldis.broker.metric;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a broker counts. One instance a broker; safe for use by every thread. */
public final class Metrics {

    /** Packets of all types from clients. */
    public final LongAdder packetsReceived = new LongAdder();

    /** Packets of all types written towards clients. */
    public final LongAdder packetsSent = new LongAdder();

    /** Bytes read from sockets. */
    public final LongAdder bytesReceived = new LongAdder();

    /** Bytes written to sockets. */
    public final LongAdder bytesSent = new LongAdder();

    /** Subscriptions of all sessions now. */
    public final LongAdder subscriptions = new LongAdder();

    /** PUBLISH packets accepted from clients. */
    public final LongAdder messagesReceived = new LongAdder();

    /** PUBLISH packets written towards clients, redeliveries included. */
    public final LongAdder messagesSent = new LongAdder();

    /** Connections accepted from a listener since the start. */
    public final LongAdder connectionsAccepted = new LongAdder();

    /** Connections open now, with or without a CONNECT. */
    public final LongAdder connectionsOpen = new LongAdder();

    /** Connections closed because of what the client sent: malformed packets and protocol errors. */
    public final LongAdder protocolErrors = new LongAdder();

    /** Connections closed for want of the header of the PROXY protocol: none came, a wrong one, or one from a stranger. */
    public final LongAdder proxyHeadersRefused = new LongAdder();

    /** CONNECT packets answered with a refusal. */
    public final LongAdder connectsRefused = new LongAdder();

    /** Connections that were accepted, have not got their CONNACK, and are still open. */
    public final LongAdder handshakes = new LongAdder();

    /** How often a client was not read from because it had sent more than its listener allows. */
    public final LongAdder throttled = new LongAdder();

    /** For how long together, in nanoseconds; counted when a client is read from again. */
    public final LongAdder throttledNanos = new LongAdder();

    private final AtomicLong clientsConnected = new AtomicLong();
    private final AtomicLong clientsAtMost = new AtomicLong();
    private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);
    private final Map<TurnedAway, LongAdder> turnedAway = new EnumMap<>(TurnedAway.class);

    public Metrics() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new LongAdder());
        }
        for (TurnedAway reason : TurnedAway.values()) {
            turnedAway.put(reason, new LongAdder());
        }
    }

    /** A client has connected. */
    public void clientCame() {
        long now = clientsConnected.incrementAndGet();
        if (now > clientsAtMost.get()) {
            clientsAtMost.accumulateAndGet(now, Math::max);
        }
    }

    /** A client is no longer connected. */
    public void clientLeft() {
        clientsConnected.decrementAndGet();
    }

    /** Sessions whose client is connected now. */
    public long clientsConnected() {
        return clientsConnected.get();
    }

    /** The most that were connected at the same time. */
    public long clientsAtMost() {
        return clientsAtMost.get();
    }

    /** Counts one message that did not reach one receiver. */
    public void dropped(DropReason reason) {
        counter(dropped, reason).increment();
    }

    /** Counts one connection that was not let in. */
    public void turnedAway(TurnedAway reason) {
        counter(turnedAway, reason).increment();
    }

    /** Drops so far by reason, every reason included. */
    public Map<DropReason, Long> drops() {
        return sums(dropped, DropReason.class);
    }

    /** Connections that were not let in so far, by reason, every reason included. */
    public Map<TurnedAway, Long> turnedAway() {
        return sums(turnedAway, TurnedAway.class);
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> counters, Class<E> reasons) {
        Map<E, Long> sums = new EnumMap<>(reasons);
        counters.forEach((reason, counter) -> sums.put(reason, counter.sum()));
        return sums;
    }

    private static <E extends Enum<E>> LongAdder counter(Map<E, LongAdder> counters, E reason) {
        LongAdder counter = counters.get(reason);
        if (counter == null) {
            throw new IllegalStateException("No counter for " + reason);
        }
        return counter;
    }
}
