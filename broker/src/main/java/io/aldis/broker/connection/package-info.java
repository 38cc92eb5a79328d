/**
 * One live socket and its protocol state: {@link io.aldis.broker.connection.Connection}.
 *
 * <p>A connection is confined to one event loop: that of its channel, which from the end of the handshake on is its session's
 * loop as well. The wire stops here: packets become messages in {@link io.aldis.broker.connection.PublishFlow} and messages
 * become packets in {@link io.aldis.broker.connection.Connection#publish}.
 */
@NullMarked
package io.aldis.broker.connection;

import org.jspecify.annotations.NullMarked;
