/**
 * The defects of the broker that Aldis takes the place of, one by one: a test each that this broker does right what that one did
 * wrong.
 */
@NullMarked
package io.aldis.acceptance.seed;

import org.jspecify.annotations.NullMarked;
