package io.aldis.broker;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.store.Command;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.StateMachine;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A log that never answers at once: commands are applied by a thread of their own, and answers wait for their loop. */
final class LateCommandLog implements CommandLog {

    private final StateMachine ledger;
    private final Executor applying;

    LateCommandLog(StateMachine ledger, Executor applying) {
        this.ledger = ledger;
        this.applying = applying;
    }

    @Override
    public <R> void propose(Command<R> command, Durability needed, Loop home, Consumer<? super R> applied) {
        applying.execute(() -> {
            R answer = ledger.apply(command);
            home.execute(() -> applied.accept(answer));
        });
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public void whenRoom(Loop loop, Runnable resume) {
        loop.execute(resume);
    }

    @Override
    public String trouble() {
        return "";
    }

    @Override
    public void close() {
        // Nothing to be let go of.
    }
}
