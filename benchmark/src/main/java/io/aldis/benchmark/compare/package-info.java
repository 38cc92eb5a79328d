/**
 * Sets brokers side by side: {@link io.aldis.benchmark.compare.Comparison} lets them carry the same plans in turns,
 * {@link io.aldis.benchmark.compare.ComparisonResult} is what came of it, the classes named after it write that down.
 *
 * <p>Brokers given as a command are processes of ours, started and stopped here. Nothing here knows how a plan is carried out.
 *
 * <p>Threads: all happens on the calling thread, except that the end of the virtual machine stops what still runs.
 */
@NullMarked
package io.aldis.benchmark.compare;

import org.jspecify.annotations.NullMarked;
