/**
 * A load generator for any MQTT broker: it sends numbered, time-stamped messages and counts what its own subscribers get.
 *
 * <p>It shares the machine with the broker it measures, so it spends little: publishers copy a ready packet and patch
 * three numbers in it, subscribers read the same numbers where they lie. No object is made per message.
 *
 * <p>Threads: every client lives on the event loop of its {@link io.aldis.microbench.load.Lane Lane}; the main thread
 * conducts the {@link io.aldis.microbench.load.Run Run} and reads counters. Nothing of a broker may enter here.
 */
@NullMarked
package io.aldis.microbench.load;

import org.jspecify.annotations.NullMarked;
