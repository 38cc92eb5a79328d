/**
 * What can be set, with its defaults on one page. A leaf: plain records that every room may read.
 *
 * <p>Immutable, shared by all threads.
 */
@NullMarked
package io.aldis.broker.settings;

import org.jspecify.annotations.NullMarked;
