/** The broker against a small reference, in random programs under virtual time. */
@NullMarked
package io.aldis.broker.model;

import org.jspecify.annotations.NullMarked;
