/** What every storage must do, and one in the heap that crashes when it is told to. */
@NullMarked
package io.aldis.broker.storage;

import org.jspecify.annotations.NullMarked;
