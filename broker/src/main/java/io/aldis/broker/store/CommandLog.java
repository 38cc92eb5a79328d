package io.aldis.broker.store;

import io.aldis.broker.loop.Loop;
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
     * @param home where {@code applied} runs
     * @param applied hears the answer once the change is kept; for commands whose change was lost with the log, never
     */
    <R> void propose(Command<R> command, Loop home, Consumer<? super R> applied);

    /** Takes no further command; what was proposed before is applied first. */
    @Override
    void close();
}
