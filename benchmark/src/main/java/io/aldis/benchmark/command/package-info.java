/** What can be typed after {@code aldis bench}: the modes, each of which makes a plan, and what is done with the result. */
@NullMarked
package io.aldis.benchmark.command;

import org.jspecify.annotations.NullMarked;
