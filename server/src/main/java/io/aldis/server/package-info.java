/** The runnable broker: its command line and its life from start to stop. */
@NullMarked
package io.aldis.server;

import org.jspecify.annotations.NullMarked;
