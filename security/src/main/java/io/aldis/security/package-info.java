/**
 * Ready authenticators: {@link io.aldis.security.ScramSha256}, over credentials that the program around the broker keeps.
 *
 * <p>They implement the hooks of {@code io.aldis.broker.hook} and keep their rules: callable from any thread, waiting for nobody.
 * No password is kept, and no secret shows in a log.
 */
@NullMarked
package io.aldis.security;

import org.jspecify.annotations.NullMarked;
