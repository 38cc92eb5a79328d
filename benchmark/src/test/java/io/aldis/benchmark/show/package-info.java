/** Tests of what is seen of a run while it goes on. */
@NullMarked
package io.aldis.benchmark.show;

import org.jspecify.annotations.NullMarked;
