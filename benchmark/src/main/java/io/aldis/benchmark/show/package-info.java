/**
 * What is seen of a run while it goes on: {@link io.aldis.benchmark.show.Live Live}, on a terminal or as lines. Called by the thread
 * that conducts the run, so nothing here may wait for anything but the output itself.
 */
@NullMarked
package io.aldis.benchmark.show;

import org.jspecify.annotations.NullMarked;
