/**
 * Views of a running broker for management: {@link io.aldis.broker.admin.Admin}.
 *
 * <p>Callable from any thread; figures are a moment old. Nothing here changes how messages flow.
 */
@NullMarked
package io.aldis.broker.admin;

import org.jspecify.annotations.NullMarked;
