/** Tests of the reports, and {@code ExampleResult}, a run to be reported. */
@NullMarked
package io.aldis.benchmark.report;

import org.jspecify.annotations.NullMarked;
