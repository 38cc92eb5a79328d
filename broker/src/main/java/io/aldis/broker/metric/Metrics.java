package io.aldis.broker.metric;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a broker counts. One instance a broker; safe for use by every thread. */
public final class Metrics {

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

    /** CONNECT packets answered with a refusal. */
    public final LongAdder connectsRefused = new LongAdder();

    private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

    public Metrics() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new LongAdder());
        }
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
