/**
 * Who wants what, and what is kept for those who come later: trees of topic filters and topic names.
 *
 * <p>The trees are immutable snapshots behind one atomic reference. Every loop reads them without a lock, and any thread
 * may change them. No sockets and no packets in here.
 */
@NullMarked
package io.aldis.broker.routing;

import org.jspecify.annotations.NullMarked;
