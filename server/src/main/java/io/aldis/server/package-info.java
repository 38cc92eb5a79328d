/**
 * The program {@code aldis}: what can be typed, how the broker is started and stopped by it, and what is said meanwhile.
 *
 * <p>The only package that knows a command line, a process and its signals. All of it runs on the main thread; the
 * broker has its own.
 */
@NullMarked
package io.aldis.server;

import org.jspecify.annotations.NullMarked;
