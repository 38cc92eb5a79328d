/**
 * One client's memory across its connections: {@link io.aldis.broker.session.Session} with its Outbox and Inbox.
 *
 * <p>A session is confined to one loop for life. Sessions that may outlive their connection keep their state in the ledger and
 * change it by commands; the others live here alone. Nothing of sockets or packets enters: a session writes through
 * {@link io.aldis.broker.session.ClientLink}.
 */
@NullMarked
package io.aldis.broker.session;

import org.jspecify.annotations.NullMarked;
