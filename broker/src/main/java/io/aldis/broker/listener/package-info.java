/**
 * Opens sockets and builds pipelines: Netty's event loops and the TCP server.
 *
 * <p>The only room that chooses a transport. Nothing of MQTT enters but the {@link io.aldis.broker.connection.Connection} at the
 * end of each pipeline.
 */
@NullMarked
package io.aldis.broker.listener;

import org.jspecify.annotations.NullMarked;
