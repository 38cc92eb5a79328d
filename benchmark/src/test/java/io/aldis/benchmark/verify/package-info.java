/** What a judge of messages must find, and what it must not. No sockets, no threads. */
@NullMarked
package io.aldis.benchmark.verify;

import org.jspecify.annotations.NullMarked;
