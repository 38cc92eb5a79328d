/**
 * Looks at processes from outside: the broker's and this one. Reads {@code /proc}, on the thread that asks; knows nothing of MQTT and
 * opens no connection.
 */
@NullMarked
package io.aldis.benchmark.watch;

import org.jspecify.annotations.NullMarked;
