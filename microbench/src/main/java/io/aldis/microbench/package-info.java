/** JMH benchmarks of the hot paths; compiled by every build, run by hand. */
@NullMarked
package io.aldis.microbench;

import org.jspecify.annotations.NullMarked;
