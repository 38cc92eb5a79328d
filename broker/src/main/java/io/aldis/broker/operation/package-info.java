/**
 * What is done to a running broker from outside of any connection: {@link io.aldis.broker.operation.LiveAdmin}, behind
 * {@link io.aldis.broker.admin.Admin}.
 *
 * <p>Called on any thread; what changes something goes to the event loop it belongs to, as a later task. Nothing here has state of its
 * own but the stages that are not complete.
 */
@NullMarked
package io.aldis.broker.operation;

import org.jspecify.annotations.NullMarked;
