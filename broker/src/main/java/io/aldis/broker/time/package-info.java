/**
 * Where a broker's time comes from: {@link io.aldis.broker.time.BrokerClock}, to be replaced in tests. A leaf, used by the event
 * loops, on whose threads it is read and on whose threads its timers go off.
 */
@NullMarked
package io.aldis.broker.time;

import org.jspecify.annotations.NullMarked;
