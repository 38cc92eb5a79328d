package io.aldis.benchmark.result;

import org.jspecify.annotations.Nullable;

/**
 * What one phase of a run showed.
 *
 * @param measured whether it is what the run is about, rather than preparation
 * @param begin seconds since the run began
 * @param seconds how long it was
 * @param counts in this phase
 * @param connect from the first byte sent to the broker, or when it should have been, to CONNACK
 * @param subscribe from SUBSCRIBE to SUBACK
 * @param acknowledge from PUBLISH to PUBACK or PUBCOMP, of messages sent in this phase
 * @param delivery from when a message was sent, or at a fixed rate should have been, to its arrival, of messages of this phase
 * @param retained from SUBSCRIBE to each retained message
 * @param delay at a fixed rate: from when a message should have been sent to when it was
 * @param broker what the broker's process used; null if it is not known
 * @param tool what this process used
 */
public record PhaseResult(
        String name,
        boolean measured,
        double begin,
        double seconds,
        Counts counts,
        Latency connect,
        Latency subscribe,
        Latency acknowledge,
        Latency delivery,
        Latency retained,
        Latency delay,
        @Nullable Usage broker,
        @Nullable Usage tool) {

    /** A count of this phase, each second. */
    public double perSecond(long count) {
        return seconds > 0 ? count / seconds : 0;
    }

    /**
     * CPU time of the broker in microseconds for each message that went in or came out; NaN if it is not known or there was none.
     */
    public double brokerMicrosPerMessage() {
        return microsPerMessage(broker);
    }

    /** The same of this tool. */
    public double toolMicrosPerMessage() {
        return microsPerMessage(tool);
    }

    private double microsPerMessage(@Nullable Usage usage) {
        long messages = counts.sent() + counts.received();
        return usage == null || messages == 0 ? Double.NaN : usage.cpuSeconds() * 1e6 / messages;
    }

    /** Memory the broker gained for each connection made in this phase, in bytes; NaN if it is not known or none was made. */
    public double brokerBytesPerConnection() {
        return broker == null || counts.connected() == 0
                ? Double.NaN
                : (double) broker.residentGrowth() / counts.connected();
    }
}
