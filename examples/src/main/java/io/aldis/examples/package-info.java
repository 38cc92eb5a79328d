/**
 * Small programs that embed the broker, hook into it, or speak MQTT with the codec alone: each a file with a {@code main} to run and to
 * copy from. Where one starts a broker, {@code start(port)} does it, for the tests as well.
 */
@NullMarked
package io.aldis.examples;

import org.jspecify.annotations.NullMarked;
