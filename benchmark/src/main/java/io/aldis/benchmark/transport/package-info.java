/**
 * The ways to a broker: TCP, TLS, WebSocket, and WebSocket in TLS. Here is what lies between a socket and a client, who sees nothing but
 * MQTT's bytes; what goes wrong is told in words that a user understands.
 *
 * <p>A dialer may be used from any thread; all that is in a pipeline lives on its connection's event loop. MQTT itself is not known here.
 */
@NullMarked
package io.aldis.benchmark.transport;

import org.jspecify.annotations.NullMarked;
