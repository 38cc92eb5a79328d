/**
 * What a run showed, written down: as text for a terminal, as JSON and CSV for scripts, as one HTML page for people. {@link
 * io.aldis.benchmark.report.Page Page} is the shell of every page, {@link io.aldis.benchmark.report.Table Table} and {@link
 * io.aldis.benchmark.report.Figure Figure} are how figures look wherever they stand.
 *
 * <p>Everything here turns a finished {@link io.aldis.benchmark.result.Result Result} into characters, on the caller's thread. Nothing
 * is measured or judged here.
 */
@NullMarked
package io.aldis.benchmark.report;

import org.jspecify.annotations.NullMarked;
