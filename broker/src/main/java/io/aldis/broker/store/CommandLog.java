package io.aldis.broker.store;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import java.util.function.Consumer;

/**
 * Puts commands in one order and has each applied once, when its promise can be kept: in memory at once, on one disk after it
 * is written there, in a cluster after a majority has it.
 *
 * <p>Commands proposed from one thread are applied in the order of their proposals, and one loop hears answers in the order of
 * application.
 */
public interface CommandLog extends AutoCloseable {

    /**
     * Proposes a command; returns without waiting. Callable from any thread.
     *
     * @param needed what the change must outlive when it is answered
     * @param home where {@code applied} runs
     * @param applied hears the answer once the change is kept; for commands whose change was lost with the log, never
     */
    <R> void propose(Command<R> command, Durability needed, Loop home, Consumer<? super R> applied);

    /** Whether so much waits to be applied that publishers should pause. Callable from any thread. */
    boolean full();

    /** Runs {@code resume} on {@code loop} when the log is no longer {@link #full}. Callable from any thread. */
    void whenRoom(Loop loop, Runnable resume);

    /** What keeps the log from applying anything, for an operator's eyes; "" if nothing does. Callable from any thread. */
    String trouble();

    /** Takes no further command; what was proposed before is applied first. */
    @Override
    void close();
}
