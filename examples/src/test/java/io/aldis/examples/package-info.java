/** Runs the examples. */
@NullMarked
package io.aldis.examples;

import org.jspecify.annotations.NullMarked;
