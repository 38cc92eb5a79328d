/**
 * Where the program around a broker decides and hears: one interface for each hook, {@link io.aldis.broker.hook.HookRegistry} to
 * register them.
 *
 * <p>A <em>deciding</em> hook is asked before something is done, and has a sealed answer; each has an asynchronous form, except
 * {@link io.aldis.broker.hook.OnDeliver}. One that throws, answers null or answers too late has said no: nothing falls open. A
 * <em>listening</em> hook hears afterwards and changes nothing; what it throws is logged and counted. Both are called on a loop of the broker,
 * under no lock, unless they are registered as blocking. Packets of the wire do not enter.
 */
@NullMarked
package io.aldis.broker.hook;

import org.jspecify.annotations.NullMarked;
