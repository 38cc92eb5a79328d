/**
 * How plugins live: {@link io.aldis.broker.lifecycle.LivePlugins} finds, starts, stops and reloads them,
 * {@link io.aldis.broker.lifecycle.Bundle} is a jar, or several that belong together, with a class loader of its own.
 *
 * <p>All of it is confined to one thread that makes one change at a time. A plugin's own code runs on yet another thread, for a limited
 * time, and never on this one nor on a loop. Nothing of a plugin is held here once it has stopped.
 */
@NullMarked
package io.aldis.broker.lifecycle;

import org.jspecify.annotations.NullMarked;
