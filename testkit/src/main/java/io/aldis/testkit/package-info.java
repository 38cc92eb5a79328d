/**
 * What tests of a broker are written with: a client that sends and receives single packets, or any bytes at all.
 *
 * <p>It knows the codec and no broker, so that it works against any. A test that finds something else than it expects
 * ends with an {@link AssertionError} that says what came instead; no test framework is needed. Everything here belongs
 * to one thread at a time and blocks it, but never longer than the deadline of the client.
 */
@NullMarked
package io.aldis.testkit;

import org.jspecify.annotations.NullMarked;
