/**
 * The rules of the house: which room may use which, who may cross threads, what the core must be given.
 *
 * <p>A rule comes as a {@link io.aldis.acceptance.architecture.Law} with code that breaks it, so that each is seen to bite.
 */
@NullMarked
package io.aldis.acceptance.architecture;

import org.jspecify.annotations.NullMarked;
