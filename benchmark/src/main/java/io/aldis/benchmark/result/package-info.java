/**
 * What a run showed, and how it ended: immutable, complete, and written to JSON as it is. Times are seconds since the run began unless a name says
 * otherwise.
 */
@NullMarked
package io.aldis.benchmark.result;

import org.jspecify.annotations.NullMarked;
