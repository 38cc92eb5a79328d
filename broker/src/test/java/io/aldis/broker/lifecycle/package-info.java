/** Specifications of plugins: how they live in a whole broker, and that nothing is left of them. */
@NullMarked
package io.aldis.broker.lifecycle;

import org.jspecify.annotations.NullMarked;
