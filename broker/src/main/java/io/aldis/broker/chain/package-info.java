/**
 * How hooks are called: {@link io.aldis.broker.chain.Hooks} holds them in their order, {@link io.aldis.broker.chain.Deciding} asks
 * them, {@link io.aldis.broker.chain.Listening} tells them.
 *
 * <p>Questions are asked on the loop of who asks, and never wait there: an answer that comes later is brought home. A hook that fails has
 * said no. Hooks that block run on threads of their own, in order for each client. The words of the questions are in the package
 * {@code hook}, which is for everybody; this one is not.
 */
@NullMarked
package io.aldis.broker.chain;

import org.jspecify.annotations.NullMarked;
