/**
 * What the standards ask, statement by statement, and where it is shown.
 *
 * <p>The specifications here are black boxes over real sockets, one class for each part of a standard. {@code
 * ConformanceTest} reads what all tests and sources of the house cite, demands that no statement is forgotten, and writes
 * {@code docs/conformance.md}.
 */
@NullMarked
package io.aldis.acceptance.conformance;

import org.jspecify.annotations.NullMarked;
