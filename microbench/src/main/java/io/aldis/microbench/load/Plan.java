package io.aldis.microbench.load;

import io.aldis.codec.MqttVersion;
import java.time.Duration;

/** One run, in all its numbers. */
record Plan(Scenario scenario, Target target, Crowd crowd, Traffic traffic, Timing timing) {
    /** The broker. */
    record Target(String host, int port, MqttVersion version) {
        boolean isV5() {
            return version == MqttVersion.V5;
        }
    }

    /**
     * The clients.
     *
     * @param loops event loops, each a thread, that they are shared out among
     * @param wave how many connect at the same time
     */
    record Crowd(int publishers, int subscribers, int loops, int wave) {}

    /**
     * What is sent.
     *
     * @param qos 0 or 1, for publishing and subscribing
     * @param payload bytes
     * @param window unacknowledged messages a publisher may have at QoS 1; a v5 broker may ask for fewer
     * @param rate messages a second from all publishers together; 0 = as fast as the broker takes them
     */
    record Traffic(int qos, int payload, int window, double rate) {
        boolean paced() {
            return rate > 0;
        }
    }

    /**
     * How long.
     *
     * @param drainLimit the longest wait for messages that are still on their way after the window
     */
    record Timing(Duration warmUp, Duration window, Duration drainLimit) {}
}
