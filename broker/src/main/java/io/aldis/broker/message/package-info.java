/**
 * What is meant: {@link io.aldis.broker.message.Message}, apart from any packet that carries it.
 *
 * <p>Everything here is immutable and may be shared by all threads. No packet ids, DUP flags or topic aliases enter: they
 * belong to one connection.
 */
@NullMarked
package io.aldis.broker.message;

import org.jspecify.annotations.NullMarked;
