package io.aldis.broker.chain;

import io.aldis.broker.loop.Loop;

/** Who has a question for deciding hooks, and waits for the answer without blocking: a connection, most of the time. */
public interface Asker {

    /** The loop it asks on and wants the answer on. It may be another one when the answer comes. */
    Loop loop();

    /** Runs a task on that loop, later. Callable from any thread. */
    void onItsLoopAsync(Runnable task);

    /** An answer is waited for: nothing that comes after the question is dealt with. May be called again meanwhile. */
    void hold();

    /** The answer has come and has been dealt with; as often as {@link #hold}. */
    void goOn();

    /** Somebody on a loop that has nothing to hold back. */
    static Asker on(Loop loop) {
        return new Asker() {
            @Override
            public Loop loop() {
                return loop;
            }

            @Override
            public void onItsLoopAsync(Runnable task) {
                loop.execute(task);
            }

            @Override
            public void hold() {}

            @Override
            public void goOn() {}
        };
    }
}
