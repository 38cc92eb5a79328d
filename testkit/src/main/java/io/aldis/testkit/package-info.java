/** A test client that speaks raw packets, and named wire cases; for our tests and those of plugin authors. */
@NullMarked
package io.aldis.testkit;

import org.jspecify.annotations.NullMarked;
