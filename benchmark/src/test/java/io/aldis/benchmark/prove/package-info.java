/** The judge of acknowledgements, with histories that were made up. */
@NullMarked
package io.aldis.benchmark.prove;

import org.jspecify.annotations.NullMarked;
