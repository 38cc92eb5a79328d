/**
 * Counters. A leaf: every room may count, counting knows nobody.
 *
 * <p>Counters are written from every thread and read from any; a reader sees sums that are a moment old.
 */
@NullMarked
package io.aldis.broker.metric;

import org.jspecify.annotations.NullMarked;
