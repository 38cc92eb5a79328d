/**
 * Carries out a plan.
 *
 * <p>It shares the machine with the broker it measures, so it spends little: publishers copy a ready packet and patch a few numbers in
 * it, subscribers read the same numbers where they lie. No object is made per message.
 *
 * <p>Threads: every client lives on the event loop of its {@link io.aldis.benchmark.engine.Lane Lane}; one thread conducts the run and
 * reads counters.
 */
@NullMarked
package io.aldis.benchmark.engine;

import org.jspecify.annotations.NullMarked;
