package io.aldis.benchmark.prove;

import io.aldis.codec.Qos;

/**
 * Messages that have an order: what one publisher sends to one topic at one QoS (MQTT 5.0, section 4.6). They are numbered from 0.
 *
 * @param index its place among all lines
 * @param publisher who sends it
 * @param retained whether each of its messages is retained; then no other line has its topic
 */
record Line(int index, int publisher, String topic, Qos qos, boolean retained) {

    /** The message with this number, in words. */
    String message(long number) {
        return "message " + number + " at QoS " + qos.level() + " to " + topic;
    }
}
