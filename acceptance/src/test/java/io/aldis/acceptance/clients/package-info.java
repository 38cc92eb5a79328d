/**
 * What clients that others wrote see of the broker: Debian's {@code mosquitto_sub} and {@code mosquitto_pub} as child
 * processes, the HiveMQ client and Paho in their versions 3.1.1 and 5. Nothing here sleeps: every step waits for the
 * sign that the one before has happened, and a deadline only ends a test that would hang.
 *
 * <p>{@link io.aldis.acceptance.clients.BrokerUnderTest} is the one place that knows which broker is tested.
 */
@NullMarked
package io.aldis.acceptance.clients;

import org.jspecify.annotations.NullMarked;
