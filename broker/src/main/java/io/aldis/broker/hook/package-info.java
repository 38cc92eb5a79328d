/**
 * Where the program around a broker decides: {@link io.aldis.broker.hook.EnhancedAuthenticator}, and the
 * {@link io.aldis.broker.hook.Hooks} a broker has.
 *
 * <p>A deciding hook is a small interface with a sealed answer that may come later and from any thread. It is called on the loop
 * of the connection it decides about, under no lock, and must not wait. One that throws, answers null or answers too late has
 * said no: nothing falls open. Packets of the wire do not enter.
 */
@NullMarked
package io.aldis.broker.hook;

import org.jspecify.annotations.NullMarked;
