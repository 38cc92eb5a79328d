/** Hooks over real sockets and threads. */
@NullMarked
package io.aldis.acceptance.hooks;

import org.jspecify.annotations.NullMarked;
