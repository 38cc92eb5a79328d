/**
 * Where a broker keeps what must outlive its process: a port, and what goes wrong with it. Rows are bytes; what they mean only the broker
 * knows.
 */
@NullMarked
package io.aldis.broker.storage;

import org.jspecify.annotations.NullMarked;
