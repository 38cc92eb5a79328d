/** Settings: their defaults are pinned, their ranges are checked. */
@NullMarked
package io.aldis.broker.settings;

import org.jspecify.annotations.NullMarked;
