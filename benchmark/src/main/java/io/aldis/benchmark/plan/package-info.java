/** What is to be done in one run, in all its numbers: immutable, and the same whoever asked for it. No sockets, no threads. */
@NullMarked
package io.aldis.benchmark.plan;

import org.jspecify.annotations.NullMarked;
