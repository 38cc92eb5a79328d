/**
 * The benchmark tool: {@code Main}. What it does is in the packages below; how a run goes through them:
 *
 * <p>{@code command} or {@code scenario} make a {@link io.aldis.benchmark.plan.Plan Plan} of what was typed or written,
 * {@code engine} carries it out against a broker through {@code transport}, {@code verify} judges what came back, {@code watch} looks
 * at the broker's process, and all that was seen is a {@link io.aldis.benchmark.result.Result Result}, which {@code report} writes
 * down and {@code compare} sets beside others.
 *
 * <p>Nothing of a broker may enter here.
 */
@NullMarked
package io.aldis.benchmark;

import org.jspecify.annotations.NullMarked;
