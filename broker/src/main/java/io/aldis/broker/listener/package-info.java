/**
 * Opens sockets and builds pipelines: Netty's event loops, the TCP server, and the one for this very
 * program, which needs no sockets.
 *
 * <p>The only room that chooses a transport. Nothing of MQTT enters but the {@link io.aldis.broker.connection.Connection} at the
 * end of each pipeline.
 */
@NullMarked
package io.aldis.broker.listener;

import org.jspecify.annotations.NullMarked;
