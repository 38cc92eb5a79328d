/** The judge of acknowledgements with histories that were made up, and the clients with a broker that is cut off. */
@NullMarked
package io.aldis.benchmark.prove;

import org.jspecify.annotations.NullMarked;
