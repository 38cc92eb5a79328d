/**
 * Brings a message to all who want it: {@link io.aldis.broker.routing.Router}, with the subscription tree, the retained messages
 * and the fan-out to the receivers' loops.
 *
 * <p>The trees are read by all loops without a lock; each loop remembers what it found while the tree's generation holds.
 * {@link io.aldis.broker.routing.Fanout} is where messages change threads. No packet and no connection enters.
 */
@NullMarked
package io.aldis.broker.routing;

import org.jspecify.annotations.NullMarked;
