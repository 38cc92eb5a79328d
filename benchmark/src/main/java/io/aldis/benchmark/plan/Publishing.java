package io.aldis.benchmark.plan;

import io.aldis.codec.Qos;

/**
 * What one client publishes.
 *
 * @param topic may have variables
 * @param leastBytes smallest payload, at least {@link #SMALLEST_PAYLOAD}
 * @param mostBytes largest payload; sizes between are drawn evenly
 * @param rate messages a second of one client, sent at fixed times whatever the broker does; 0 for as fast as it takes them
 * @param messages how many it sends, 0 for as many as it can until the group ends
 * @param window at QoS 1 and 2: messages it may have unacknowledged, 1 to 65,535. MQTT 5.0 brokers may ask for fewer
 */
public record Publishing(
        TopicPattern topic,
        Qos qos,
        boolean retain,
        int leastBytes,
        int mostBytes,
        double rate,
        long messages,
        int window) {

    /** Bytes: room for who sent a message, its number, its time and a check of these. */
    public static final int SMALLEST_PAYLOAD = 28;

    /** The same with so many messages of each client. */
    public Publishing withMessages(long count) {
        return new Publishing(topic, qos, retain, leastBytes, mostBytes, rate, count, window);
    }

    /** Whether messages are sent at fixed times. */
    public boolean paced() {
        return rate > 0;
    }
}
