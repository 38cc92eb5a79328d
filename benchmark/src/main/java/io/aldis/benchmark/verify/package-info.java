/**
 * Judges what a broker did with messages: each says who sent it and its number, so that those that are missing, come twice, late,
 * changed or to the wrong client are found. A {@link io.aldis.benchmark.verify.Stream Stream} is what one client publishes to one topic: MQTT
 * promises an order within it and nowhere else. A {@link io.aldis.benchmark.verify.Receiver Receiver} is one subscriber, or all members of a
 * shared subscription together.
 *
 * <p>A stream belongs to the event loop of its publisher, a receiver to that of its subscribers.
 */
@NullMarked
package io.aldis.benchmark.verify;

import org.jspecify.annotations.NullMarked;
