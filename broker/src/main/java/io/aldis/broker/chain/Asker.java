package io.aldis.broker.chain;

import io.aldis.broker.loop.Loop;

/** Who has a question for deciding hooks, and waits for the answer without blocking: a connection, most of the time. */
public interface Asker {

    /** The loop it asks on and wants the answer on. It may be another one when the answer comes. */
    Loop loop();

    /** Runs a task on that loop, later. Callable from any thread. */
    void onItsLoopAsync(Runnable task);

    /** An answer is waited for: nothing that comes after the question is dealt with. */
    void hold();

    /** The answer has come and has been dealt with. */
    void goOn();
}
