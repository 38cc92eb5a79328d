/** Tests of what the engine is made of. */
@NullMarked
package io.aldis.benchmark.engine;

import org.jspecify.annotations.NullMarked;
