/** Tests of what is meant, and of where it ends. */
@NullMarked
package io.aldis.broker.message;

import org.jspecify.annotations.NullMarked;
