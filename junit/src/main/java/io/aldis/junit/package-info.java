/**
 * What tests of MQTT clients and of programs around the broker are written with: {@link io.aldis.junit.AldisBroker}, a broker that
 * comes and goes with the tests, with time that a test lets pass and faults that a test asks for.
 *
 * <p>What a test calls may be called from any thread but the broker's own. Faults happen on the event loop of the connection they
 * befall. Nothing of a client enters: any may be tested.
 */
@NullMarked
package io.aldis.junit;

import org.jspecify.annotations.NullMarked;
