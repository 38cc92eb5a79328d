/** Tests of what can be typed: which plan it makes, and what is said of what makes no sense. */
@NullMarked
package io.aldis.benchmark.command;

import org.jspecify.annotations.NullMarked;
