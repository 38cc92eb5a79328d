/** The launcher {@code aldis} and the process it starts, seen from outside: what is typed, said, signalled and returned. */
@NullMarked
package io.aldis.acceptance.launcher;

import org.jspecify.annotations.NullMarked;
