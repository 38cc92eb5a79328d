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

    private final AtomicLong clientsConnected = new AtomicLong();
    private final AtomicLong clientsAtMost = new AtomicLong();
    private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

    public Metrics() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new LongAdder());
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
        counter(reason).increment();
    }

    /** Drops so far by reason, every reason included. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> sums = new EnumMap<>(DropReason.class);
        dropped.forEach((reason, counter) -> sums.put(reason, counter.sum()));
        return sums;
    }

    private LongAdder counter(DropReason reason) {
        LongAdder counter = dropped.get(reason);
        if (counter == null) {
            throw new IllegalStateException("No counter for " + reason);
        }
        return counter;
    }
}
