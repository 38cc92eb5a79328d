/** MQTT packets as immutable values, and the way from bytes to them and back; no sockets, no threads. */
@NullMarked
package io.aldis.codec;

import org.jspecify.annotations.NullMarked;
