/**
 * What programs around a broker, plugins and management may know of it and do with it: {@link io.aldis.broker.admin.Admin}.
 *
 * <p>Callable from any thread, never waiting; figures are a moment old. Of the broker's rooms only messages and counters are known
 * here: nothing of sessions, connections or the ledger enters.
 */
@NullMarked
package io.aldis.broker.admin;

import org.jspecify.annotations.NullMarked;
